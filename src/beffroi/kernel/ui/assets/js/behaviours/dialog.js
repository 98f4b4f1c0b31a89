// Opens a native dialog; without JavaScript the link leads to the page that does the same.
//   <a href="/signalements/12/clore/" data-dialog-open="close">Clore</a>
//   <dialog id="close">… <button type="button" data-dialog-close>Annuler</button></dialog>
import { each, on } from "../tools.js";

on("click", "[data-dialog-open]", (opener, event) => {
  const dialog = document.getElementById(opener.dataset.dialogOpen);
  if (!dialog?.showModal || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  dialog.showModal();
});

on("click", "[data-dialog-close]", (button) => button.closest("dialog")?.close());

// A press on the veil around the dialog closes it.
on("mousedown", "dialog", (dialog, event) => {
  if (event.target !== dialog) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) dialog.close();
});

// A form that came back with errors inside its dialog opens it again.
each("dialog:has([aria-invalid='true'], [data-error-summary])", (dialog) => dialog.showModal?.());
