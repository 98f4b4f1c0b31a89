// Copies a text.
//   <button type="button" data-copy="SIG-2026-000123"><svg>…</svg><span>Copier</span></button>
import { on } from "../tools.js";

on("click", "[data-copy]", async (button) => {
  const label = button.querySelector("span") || button;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = "Copié";
  } catch {
    label.textContent = "Copie refusée par le navigateur";
  }
  label.setAttribute("role", "status");
  setTimeout(() => { label.textContent = before; }, 2500);
});
