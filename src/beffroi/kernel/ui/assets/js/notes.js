// Places a sticky note on the picture of a page: by a press, or by the arrows of the keyboard then Enter.
//   <ol data-notes="note"><li class="leaf" data-leaf="1"><img …><svg class="leaf-notes">…</svg>
//     <button type="button" data-leaf-note>Poser une note sur la page 1</button></li></ol>
//   <form id="note"><input name="page"><input name="x"><input name="y"><textarea name="text"></textarea></form>
// The place goes to the fields of the form (hundredths of the page), which also works without script.
import { on } from "./tools.js";

const SVG = "http://www.w3.org/2000/svg";
const clamp = (value) => Math.min(100, Math.max(0, value));

function mark(leaf) {
  const board = leaf.querySelector(".leaf-notes");
  let spot = board.querySelector(".leaf-spot");
  if (!spot) {
    spot = document.createElementNS(SVG, "circle");
    spot.setAttribute("class", "leaf-spot");
    spot.setAttribute("r", "15");
    board.append(spot);
  }
  return spot;
}

function place(leaf, x, y) {
  const form = document.getElementById(leaf.closest("[data-notes]").dataset.notes);
  for (const old of document.querySelectorAll(".leaf-spot")) if (!leaf.contains(old)) old.remove();
  const spot = mark(leaf);
  spot.setAttribute("cx", `${x}%`);
  spot.setAttribute("cy", `${y}%`);
  form.elements.page.value = leaf.dataset.leaf;
  form.elements.x.value = x.toFixed(1);
  form.elements.y.value = y.toFixed(1);
  return form;
}

function write(form) {
  form.elements.text.focus();
  form.scrollIntoView({ block: "nearest" });
}

on("click", "[data-notes] .leaf-notes", (board, event) => {
  if (event.target.closest("a")) return;
  const box = board.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * 100;
  const y = ((event.clientY - box.top) / box.height) * 100;
  write(place(board.closest("[data-leaf]"), clamp(x), clamp(y)));
});

const STEPS = { ArrowLeft: [-2, 0], ArrowRight: [2, 0], ArrowUp: [0, -2], ArrowDown: [0, 2] };

on("click", "[data-notes] [data-leaf-note]", (button) => {
  const leaf = button.closest("[data-leaf]");
  if (!("x" in button.dataset)) {
    // First press: the mark appears in the middle; the arrows move it, a second press writes.
    button.dataset.x = button.dataset.y = "50";
    button.setAttribute("aria-label", `Repère au milieu de la page ${leaf.dataset.leaf}\u202f: déplacez-le avec les flèches, puis Entrée pour écrire`);
    place(leaf, 50, 50);
    return;
  }
  const form = place(leaf, Number(button.dataset.x), Number(button.dataset.y));
  delete button.dataset.x;
  button.removeAttribute("aria-label");
  write(form);
});

on("keydown", "[data-notes] [data-leaf-note]", (button, event) => {
  const step = STEPS[event.key];
  if (!step || !("x" in button.dataset)) return;
  event.preventDefault();
  button.dataset.x = clamp(Number(button.dataset.x) + step[0]);
  button.dataset.y = clamp(Number(button.dataset.y) + step[1]);
  place(button.closest("[data-leaf]"), Number(button.dataset.x), Number(button.dataset.y));
});
