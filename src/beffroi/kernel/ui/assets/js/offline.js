// A form that can be sent without network: what is written is kept in the device, then sent by itself, once.
//   <form method="post" data-offline="Relevé d’état" data-offline-next="/terrain/">… <input type="hidden" name="client_uuid"> …</form>
// The server recognises a second send by its `client_uuid` (see kernel/offline.py); `made_at` says when it was written.
// It answers by a redirection (done), or by the form with its errors (refused: the person corrects it).
// Two forms that take turns (start, stop): <div data-turns><form>…</form><form hidden>…</form></div>; the one that waits
// gives way to the other. `data-offline-mark="OT-2026-000001"` is shown while something waits for an address that holds it.
// What waits is listed at the top of the page. `data-who` on the body: nothing is sent under the name of somebody else.
import { all, each, make, show } from "./tools.js";
import * as queue from "./queue.js";
import "./sign.js";

const SIGN_IN = "/compte/connexion/";
const EVERY = 60_000;
const able = "indexedDB" in window && "randomUUID" in crypto;
const who = () => document.body.dataset.who || "";
const cookie = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
const time = (at) => new Date(at).toLocaleString("fr-FR", { weekday: "long", hour: "numeric", minute: "2-digit" }).replace(":", "\u202fh\u202f");

/** POST without following the redirection: see kernel/ui/uploads.py. Throws without network. */
async function post(address, fields) {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  const token = cookie();
  if (token) data.set("csrfmiddlewaretoken", token);
  const answer = await fetch(address, { method: "POST", body: data, headers: { Accept: "text/html", "X-Beffroi-Upload": "1" } });
  const next = answer.headers.get("X-Location");
  if (next && new URL(next, location.href).pathname.startsWith(SIGN_IN)) return { state: "sign-in" };
  if (next) return { state: "done", next };
  if (answer.status >= 500 || answer.status === 429) return { state: "later" };
  return { state: "refused", html: await answer.text() };
}

function reason(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const errors = [...page.querySelectorAll("[data-error-summary] li")].map((line) => line.textContent.trim());
  return errors.join(" ").slice(0, 300) || "Le serveur ne l’a pas acceptée.";
}

// --- What waits ------------------------------------------------------------------------------------------------------

let sending = false;
let last = null;

async function mine() {
  return (await queue.all()).filter((item) => !item.who || item.who === who());
}

async function tell() {
  const items = await mine();
  const failed = items.filter((item) => item.error).length;
  // Tells the next pages to load this script (see behaviours/more.js).
  if (items.length) localStorage.setItem("beffroi:saisies", String(items.length));
  else localStorage.removeItem("beffroi:saisies");
  dispatchEvent(new CustomEvent("beffroi:sync", { detail: { waiting: items.length - failed, failed, at: last } }));
  list(items);
  turn(items);
  for (const mark of all("[data-offline-mark]")) mark.hidden = !items.some((item) => item.address.includes(`/${mark.dataset.offlineMark}/`));
}

const path = (address) => new URL(address, location.href).pathname;

function turn(items) {
  for (const box of all("[data-turns]")) {
    const forms = all("form", box);
    box.first ||= forms.find((form) => !form.hidden);
    const last = items.filter((item) => !item.error && forms.some((form) => path(form.action) === path(item.address))).pop();
    const shown = last ? forms.find((form) => path(form.action) !== path(last.address)) : box.first;
    for (const form of forms) form.hidden = form !== shown;
  }
}

async function send() {
  if (sending || !navigator.onLine) return;
  sending = true;
  let sent = 0;
  try {
    for (const item of await mine()) {
      if (item.error) continue;
      const { state, html } = await post(item.address, item.fields);
      if (state === "done") {
        await queue.remove(item.id);
        sent += 1;
      } else if (state === "refused") await queue.put({ ...item, error: reason(html) });
      else break;
      last = Date.now();
      await tell();
    }
    last = Date.now();
  } catch {
    // No network after all: the next attempt comes in a minute.
  } finally {
    sending = false;
    await tell();
    if (sent) dispatchEvent(new Event("beffroi:sent"));
  }
}

// One page at a time, where several are open.
const sync = () => (navigator.locks ? navigator.locks.request("beffroi-sync", { ifAvailable: true }, (lock) => lock && send()) : send());

function button(words, action) {
  const made = make("button", { type: "button", class: "btn btn-plain btn-small" }, words);
  made.addEventListener("click", action);
  return made;
}

