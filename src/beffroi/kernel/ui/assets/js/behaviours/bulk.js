// Lines ticked in a list and treated together.
//   <form id="bulk" data-bulk><p class="bulk-count"></p>…</form>
//   <input type="checkbox" data-check-all="bulk"> … <input type="checkbox" class="row-check" form="bulk">
import { all, each, on } from "../tools.js";

const rows = (id) => all(`.row-check[form="${CSS.escape(id)}"]`);

function show(id) {
  const boxes = rows(id);
  const ticked = boxes.filter((box) => box.checked).length;
  const bar = document.querySelector(`#${CSS.escape(id)}[data-bulk]`);
  const text = bar?.querySelector(".bulk-count");
  bar?.toggleAttribute("data-ticked", ticked > 0);
  if (text) text.textContent = ticked ? `${ticked}\u00a0ligne${ticked > 1 ? "s cochées" : " cochée"}` : "Cochez les lignes à traiter ensemble.";
  for (const head of all(`[data-check-all="${CSS.escape(id)}"]`)) {
    head.checked = ticked > 0 && ticked === boxes.length;
    head.indeterminate = ticked > 0 && ticked < boxes.length;
  }
}

on("change", "[data-check-all]", (head) => {
  for (const box of rows(head.dataset.checkAll)) box.checked = head.checked;
  show(head.dataset.checkAll);
});
on("change", ".row-check", (box) => show(box.getAttribute("form")));
each("form[data-bulk]", (form) => show(form.id));

// Shift and a press tick everything between two lines.
let last;
on("click", ".row-check", (box, event) => {
  const boxes = rows(box.getAttribute("form"));
  if (event.shiftKey && last && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
    show(box.getAttribute("form"));
  }
  last = box;
});

// In a line, the arrows go to the same place of the line above or below; only there, so no shortcut takes a key away.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = step && event.target.closest?.("tr:has(.row-check)");
  if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const kind = event.target.matches(".row-check") ? ".row-check" : "a";
  const target = next?.querySelector(kind);
  if (!target) return;
  event.preventDefault();
  target.focus();
});
