// A file sent with its form. (Files sent one by one as soon as they are chosen: see uploads.js.)
// A file input that lists what was chosen, and shows how far the sending is. Without JavaScript the form is sent as usual.
//   <input type="file" name="photos" multiple data-upload data-max="10485760">
import { all, each, make, show, size } from "../tools.js";

function list(input) {
  const box = input.uploadList || make("ul", { class: "upload-list", role: "status" });
  input.uploadList = box;
  if (!box.isConnected) input.after(box);
  const most = Number(input.dataset.max || 0);
  box.replaceChildren(...[...input.files].map((file) => {
    const item = make("li", { class: "upload-item" }, make("span", {}, file.name), make("span", { class: "soft nowrap" }, size(file.size)));
    if (most && file.size > most) item.append(make("p", { class: "field-error" }, `Ce fichier dépasse ${size(most)}. Choisissez-en un plus petit.`));
    return item;
  }));
  input.setCustomValidity(most && [...input.files].some((file) => file.size > most) ? `Un fichier dépasse ${size(most)}.` : "");
}

// A photograph of a telephone weighs 3 to 8 MB: on a slow network one must see it leave.
function send(form, submitter) {
  const data = new FormData(form, submitter);
  const bar = make("progress", { max: "100", value: "0", "aria-label": "Envoi du fichier" });
  const text = make("span", {}, "Envoi en cours…");
  const note = make("div", { class: "upload-item", role: "status" }, text, bar);
  (submitter?.closest(".form-actions") || form).append(note);
  const request = new XMLHttpRequest();
  const fail = (why) => {
    note.setAttribute("class", "field-error");
    note.replaceChildren(why);
    delete form.dataset.sent;
    submitter?.removeAttribute("aria-busy");
  };
  request.open("POST", form.action || location.href);
  request.setRequestHeader("Accept", "text/html");
  request.setRequestHeader("X-Beffroi-Upload", "1");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = Math.round((100 * event.loaded) / event.total);
    text.textContent = bar.value < 100 ? `Envoi\u202f: ${bar.value}\u202f% de ${size(event.total)}` : "Envoyé, vérification en cours…";
  });
  request.addEventListener("error", () => fail("L’envoi a été interrompu par le réseau. Rien n’est perdu\u202f: réessayez quand il sera revenu."));
  request.addEventListener("load", () => {
    // The page that follows (see kernel/ui/uploads.py), or the form with its errors.
    const next = request.getResponseHeader("X-Location");
    if (next) location.assign(next);
    else if (request.getResponseHeader("Content-Type")?.startsWith("text/html")) {
      const files = all("input[type='file'][data-upload]", form).map((input) => [input.name, input.files]);
      show(request.responseText);
      keep(files);
    } else fail("Le serveur n’a pas accepté l’envoi. Réessayez dans quelques minutes.");
  });
  request.send(data);
}

// The form came back with errors: the files that were chosen are chosen again.
function keep(files) {
  for (const [name, chosen] of files) {
    const input = document.querySelector(`input[type='file'][name="${CSS.escape(name)}"]`);
    if (!input || input.getAttribute("aria-invalid") === "true") continue;
    input.files = chosen;
    list(input);
  }
}

each("input[type='file'][data-upload]", (input) => {
  if (input.closest("[data-uploads]")) return; // sent file by file: see uploads.js
  input.addEventListener("change", () => list(input));
  if (input.form && !input.form.dataset.withFiles) {
    input.form.dataset.withFiles = "yes";
    input.form.addEventListener("submit", (event) => {
      const chosen = all("input[type='file'][data-upload]", input.form).some((one) => one.files.length);
      if (!chosen || event.defaultPrevented || input.form.dataset.sent) return;
      event.preventDefault();
      input.form.dataset.sent = "yes";
      event.submitter?.setAttribute("aria-busy", "true");
      send(input.form, event.submitter);
    });
  }
});
