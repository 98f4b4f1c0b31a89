// Messages may be closed; a success leaves by itself after 12 seconds unless it is being read, an error never does.
import { each, on } from "../tools.js";

on("click", "[data-toast-close]", (button) => {
  const list = button.closest(".toasts");
  button.closest("[data-toast]").remove();
  if (list && !list.children.length) list.remove();
});

each("[data-toast][data-tone='done']", (toast) => {
  setTimeout(() => {
    if (!toast.matches(":hover, :focus-within")) toast.remove();
  }, 12000);
});
