// Cards moved from a column to another. What asks for a text, or cannot be done by dragging, has its page.
//   <div data-board><section data-board-target="done">…<li data-board-card="/…/etat/" data-board-moves="done:finish blocked:block!">
//   <form method="post" data-board-form hidden>…<input name="verb"></form>
import { all, each } from "../tools.js";

// `data-board-moves="*"`: the card may go anywhere, and the target itself is sent as the verb.
const anywhere = { has: () => true, get: (target) => target };
const moves = (card) => (card.dataset.boardMoves === "*" ? anywhere : new Map(card.dataset.boardMoves.split(" ").map((one) => one.split(":"))));

each("[data-board]", (board) => {
  const columns = all("[data-board-target]", board);
  let held;

  function mark() {
    const open = held ? moves(held) : new Map();
    for (const column of columns) {
      const allowed = held && !column.contains(held) && open.has(column.dataset.boardTarget);
      column.classList.toggle("is-open", Boolean(allowed));
      column.classList.toggle("is-closed", Boolean(held) && !allowed && !column.contains(held));
      column.classList.remove("is-over");
    }
  }

  for (const card of all("[data-board-card]", board)) {
    card.draggable = true;
    card.addEventListener("dragstart", (event) => {
      held = card;
      card.classList.add("is-held");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.dataset.boardCard);
      mark();
    });
    card.addEventListener("dragend", () => {
      card.classList.remove("is-held");
      held = undefined;
      mark();
    });
  }

  for (const column of columns) {
    column.addEventListener("dragover", (event) => {
      if (!column.classList.contains("is-open")) return;
      event.preventDefault();
      column.classList.add("is-over");
    });
    column.addEventListener("dragleave", (event) => {
      if (!column.contains(event.relatedTarget)) column.classList.remove("is-over");
    });
    column.addEventListener("drop", (event) => {
      const verb = held && moves(held).get(column.dataset.boardTarget);
      if (!verb) return;
      event.preventDefault();
      if (verb.endsWith("!")) {
        location.assign(`${held.dataset.boardCard}?geste=${verb.slice(0, -1)}`);
        return;
      }
      const form = document.querySelector("[data-board-form]");
      form.action = held.dataset.boardCard;
      form.elements.verb.value = verb;
      form.submit();
    });
  }
});
