// Keeps what is being written on this device until the form is accepted. Passwords, files and hidden fields are left out.
//   <form method="post" data-draft="reports:new">…</form>
// The page shown after a success clears it: <meta name="draft-done" content="reports:new"> or a `data-draft-done` element.
import { each, make } from "../tools.js";

const PREFIX = "beffroi:brouillon:";
const KEPT_DAYS = 7;
const skipped = new Set(["password", "file", "hidden", "submit", "button"]);

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
};
const write = (key, value) => {
  try {
    if (value) localStorage.setItem(PREFIX + key, JSON.stringify(value));
    else localStorage.removeItem(PREFIX + key);
  } catch {
    // Storage full or refused: the form works without it.
  }
};
const controls = (form) => [...form.elements].filter((one) => one.name && !skipped.has(one.type) && !one.matches("[data-no-draft]"));
const checkable = (one) => one.type === "checkbox" || one.type === "radio";
const values = (form) => controls(form).map((one) => [one.name, checkable(one) ? [one.value, one.checked] : one.value]);

function restore(form, saved) {
  const left = [...saved];
  for (const one of controls(form)) {
    const rank = left.findIndex(([name, value]) => name === one.name && (!checkable(one) || value[0] === one.value));
    if (rank < 0) continue;
    const [[, value]] = left.splice(rank, 1);
    if (checkable(one)) [, one.checked] = value;
    else one.value = value;
    one.dispatchEvent(new Event("input", { bubbles: true }));
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function offer(form, key, saved) {
  const when = new Date(saved.at).toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short" }).replace(":", "\u202fh\u202f");
  const drop = make("button", { type: "button", class: "btn btn-link" }, "Effacer ce brouillon");
  const note = make("p", { class: "draft-note", role: "status" }, `Votre brouillon du ${when} a été repris.`, drop);
  drop.addEventListener("click", () => {
    write(key, null);
    form.reset();
    note.remove();
  });
  form.prepend(note);
}

each("meta[name='draft-done'], [data-draft-done]", (done) => write(done.content || done.dataset.draftDone, null));

each("form[data-draft]", (form) => {
  const key = form.dataset.draft;
  const saved = read(key);
  const start = JSON.stringify(values(form));
  const fresh = saved && Date.now() - saved.at < KEPT_DAYS * 864e5;
  // A form that came back with errors already holds what was sent.
  if (fresh && !form.querySelector("[data-error-summary], [aria-invalid='true']") && JSON.stringify(saved.values) !== start) {
    restore(form, saved.values);
    offer(form, key, saved);
  } else if (saved && !fresh) write(key, null);
  let later;
  const keep = () => {
    const now = values(form);
    write(key, JSON.stringify(now) === start ? null : { at: Date.now(), values: now });
  };
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    clearTimeout(later);
    later = setTimeout(keep, 400);
  });
  addEventListener("pagehide", () => later && keep());
});
