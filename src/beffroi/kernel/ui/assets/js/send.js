// Many files, or whole folders, dropped on a page: each sent bit by bit, with its progress, and resumed after a cut.
//   <div data-send data-send-begin="/…/envois/" data-send-part="/…/envois/" data-send-finish="/…/envois/finir/">
//     <form>…csrf…<p data-send-drop><input type="file" multiple data-send-input></p></form>
//     <ul data-send-list></ul><p role="status" data-send-status></p></div>
// A file keeps its number (`client_uuid`) while the tab is open: chosen again, it goes on where it was. Two at a time.
import { each, make, size } from "./tools.js";

const TOGETHER = 2;
const PAUSES = [1, 2, 5, 10, 20, 30];

/** The number of a file for this place: the same one when it is chosen again. */
function numberOf(box, file, path) {
  const key = `beffroi:send:${box.dataset.sendBegin}:${path}:${file.name}:${file.size}:${file.lastModified}`;
  let number = null;
  try {
    number = sessionStorage.getItem(key);
    if (!number) {
      number = crypto.randomUUID ? crypto.randomUUID() : drawn();
      sessionStorage.setItem(key, number);
    }
  } catch {
    number = drawn();
  }
  return [number, () => { try { sessionStorage.removeItem(key); } catch { /* private window */ } }];
}

function drawn() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

class Refused extends Error {}

const wait = (seconds) => new Promise((done) => {
  const timer = setTimeout(done, seconds * 1000);
  addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
});

async function ask(url, options) {
  const answer = await fetch(url, { method: "POST", credentials: "same-origin", ...options });
  if (answer.status >= 500 || answer.status === 429) throw new TypeError("later");
  const type = answer.headers.get("Content-Type") || "";
  if (!type.startsWith("application/json")) throw new Refused("Votre session a pris fin, ou vous ne pouvez plus écrire ici. Rechargez la page.");
  const said = await answer.json();
  if (!answer.ok && answer.status !== 409) throw new Refused(said.error || "Le serveur a refusé ce fichier.");
  return said;
}

/** Tries again for as long as the network is missing. */
async function insist(row, work) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (fault) {
      if (fault instanceof Refused) throw fault;
      row.note("Réseau coupé : l’envoi reprendra seul.");
      await wait(PAUSES[Math.min(tries, PAUSES.length - 1)]);
    }
  }
}

async function sendOne(box, { file, path }, row) {
  const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  const [number, over] = numberOf(box, file, path);
  const fields = (more) => new URLSearchParams({ client_uuid: number, name: file.name, size: String(file.size), ...more });
  const form = (url, more) => insist(row, () => ask(url, { headers: { "X-CSRFToken": token }, body: fields(more) }));
  const begun = await form(box.dataset.sendBegin, {});
  let { received } = begun;
  if (begun.url) return begun;
  row.progress(received);
  while (received < file.size) {
    const bit = file.slice(received, received + begun.part);
    const from = received;
    const said = await insist(row, () => ask(`${box.dataset.sendPart}${number}/`, {
      headers: { "X-CSRFToken": token, "X-Offset": String(from), "Content-Type": "application/octet-stream" }, body: bit,
    }));
    if (said.received === from && said.error) throw new Refused(said.error);
    received = said.received;
    row.progress(received);
  }
  row.note("Rangement…");
  const done = await form(box.dataset.sendFinish, { folder: path });
  over();
  return done;
}

function rowOf(box, { file, path }) {
  const bar = make("progress", { max: String(file.size || 1), value: "0", "aria-label": `Envoi de ${file.name}` });
  const note = make("span", { class: "soft nowrap" }, size(file.size));
  const name = make("span", { class: "anywhere" }, path ? `${path}/${file.name}` : file.name);
  const item = make("li", { class: "upload-item" }, name, note, bar);
  box.querySelector("[data-send-list]").append(item);
  return {
    progress: (received) => { bar.value = received; note.textContent = `${size(received)} sur ${size(file.size)}`; },
    note: (text) => { note.textContent = text; },
    done: (said) => {
      const link = make("a", { href: said.url, class: "anywhere" }, said.name);
      const twins = said.twins?.length ? make("span", { class: "small soft" }, `Même contenu que : ${said.twins.join(", ")}`) : "";
      item.replaceChildren(link, make("span", { class: "soft nowrap" }, "ajouté"), twins);
    },
    fail: (why) => item.replaceChildren(name, make("p", { class: "field-error" }, why)),
  };
}

/** The files of what was dropped, with the path of the folders around them. */
async function inside(entry, path = "") {
  if (entry.isFile) return [{ file: await new Promise((done, fail) => { entry.file(done, fail); }), path }];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, fail) => { reader.readEntries(done, fail); });
    if (!some.length) break;
    found.push(...some);
  }
  const below = path ? `${path}/${entry.name}` : entry.name;
  return (await Promise.all(found.map((one) => inside(one, below)))).flat();
}

each("[data-send]", (box) => {
  const queue = [];
  const status = box.querySelector("[data-send-status]");
  let running = 0;
  let added = 0;

  const next = async () => {
    const one = queue.shift();
    if (!one) {
      if (!running && added) {
        status.replaceChildren(`${added} ${added > 1 ? "fichiers ajoutés" : "fichier ajouté"}. `, make("a", { href: "" }, "Actualiser la liste"));
      }
      return;
    }
    running += 1;
    try {
      one.row.done(await sendOne(box, one, one.row));
      added += 1;
    } catch (fault) {
      one.row.fail(fault.message);
    }
    running -= 1;
    next();
  };

  const take = (files) => {
    for (const one of files) queue.push({ ...one, row: rowOf(box, one) });
    status.textContent = `${files.length} ${files.length > 1 ? "fichiers à envoyer" : "fichier à envoyer"}.`;
    for (let free = running; free < TOGETHER; free += 1) next();
  };

  const drop = box.querySelector("[data-send-drop]");
  for (const type of ["dragenter", "dragover"]) {
    drop.addEventListener(type, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  }
  for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.length
      ? (await Promise.all(entries.map((entry) => inside(entry)))).flat()
      : [...event.dataTransfer.files].map((file) => ({ file, path: "" }));
    take(files);
  });
  box.querySelector("[data-send-input]").addEventListener("change", (event) => {
    take([...event.target.files].map((file) => ({ file, path: "" })));
    event.target.value = "";
  });
  addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });
});
