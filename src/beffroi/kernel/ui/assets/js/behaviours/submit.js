// A form is sent once: a second press while the answer is on its way does nothing. Applies to every POST form;
// `data-many` on the form allows several (downloads).
import { all, on } from "../tools.js";

on("submit", "form[method='post']:not([data-many])", (form, event) => {
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  // After the other listeners: one of them may have stopped the sending.
  setTimeout(() => {
    if (event.defaultPrevented) return;
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
});

// Back from the next page: the form is usable again.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  for (const form of all("form[data-sent]")) delete form.dataset.sent;
  for (const button of all("button[aria-busy]")) button.removeAttribute("aria-busy");
});
