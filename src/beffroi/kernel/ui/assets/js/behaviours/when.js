// Fields that serve for one choice only, and fields that the address fills in (a page kept in the device was written for
// everyone: what follows the « ? » is read here).
//   <fieldset data-when="#id_category" data-value="12">…</fieldset>   shown, and sent, when the field holds 12
//   <input name="equipement" data-from-address="equipement">
//   <select name="category" data-from-address="categorie" data-values='{"trou": 12}'>…</select>
import { each } from "../tools.js";

each("[data-from-address]", (field) => {
  const said = new URLSearchParams(location.search).get(field.dataset.fromAddress);
  if (!said || field.value) return;
  const value = field.dataset.values ? JSON.parse(field.dataset.values)[said] : said.slice(0, 64);
  if (value === undefined) return;
  field.value = String(value);
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

each("[data-when]", (box) => {
  const field = document.querySelector(box.dataset.when);
  if (!field) return;
  const show = () => {
    box.hidden = field.value !== box.dataset.value;
    box.disabled = box.hidden;
  };
  field.addEventListener("change", show);
  field.form?.addEventListener("reset", () => setTimeout(show));
  show();
});
