// A form that can be sent without network: what is written is kept in the device, then sent by itself, once.
//   <form method="post" data-offline="Relevé d’état" data-offline-next="/terrain/">… <input type="hidden" name="client_uuid"> …</form>
// It is written down before it is sent: a telephone that dies in the middle still has it, and sends it when it wakes up.
// The server recognises a second send by its `client_uuid` (see kernel/offline.py); `made_at` says when it was written.
// It answers by a redirection (done), or by the form with its errors (refused: the person corrects it).
// Two forms that take turns (start, stop): <div data-turns><form>…</form><form hidden>…</form></div>; the one that waits
// gives way to the other. With more than two states, the box has an id and its parts name theirs:
// <form id="tour-1" data-turns="attendu"><p data-turn="attendu">…<button data-turn-to="parti">…</p><p data-turn="parti" hidden>…</p></form>
// `data-offline-mark="OT-2026-000001"` is shown while something waits for an address that holds it, or was refused there.
// What waits is listed at the top of the page. `data-who` on the body: nothing is sent under the name of somebody else.
import { all, each, make, show } from "./tools.js";
import * as queue from "./queue.js";
import { beside, lacking } from "./needs.js";
import "./kept.js";
import "./scan.js";
import "./sign.js";

const SIGN_IN = "/compte/connexion/";
const EVERY = 60_000;
const able = "indexedDB" in window && "randomUUID" in crypto;
const who = () => document.body.dataset.who || "";
const cookie = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
const time = (at) => new Date(at).toLocaleString("fr-FR", { weekday: "long", hour: "numeric", minute: "2-digit" }).replace(":", "\u202fh\u202f");

