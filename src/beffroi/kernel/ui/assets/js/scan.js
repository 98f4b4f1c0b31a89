// Reads a label with the camera, ours (QR code) or that of another maker (QR code, bar code): the browser itself where it
// knows how (BarcodeDetector), else codes.js, fetched at the first use. Without a camera, a photo of the label is read; the
// code can always be typed.
//   <input name="asset_code" data-scan>      data-scan="go" sends the form at once
// Our label holds an address that ends with its code: …/e/23456789AB/; what another maker wrote is kept as it is. Works
// without network.
// A button asks where the device is:  <button type="button" data-locate hidden>Autour de moi</button>
// It opens this page again with ?lat=…&lon=….
import { each, make } from "./tools.js";

const EVERY = 200;
const OURS = /(?:^|\/)e\/([0-9A-Z-]{4,12})\/?(?:[?#].*)?$/i;
const LONGEST = 64;
const NEEDED = ["qr_code", "code_128", "ean_13"];
const WANTED = ["qr_code", "code_128", "code_39", "ean_13", "ean_8", "data_matrix", "itf", "upc_a"];

/** What a label names: the code of one of ours, else all that is written. */
export const code = (text) => {
  // As the server does: GS1 separates its fields by a sign that nothing shows.
  const seen = text.replace(/[\u0000-\u0008\u000e-\u001f\u007f]/g, "").replace(/\s+/g, " ").trim();
  return (OURS.exec(seen)?.[1] ?? seen).slice(0, LONGEST);
};

async function ownReader() {
  const { codesJs } = document.querySelector("script[data-codes-js]").dataset;
  return (await import(codesJs)).read;
}

/** A function that gives the text of the code in a picture, or nothing. */
async function reader() {
  const formats = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  if (!NEEDED.every((one) => formats.includes(one))) return ownReader();
  const native = new BarcodeDetector({ formats: WANTED.filter((one) => formats.includes(one)) });
  let own;
  return async (source) => {
    if (!own) {
      try {
        return (await native.detect(source))[0]?.rawValue;
      } catch {
        own = await ownReader(); // announced, and absent: a telephone without its maker's services
      }
    }
    return own(source);
  };
}

function put(input, text) {
  input.value = code(text);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  if (input.dataset.scan === "go") input.form.requestSubmit();
  else input.focus();
}

async function scan(input, button, video) {
  const read = await reader();
  const camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  const stop = () => {
    for (const track of camera.getTracks()) track.stop();
    video.hidden = true;
    button.textContent = "Scanner l’étiquette";
    button.onclick = () => start(input, button, video);
  };
  video.srcObject = camera;
  video.hidden = false;
  await video.play();
  button.textContent = "Arrêter la caméra";
  button.onclick = stop;
  const look = async () => {
    if (video.hidden) return;
    const text = await read(video);
    if (text && !video.hidden) {
      stop();
      put(input, text);
    } else setTimeout(look, EVERY);
  };
  look();
}

function start(input, button, video) {
  button.disabled = true;
  scan(input, button, video)
    .catch(() => photograph(input, button, "La caméra n’est pas accessible\u202f: photographiez l’étiquette, ou écrivez son code."))
    .finally(() => { button.disabled = false; });
}

/** The label on a photo, in place of the camera; `why` is said. */
function photograph(input, button, why) {
  const said = make("p", { class: "soft small", role: "status" }, why);
  const chooser = make("input", { type: "file", accept: "image/*", capture: "environment" });
  const label = make("label", { class: "stack-small" }, make("span", {}, "Photo de l’étiquette"), chooser);
  chooser.addEventListener("change", async () => {
    try {
      const picture = await createImageBitmap(chooser.files[0]);
      const text = await (await reader())(picture);
      if (text) {
        said.textContent = "";
        put(input, text);
        return;
      }
    } catch {
      // Not a picture, or a picture that this browser does not read.
    }
    said.textContent = "Aucun code lu sur cette photo\u202f: rapprochez-vous de l’étiquette, ou écrivez son code.";
  });
  button.replaceWith(said, label);
}

each("input[data-scan]", (input) => {
  const button = make("button", { type: "button", class: "btn btn-plain" }, "Scanner l’étiquette");
  const video = make("video", { class: "scan", playsinline: "", muted: "", "aria-label": "Ce que voit la caméra" });
  video.hidden = true;
  video.muted = true;
  button.onclick = () => start(input, button, video);
  input.after(button, video);
  if (!navigator.mediaDevices) photograph(input, button, "");
});

if (navigator.geolocation) {
  each("[data-locate]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => location.assign(`?lat=${coords.latitude.toFixed(5)}&lon=${coords.longitude.toFixed(5)}`),
        () => {
          button.removeAttribute("aria-busy");
          button.after(make("p", { class: "soft small", role: "status" }, "L’appareil ne donne pas sa position."));
        },
        { enableHighAccuracy: true, timeout: 15_000 },
      );
    });
  });
}
