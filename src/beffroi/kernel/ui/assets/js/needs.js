// What the server would surely refuse, said at once beside the question: for a form that leaves later (see offline.js).
// A field says it by its own attributes: required, min, max, type, pattern with `data-pattern-words`, and `data-least` with
// `data-least-words` for a number that is written as French does. The form adds `data-needs`, a list of { fields, words }:
// one of these fields is enough.
//   when: ["category", "12"]  only while this field says that (any value, without a second part)
//   at: "/…/controles/"       the answer belongs to another form, sent to this address: what already waits for it counts
//   beside                    the words beside the question, where the list says `words`
import { all, make } from "./tools.js";

const path = (address) => new URL(address, location.href).pathname;
const filled = (value) => (value instanceof File ? value.size > 0 : String(value).trim() !== "");
const says = (given, name, value) => given.some(([one, told]) => one === name && filled(told) && (value === undefined || told === value));

const number = (text) => Number(text.replace(/\s/g, "").replace(",", "."));

function fault(field) {
  const { validity } = field;
  if (!field.willValidate) return "";
  if (validity.valid) return number(field.value) < Number(field.dataset.least ?? NaN) ? field.dataset.leastWords : "";
  if (validity.valueMissing) return "Ce champ est obligatoire.";
  if (validity.patternMismatch) return field.dataset.patternWords || "Ce n’est pas ce qui est attendu ici.";
  if (validity.rangeUnderflow) return `Au moins ${field.min.replace(".", ",")}.`;
  if (validity.rangeOverflow) return `Au plus ${field.max.replace(".", ",")}.`;
  if (validity.tooLong) return `${Number(field.maxLength).toLocaleString("fr-FR")} caractères au plus.`;
  if (validity.customError) return field.validationMessage;
  return validity.badInput || validity.typeMismatch ? "Cette valeur ne peut pas être comprise." : "";
}

/** The field of this name that a person sees, if the page has it. */
function seen(form, name) {
  const found = form?.elements.namedItem(name);
  const field = found instanceof RadioNodeList ? found[0] : found;
  return field && field.type !== "hidden" ? field : null;
}

function label(field) {
  const said = field.closest(".field")?.querySelector(".field-label, .choice > span") ?? field.labels?.[0];
  return said?.firstChild?.textContent.trim().replace(/\s*[:?]$/, "") ?? "";
}

/** What a form lacks: [{ field, words, beside, elsewhere }, …]; `waiting` = what the device has to send, or has sent. */
export function lacking(form, waiting) {
  const found = [];
  for (const field of form.elements) {
    const beside = fault(field);
    if (beside && !found.some((one) => one.field.name === field.name)) found.push({ field, beside, words: `« ${label(field)} »\u202f: ${beside[0].toLowerCase()}${beside.slice(1)}` });
  }
  const given = [...new FormData(form)];
  for (const { fields, words, beside = words, when, at } of JSON.parse(form.dataset.needs ?? "[]")) {
    if (when && !says(given, ...when)) continue;
    const told = at ? waiting.filter((item) => path(item.address) === at).flatMap((item) => item.fields) : given;
    if (fields.some((name) => says(told, name))) continue;
    const asks = at ? all("form").find((one) => path(one.action) === at) : form;
    const field = fields.map((name) => seen(asks, name)).find(Boolean);
    if (!found.some((one) => one.field && one.field === field)) found.push({ field, words, beside, elsewhere: Boolean(at) });
  }
  return found;
}

function clear(box) {
  box.querySelector("[data-need]")?.remove();
  box.classList.remove("has-error");
  for (const field of all("[data-need-field]", box)) {
    for (const name of ["aria-invalid", "aria-errormessage", "data-need-field"]) field.removeAttribute(name);
  }
}

/** Says it beside each question, as the server would, and leads to the first one. It goes when the answer changes. */
export function beside(found) {
  all(".field:has([data-need])").forEach(clear);
  const shown = found.filter(({ field }) => field?.closest(".field"));
  for (const { field, beside: words } of shown) {
    const box = field.closest(".field");
    const id = `${box.id || field.id || field.name}_manque`;
    const error = make("div", { class: "field-error", id, "data-need": "" }, make("p", {}, words));
    const head = all(":scope > .field-label, :scope > .field-hint", box).pop();
    if (head) head.after(error);
    else box.prepend(error);
    box.classList.add("has-error");
    for (const one of all(`[name="${CSS.escape(field.name)}"]`, box)) {
      one.setAttribute("aria-invalid", "true");
      one.setAttribute("aria-errormessage", id);
      one.setAttribute("data-need-field", "");
    }
    for (const type of ["input", "change"]) box.addEventListener(type, () => clear(box), { once: true });
    for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  }
  const first = shown[0]?.field;
  first?.focus({ preventScroll: true });
  first?.closest(".field").scrollIntoView({ block: "center" });
}
