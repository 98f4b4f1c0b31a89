// A signature drawn with the finger or the mouse; it leaves with its form as a picture.
//   <input type="file" name="signature" accept="image/*" data-sign>
// Without script it is a chooser of pictures. The name written beside is enough: nobody has to draw (keyboard, screen reader).
import { each, make } from "./tools.js";

const WIDTH = 600;
const HEIGHT = 200;

function picture(canvas) {
  const bytes = Uint8Array.from(atob(canvas.toDataURL("image/png").split(",")[1]), (letter) => letter.charCodeAt(0));
  return new File([bytes], "signature.png", { type: "image/png" });
}

each("input[data-sign]", (input) => {
  const canvas = make("canvas", { class: "sign", width: WIDTH, height: HEIGHT, role: "img", "aria-label": "Cadre pour signer avec le doigt ou la souris" });
  const erase = make("button", { type: "button", class: "btn btn-plain btn-small" }, "Effacer la signature");
  const pen = canvas.getContext("2d");
  Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#1c2733" });
  const blank = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    input.value = "";
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
  };
  let drawing = false;
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    drawing = true;
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  const stop = () => {
    if (!drawing) return;
    drawing = false;
    const chosen = new DataTransfer();
    chosen.items.add(picture(canvas));
    input.files = chosen.files;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  canvas.addEventListener("pointerup", stop);
  canvas.addEventListener("pointercancel", stop);
  erase.addEventListener("click", blank);
  input.form?.addEventListener("reset", blank);
  blank();
  input.hidden = true;
  input.after(canvas, erase);
});
