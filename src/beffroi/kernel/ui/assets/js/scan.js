// Reads a QR label with the camera, where the browser knows how (BarcodeDetector); else the code is typed.
//   <input name="asset_code" data-scan>      data-scan="go" sends the form at once
// The label holds an address that ends with the code: …/e/23456789AB/. Works without network.
// A button asks where the device is:  <button type="button" data-locate hidden>Autour de moi</button>
// It opens this page again with ?lat=…&lon=….
import { each, make } from "./tools.js";

const EVERY = 250;
const code = (text) => text.trim().replace(/[?#].*$/, "").replace(/\/+$/, "").split("/").pop();

async function scan(input, button, video) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
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
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) {
      setTimeout(look, EVERY);
      return;
    }
    stop();
    input.value = code(found.rawValue);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    if (input.dataset.scan === "go") input.form.requestSubmit();
    else input.focus();
  };
  look();
}

function start(input, button, video) {
  scan(input, button, video).catch(() => {
    button.replaceWith(make("p", { class: "soft small", role: "status" }, "La caméra n’est pas accessible\u202f: écrivez le code de l’étiquette."));
  });
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  each("input[data-scan]", (input) => {
    const button = make("button", { type: "button", class: "btn btn-plain" }, "Scanner l’étiquette");
    const video = make("video", { class: "scan", playsinline: "", muted: "", "aria-label": "Ce que voit la caméra" });
    video.hidden = true;
    button.onclick = () => start(input, button, video);
    input.after(button, video);
  });
}

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
