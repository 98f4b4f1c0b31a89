// Several files, each sent as soon as it is chosen, with its progress; the form then only carries their tokens.
//   <div data-uploads data-url="/fichiers/envoi/" data-kind="photo" data-most="5" data-max-size="20971520" data-name="photos_kept">
//     <ul data-uploads-list>…<li data-uploads-item><label><input type="checkbox" name="photos_kept" value="…" checked>…</label></li></ul>
//     <input type="file" name="photos" multiple> <p role="status" data-uploads-status></p>
//   </div>
// Says `beffroi:position` ({ longitude, latitude }) when a photo tells where it was taken. Without JavaScript the files
// travel with the form; so do those that the network did not take, in a form that waits for it (`data-offline`).
import { all, each, make, size } from "../tools.js";

const count = (box) => all("[data-uploads-item]", box).filter((item) => !item.querySelector("input")?.matches(":not(:checked)")).length;

function say(box, text) {
  box.querySelector("[data-uploads-status]").textContent = text;
}

function settle(box) {
  const list = box.querySelector("[data-uploads-list]");
  list.hidden = !list.children.length;
}

function row(box, file) {
  const bar = make("progress", { max: "100", value: "0", "aria-label": `Envoi de ${file.name}` });
  const item = make("li", { class: "upload-item", "data-uploads-item": "", "aria-busy": "true" },
    make("span", {}, file.name), make("span", { class: "soft nowrap" }, size(file.size)), bar);
  box.querySelector("[data-uploads-list]").append(item);
  settle(box);
  return [item, bar];
}

function removal(box, item, name) {
  const button = make("button", { type: "button", class: "btn btn-plain btn-small", "aria-label": `Retirer ${name}` }, "Retirer");
  button.addEventListener("click", () => {
    item.remove();
    settle(box);
    say(box, `${name} a été retiré.`);
    box.querySelector("input[type='file']").focus();
  });
  return button;
}

function received(box, item, answer) {
  item.removeAttribute("aria-busy");
  const shown = answer.thumbnail ? make("img", { src: answer.thumbnail, alt: "", width: "56", height: "56" }) : "";
  const name = make("span", { class: "row" }, shown, make("span", {}, answer.name, " ", make("span", { class: "soft nowrap" }, size(answer.size))));
  item.replaceChildren(name, make("input", { type: "hidden", name: box.dataset.name, value: answer.id }), removal(box, item, answer.name));
  say(box, `${answer.name} est bien arrivé.`);
  if (answer.position) {
    const [longitude, latitude] = answer.position;
    box.dispatchEvent(new CustomEvent("beffroi:position", { bubbles: true, detail: { longitude, latitude } }));
  }
}

function refused(box, item, file, why, again) {
  item.removeAttribute("aria-busy");
  item.removeAttribute("data-uploads-item");
  const text = make("p", { class: "field-error" }, why);
  const buttons = [removal(box, item, file.name)];
  if (again) {
    const retry = make("button", { type: "button", class: "btn btn-plain btn-small" }, "Réessayer");
    retry.addEventListener("click", () => {
      item.remove();
      send(box, file);
    });
    buttons.unshift(retry);
  }
  item.replaceChildren(text, make("span", { class: "row" }, ...buttons));
  say(box, why);
}

/** Files that leave with the form itself, `box.held`: the chooser carries them. */
function hold(box, change) {
  const files = new DataTransfer();
  box.held = change(box.held || []);
  for (const file of box.held) files.items.add(file);
  box.querySelector("input[type='file']").files = files.files;
}

function later(box, item, file) {
  item.removeAttribute("aria-busy");
  const button = removal(box, item, file.name);
  button.addEventListener("click", () => hold(box, (held) => held.filter((one) => one !== file)));
  item.replaceChildren(make("span", {}, file.name, " ", make("span", { class: "soft" }, "partira avec le formulaire")), button);
  hold(box, (held) => [...held, file]);
  say(box, `Pas de réseau\u202f: ${file.name} est gardé ici et partira avec le formulaire.`);
}

function send(box, file) {
  if (count(box) >= Number(box.dataset.most)) {
    say(box, `${file.name} n’a pas été gardé\u202f: ${box.dataset.most} fichiers au plus.`);
    return;
  }
  const [item, bar] = row(box, file);
  if (file.size > Number(box.dataset.maxSize)) {
    refused(box, item, file, `«\u202f${file.name}\u202f» dépasse ${size(Number(box.dataset.maxSize))}.`, false);
    return;
  }
  const data = new FormData();
  data.append("kind", box.dataset.kind);
  data.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", box.dataset.url);
  request.setRequestHeader("X-CSRFToken", box.closest("form").elements.csrfmiddlewaretoken.value);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
  });
  const lost = () => (box.closest("form[data-offline]") ? later(box, item, file) : refused(box, item, file, `«\u202f${file.name}\u202f» n’est pas parti\u202f: le réseau a manqué.`, true));
  request.addEventListener("error", () => {
    lost();
    box.dispatchEvent(new Event("beffroi:uploads-settled"));
  });
  request.addEventListener("load", () => {
    if (request.status === 201) received(box, item, request.response);
    else if (request.response?.error) refused(box, item, file, request.response.error, request.status === 429);
    else lost();
    box.dispatchEvent(new Event("beffroi:uploads-settled"));
  });
  request.send(data);
}

each("[data-uploads]", (box) => {
  const input = box.querySelector("input[type='file']");
  for (const item of all("[data-uploads-item]", box)) {
    const kept = item.querySelector("input");
    const name = item.querySelector("[data-uploads-name]").textContent;
    kept.type = "hidden";
    item.append(removal(box, item, name));
  }
  input.addEventListener("change", () => {
    const chosen = [...input.files];
    hold(box, (held) => held);
    for (const file of chosen) send(box, file);
  });
  input.form?.addEventListener("reset", () => {
    box.querySelector("[data-uploads-list]").replaceChildren();
    settle(box);
    // After the browser has emptied the chooser.
    setTimeout(() => hold(box, () => []));
  });
  // A form sent while a file is still on its way waits for it.
  input.form?.addEventListener("submit", (event) => {
    if (!box.querySelector("[data-uploads-item][aria-busy]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    say(box, "L’envoi des fichiers se termine, le formulaire partira ensuite.");
    box.addEventListener("beffroi:uploads-settled", () => input.form.requestSubmit(submitter), { once: true });
  }, true);
});