function line(item) {
  const state = item.error ? make("span", { class: "state", "data-tone": "late" }, "Refusée") : make("span", { class: "state", "data-tone": "waiting" }, "En attente d’envoi");
  const text = make("div", {}, make("strong", {}, item.label), " ", state, make("p", { class: "soft small" }, item.error || `Écrite ${time(item.at)}, gardée dans cet appareil.`));
  const gestures = make("div", { class: "row" });
  if (item.error) gestures.append(make("a", { class: "btn btn-plain btn-small", href: `${item.page}#reprendre=${item.id}` }, "Corriger"));
  gestures.append(button("Supprimer", async () => {
    if (!confirm(`Supprimer « ${item.label} » ? Ce qui y est écrit sera perdu.`)) return;
    await queue.remove(item.id);
    tell();
  }));
  return make("li", {}, text, gestures);
}

function list(items) {
  let box = document.querySelector("[data-offline-list]");
  if (!items.length) {
    box?.remove();
    return;
  }
  if (!box) {
    box = make("section", { class: "page section", "data-offline-list": "", "aria-labelledby": "en-attente" });
    document.querySelector("main")?.before(box);
  }
  const again = button("Envoyer maintenant", sync);
  const head = make("div", { class: "row row-between" }, make("h2", { id: "en-attente" }, "Ce qui n’est pas encore envoyé"), again);
  box.replaceChildren(make("div", { class: "card stack-small" }, head, make("ul", { class: "list" }, ...items.map(line))));
}

// --- The form --------------------------------------------------------------------------------------------------------

function hidden(form, name) {
  let input = form.querySelector(`input[name="${name}"]`);
  if (!input) {
    input = make("input", { type: "hidden", name });
    form.append(input);
  }
  return input;
}

function note(form, words) {
  form.querySelector("[data-offline-note]")?.remove();
  form.prepend(make("p", { class: "draft-note", role: "status", "data-offline-note": "" }, words));
  form.scrollIntoView({ block: "start" });
}

async function keep(form, fields) {
  const id = hidden(form, "client_uuid").value;
  try {
    await queue.put({ id, who: who(), label: form.dataset.offline, address: form.action, page: location.pathname + location.search, at: Date.now(), fields });
  } catch {
    note(form, "Ni réseau, ni place dans cet appareil\u202f: laissez cette page ouverte et réessayez, ce qui est écrit y reste.");
    return;
  }
  if (form.dataset.draft) localStorage.removeItem(`beffroi:brouillon:${form.dataset.draft}`);
  form.reset();
  hidden(form, "client_uuid").value = crypto.randomUUID();
  note(form, "Pas de réseau\u202f: c’est gardé dans cet appareil, et envoyé dès qu’il reviendra.");
  await tell();
  if (form.dataset.offlineNext) location.assign(form.dataset.offlineNext);
}

async function submit(form, event) {
  const { submitter } = event;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  submitter?.setAttribute("aria-busy", "true");
  hidden(form, "made_at").value = new Date().toISOString();
  const fields = [...new FormData(form, submitter)].filter(([, value]) => !(value instanceof File) || value.size);
  try {
    const { state, next, html } = navigator.onLine ? await post(form.action, fields) : { state: "later" };
    if (state === "done") {
      await queue.remove(hidden(form, "client_uuid").value);
      location.assign(next);
    } else if (state === "refused") show(html);
    else if (state === "sign-in") {
      await keep(form, fields);
      location.assign(`${SIGN_IN}?next=${encodeURIComponent(location.pathname + location.search)}`);
    } else await keep(form, fields);
  } catch {
    await keep(form, fields);
  } finally {
    delete form.dataset.sent;
    submitter?.removeAttribute("aria-busy");
  }
}

async function take(form) {
  const id = /^#reprendre=([\w-]+)$/.exec(location.hash)?.[1];
  const item = id && (await queue.get(id));
  if (!item || new URL(item.address).pathname !== new URL(form.action).pathname) return;
  for (const one of all("[name]", form)) {
    if (one.name === "csrfmiddlewaretoken" || one.name === "made_at") continue;
    const values = item.fields.filter(([name]) => name === one.name).map(([, value]) => value);
    if (one.type === "file") {
      const files = new DataTransfer();
      for (const file of values) files.items.add(file);
      one.files = files.files;
    } else if (one.type === "checkbox" || one.type === "radio") one.checked = values.includes(one.value);
    else if (values.length) [one.value] = values;
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
  hidden(form, "client_uuid").value = item.id;
  note(form, item.error);
}

if (able) {
  each("form[data-offline]", (form) => {
    // A page kept in the device carries the number of the day it was kept: each form draws its own.
    if (!form.querySelector("[aria-invalid='true']")) hidden(form, "client_uuid").value = crypto.randomUUID();
    form.addEventListener("submit", (event) => {
      if (!event.defaultPrevented) submit(form, event);
    });
    take(form);
  });
  // « Corriger » on the page of the form itself.
  addEventListener("hashchange", () => all("form[data-offline]").forEach(take));
  addEventListener("online", sync);
  setInterval(sync, EVERY);
  tell().then(sync);
}