/** POST without following the redirection: see kernel/ui/uploads.py. Throws without network. */
async function post(address, fields, again = false) {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  const token = cookie();
  if (token) data.set("csrfmiddlewaretoken", token);
  const answer = await fetch(address, { method: "POST", body: data, headers: { Accept: "text/html", "X-Beffroi-Upload": "1" } });
  if (answer.status === 403 && !again) {
    // The cookie against forged forms is missing or too old: any page of the site gives another.
    await fetch(address, { headers: { Accept: "text/html" } });
    return post(address, fields, true);
  }
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
// What this page is sending from its own form: not to be sent a second time meanwhile.
const leaving = new Set();
// What left while this page was open, with the page that follows it.
const gone = [];

const isMine = (item) => !item.who || item.who === who();

async function mine() {
  return (await queue.all()).filter((item) => isMine(item) && !leaving.has(item.id));
}

/** Tells the next pages to load this script (see behaviours/more.js). */
function mark(count) {
  try {
    if (count) localStorage.setItem("beffroi:saisies", String(count));
    else localStorage.removeItem("beffroi:saisies");
  } catch {
    // Storage refused: the next page of the form itself sends what waits.
  }
}

async function tell() {
  const every = await queue.all();
  const items = every.filter((item) => isMine(item) && !leaving.has(item.id));
  const failed = items.filter((item) => item.error).length;
  mark(every.length);
  dispatchEvent(new CustomEvent("beffroi:sync", { detail: { waiting: items.length - failed, failed, at: last } }));
  list(items, who() ? 0 : every.filter((item) => !isMine(item)).length);
  turn(items);
  for (const mark of all("[data-offline-mark]")) {
    const here = items.filter((item) => item.address.includes(`/${mark.dataset.offlineMark}/`));
    const refused = here.some((item) => item.error);
    mark.hidden = !here.length;
    mark.dataset.tone = refused ? "late" : "waiting";
    mark.textContent = refused ? "Envoi refusé, à corriger" : "En attente d’envoi";
  }
}

const path = (address) => new URL(address, location.href).pathname;

function turn(items) {
  for (const box of all("[data-turns]")) {
    if (box.dataset.turns) {
      const made = items.filter((item) => !item.error && item.turn?.box === box.id).pop();
      const state = made ? made.turn.to : box.dataset.turns;
      for (const part of all("[data-turn]", box)) part.hidden = !part.dataset.turn.split(" ").includes(state);
      continue;
    }
    const forms = all("form", box);
    box.first ||= forms.find((form) => !form.hidden);
    const last = items.filter((item) => !item.error && forms.some((form) => path(form.action) === path(item.address))).pop();
    const shown = last ? forms.find((form) => path(form.action) !== path(last.address)) : box.first;
    for (const form of forms) form.hidden = form !== shown;
  }
}

/** What has been sent is now what the page starts from, until it is asked again. */
function turned({ turn }) {
  const box = turn && document.getElementById(turn.box);
  if (box) box.dataset.turns = turn.to;
}

async function send() {
  if (sending || !navigator.onLine) return;
  sending = true;
  let sent = 0;
  try {
    for (const item of await mine()) {
      if (item.error) continue;
      const { state, html, next } = await post(item.address, item.fields);
      if (state === "done") {
        await queue.remove(item.id);
        gone.push({ ...item, next });
        turned(item);
        told();
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

/** A part of its own above the page; made when it is needed. */
function part(name, labelled) {
  let box = document.querySelector(`[${name}]`);
  if (!box) {
    box = make("section", { class: "page section", [name]: "", "aria-labelledby": labelled });
    document.querySelector("main")?.before(box);
  }
  return box;
}

/** `others` = how many wait for the person who wrote them to sign in again. */
function list(items, others) {
  if (!items.length && !others) {
    document.querySelector("[data-offline-list]")?.remove();
    return;
  }
  const head = make("div", { class: "row row-between" }, make("h2", { id: "en-attente" }, "Ce qui n’est pas encore envoyé"));
  if (items.some((item) => !item.error)) head.append(button("Envoyer maintenant", sync));
  const card = make("div", { class: "card stack-small" }, head, make("ul", { class: "list" }, ...items.map(line)));
  if (others) {
    const sign = make("a", { href: `${SIGN_IN}?next=${encodeURIComponent(location.pathname)}` }, "Reconnectez-vous");
    const what = others > 1 ? `${others} saisies faites depuis un compte attendent.` : "Une saisie faite depuis un compte attend.";
    card.append(make("p", { class: "small" }, `${what} `, sign, " pour l’envoyer."));
  }
  part("data-offline-list", "en-attente").replaceChildren(card);
}

/** What has just left, each with the page that follows it: the reference is there. */
function told() {
  const lines = gone.map(({ label, next }) => make("li", {},
    make("div", {}, make("strong", {}, label), " ", make("span", { class: "state", "data-tone": "done" }, "Envoyé")),
    make("div", { class: "row" }, make("a", { class: "btn btn-plain btn-small", href: next }, "Voir la suite"))));
  const card = make("div", { class: "card stack-small" }, make("h2", { id: "vient-de-partir" }, "Ce qui vient de partir"), make("ul", { class: "list" }, ...lines));
  part("data-offline-sent", "vient-de-partir").replaceChildren(card);
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

function forget(form) {
  try {
    if (form.dataset.draft) localStorage.removeItem(`beffroi:brouillon:${form.dataset.draft}`);
  } catch {
    // Storage refused: there was no draft.
  }
}

/** The form is free again for another one. `kept` = the device did write this one down. */
async function wait(form, kept, why) {
  if (!kept) {
    note(form, `${why}, et cet appareil n’a pas pu garder votre saisie (mémoire pleine ou navigation privée)\u202f: laissez cette page ouverte, et envoyez de nouveau plus tard.`);
    return;
  }
  forget(form);
  form.reset();
  hidden(form, "client_uuid").value = crypto.randomUUID();
  note(form, `${why}\u202f: c’est gardé dans cet appareil, et partira tout seul.`);
  await tell();
  if (form.dataset.offlineNext) location.assign(form.dataset.offlineNext);
}

/** What this form lacks, beside what waits for the answers of others. */
async function missing(form) {
  const waits = (await mine()).filter((item) => !item.error);
  return lacking(form, [...waits, ...gone]);
}

/** Says what is missing, beside each question and here; an answer that belongs to another form may be known elsewhere. */
function ask(form, found) {
  const words = found.slice(0, 3).map((one) => one.words).join(" ");
  note(form, `${words} Rien ne part encore, ce que vous avez saisi reste ici. `);
  if (found.every((one) => one.elsewhere)) {
    const despite = make("button", { type: "button", class: "btn btn-link" }, "Une autre personne y a répondu\u202f: envoyer quand même");
    despite.addEventListener("click", () => {
      form.dataset.despite = "yes";
      form.requestSubmit();
    });
    form.querySelector("[data-offline-note]").append(despite);
  }
  beside(found);
}

async function attempt(form, item, kept) {
  let answer = { state: "cut" };
  try {
    if (navigator.onLine) answer = await post(item.address, item.fields);
  } catch {
    // No network after all.
  }
  const { state, next, html } = answer;
  if (kept && (state === "done" || state === "refused")) await queue.remove(item.id);
  leaving.delete(item.id);
  if (state === "done") {
    forget(form);
    location.assign(next);
  } else if (state === "refused") {
    await tell();
    show(html);
  } else {
    const why = { cut: "Pas de réseau", "sign-in": "Votre session est finie", later: "Le serveur est occupé" }[state];
    const found = form.dataset.despite ? [] : await missing(form);
    if (found.length) {
      if (kept) await queue.remove(item.id);
      await tell();
      ask(form, found);
      return;
    }
    await wait(form, kept, why);
    if (state === "sign-in" && kept) location.assign(`${SIGN_IN}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
}

async function submit(form, event) {
  const { submitter } = event;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  submitter?.setAttribute("aria-busy", "true");
  hidden(form, "made_at").value = new Date().toISOString();
  const fields = [...new FormData(form, submitter)].filter(([, value]) => !(value instanceof File) || value.size);
  const id = hidden(form, "client_uuid").value;
  const item = { id, who: who(), label: form.dataset.offline, address: form.action, page: location.pathname + location.search, at: Date.now(), fields };
  const to = submitter?.dataset.turnTo;
  if (to) item.turn = { box: submitter.closest("[data-turns]").id, to };
  leaving.add(id);
  mark(1);
  const kept = await queue.put(item).then(() => true, () => false);
  try {
    await attempt(form, item, kept);
  } finally {
    leaving.delete(id);
    delete form.dataset.sent;
    delete form.dataset.despite;
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
  for (const [name, value] of item.fields) {
    // What a script had added to the form: the files that were already received.
    if (typeof value === "string" && !form.elements[name]) form.append(make("input", { type: "hidden", name, value }));
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
