// Proposes titles while one types; choosing one opens its page. Without network or JavaScript, the form still searches.
//   <input type="search" name="q" data-suggest="/recherche/suggestions">
// A suggestion without page (an address) fires `beffroi:suggestion` on the input, with the suggestion as its detail; with
// `data-suggest-map="#id"` the picker in that element goes to its `lon` and `lat`; with `data-suggest-fill` the input keeps
// the street, and the fields of the form that bear these names receive the rest.
//   <input name="address" data-suggest="/adresses/suggestions" data-suggest-map="#lieu" data-suggest-fill="postal_code city">
import { each, make } from "../tools.js";

const WAIT = 180;
let lists = 0;

each("input[data-suggest]", (input) => {
  const list = make("datalist", { id: `suggestions-${(lists += 1)}` });
  input.after(list);
  input.setAttribute("list", list.id);
  const known = new Map();
  let timer;
  let asked;

  async function propose(typed) {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(typed)}`, { signal: asked.signal });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      known.clear();
      for (const suggestion of suggestions) known.set(suggestion.label, suggestion);
      list.replaceChildren(...suggestions.map(({ label, kind }) => make("option", { value: label }, kind)));
    } catch {
      // Another letter came, or the network is missing: nothing is proposed.
    }
  }

  function choose(suggestion) {
    if (suggestion.url) {
      location.assign(suggestion.url);
      return;
    }
    if (input.dataset.suggestFill && suggestion.street) {
      input.value = suggestion.street;
      for (const name of input.dataset.suggestFill.split(" ")) {
        const field = input.form?.elements.namedItem(name);
        if (field && suggestion[name]) field.value = suggestion[name];
      }
    }
    input.dispatchEvent(new CustomEvent("beffroi:suggestion", { detail: suggestion, bubbles: true }));
    const around = input.dataset.suggestMap && document.querySelector(input.dataset.suggestMap);
    const frame = around && (around.matches(".map") ? around : around.querySelector(".map"));
    frame?.dispatchEvent(new CustomEvent("beffroi:go", { detail: suggestion }));
  }

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    const typed = input.value.trim();
    const chosen = known.get(typed);
    // A browser that fills the field from the list says so, or sends an event that is not a keystroke.
    if (chosen && (event.inputType === "insertReplacementText" || !("inputType" in event))) choose(chosen);
    else if (typed.length >= 2) timer = setTimeout(propose, WAIT, typed);
    else list.replaceChildren();
  });
});
