// Small helpers shared by the behaviours.

/** Every element that matches, now. */
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Calls `handle(element, event)` for events that happen inside an element that matches, present or future. */
export function on(type, selector, handle) {
  document.addEventListener(type, (event) => {
    const element = event.target instanceof Element && event.target.closest(selector);
    if (element) handle(element, event);
  });
}

/** Calls `handle(element)` once for each element that matches, now and when a page's body is replaced. */
export function each(selector, handle) {
  const seen = new WeakSet();
  const run = () => {
    for (const element of all(selector)) {
      if (seen.has(element)) continue;
      seen.add(element);
      handle(element);
    }
  };
  run();
  addEventListener("beffroi:content", run);
}

/** Shows another answer of the server in place of this page. */
export function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  dispatchEvent(new Event("beffroi:content"));
}

/** An element: `make("p", { class: "soft" }, "text", child)`. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** « 1,2 Mo » */
export const size = (bytes) => (bytes < 1e6
  ? `${Math.max(1, Math.round(bytes / 1e3))}\u202fko`
  : `${(bytes / 1e6).toLocaleString("fr-FR", { maximumFractionDigits: 1 })}\u202fMo`);
