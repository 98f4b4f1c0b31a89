// A <details data-popup> menu closes when one leaves it or presses Escape.
import { all } from "../tools.js";

const close = (except) => {
  for (const popup of all("details[data-popup][open]")) if (!except || !popup.contains(except)) popup.open = false;
};
document.addEventListener("click", (event) => close(event.target));
document.addEventListener("focusin", (event) => close(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.activeElement?.closest("details[data-popup][open]")?.querySelector("summary").focus();
  close();
});
