// Asks before a gesture that cannot be undone; the server asks again on its own page where it matters.
//   <button name="geste" value="delete" data-confirm="Supprimer cette note ?" data-confirm-label="Supprimer">
import { make, on } from "../tools.js";

on("click", "[data-confirm]", (button, event) => {
  if (button.dataset.confirmed) {
    delete button.dataset.confirmed;
    return;
  }
  event.preventDefault();
  const yes = make("button", { class: "btn btn-danger", value: "yes" }, button.dataset.confirmLabel || "Confirmer");
  const no = make("button", { class: "btn btn-plain", value: "no", autofocus: "" }, "Annuler");
  const text = make("p", { id: "confirm-text" }, button.dataset.confirm);
  const form = make("form", { method: "dialog", class: "dialog-body stack" }, text, make("div", { class: "row row-end" }, no, yes));
  const dialog = make("dialog", { class: "dialog", "aria-labelledby": "confirm-text" }, form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return;
    button.dataset.confirmed = "yes";
    button.click();
  });
  document.body.append(dialog);
  dialog.showModal();
});
