// A search that the device answers by itself without network, with what a page asked it to keep for the day.
//   <div data-kept="/terrain/equipements/jour.json?garder" data-kept-field="code">
//     <template data-kept-none>…<span data-kept-said></span>…</template><template data-kept-near>…<ul></ul>…</template></div>
// The file: { made, items: [{ codes: ["B-1", …], title, text, place: [longitude, latitude] or null, html }] }. Shown for
// `?code=` and for `?lat=&lon=`, on the page kept without them (the server answers on its own pages).
import { each, make } from "./tools.js";
import { code } from "./scan.js";

const AROUND = 20;
const FARTHEST = 1000; // metres
const METRES = 111_320;

async function read(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** The parts of a text of our own server. */
function parts(html) {
  return new DOMParser().parseFromString(html, "text/html").body.children;
}

function copy(box, name) {
  return box.querySelector(`template[${name}]`).content.cloneNode(true);
}

function metres(one, [longitude, latitude]) {
  const east = (one[0] - longitude) * Math.cos((latitude * Math.PI) / 180);
  return Math.round(Math.hypot(east, one[1] - latitude) * METRES);
}

/** Those around a place, the nearest first, each leading to its card. */
function near(box, items, place, but) {
  const found = items.filter((one) => one.place && one !== but).map((one) => ({ one, away: metres(one.place, place) }))
    .filter(({ away }) => away <= FARTHEST).sort((a, b) => a.away - b.away).slice(0, AROUND);
  if (!found.length) return;
  const shown = copy(box, "data-kept-near");
  shown.querySelector("ul").append(...found.map(({ one, away }) => make("li", {},
    make("span", {}, make("a", { href: `?code=${encodeURIComponent(one.codes[0])}` }, one.title), make("br"), make("span", { class: "soft small" }, one.text)),
    make("span", { class: "nowrap" }, `${away.toLocaleString("fr-FR")} m`))));
  box.append(shown);
}

async function answer(box) {
  const asked = new URLSearchParams(location.search);
  const typed = asked.get("code");
  const place = asked.has("lat") && asked.has("lon") ? [Number(asked.get("lon")), Number(asked.get("lat"))] : null;
  if (!typed && !place) return;
  const field = document.querySelector(`[name="${box.dataset.keptField}"]`);
  if (field && typed) field.value = typed;
  const { items } = await read(box.dataset.kept);
  const wanted = typed ? code(typed).toUpperCase() : "";
  const found = items.find((one) => wanted && one.codes.some((known) => known.toUpperCase() === wanted));
  if (found) box.append(...parts(found.html));
  else if (wanted) {
    const none = copy(box, "data-kept-none");
    none.querySelector("[data-kept-said]").textContent = code(typed);
    for (const link of none.querySelectorAll("a[data-kept-code]")) link.href += encodeURIComponent(code(typed));
    box.append(none);
  }
  const centre = place || found?.place;
  if (centre) near(box, items, centre, found);
  dispatchEvent(new Event("beffroi:content"));
}

each("[data-kept]", (box) => {
  answer(box).catch(() => {
    box.append(make("p", { class: "soft" }, "Les équipements du jour ne sont pas dans cet appareil\u202f: ouvrez « Ma journée » une fois avec du réseau."));
  });
});
