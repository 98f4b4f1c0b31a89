// A map. A list that says the same stands beside it: the map is never the only way to an information.
//
//   <div class="map" data-map data-src="/carte/couches/reports.geojson" data-outline="/carte/contours.geojson"
//        data-tiles="https://…/{z}/{x}/{y}.png" data-credit="IGN" role="region" aria-label="Carte des signalements">
//     <p class="map-wait">Chargement de la carte…</p>
//   </div>
//
// data-src        GeoJSON of points or shapes; properties: id, title, text, url, tone (and icon's words in `kind`)
// data-bbox       (present) asks again with ?bbox=west,south,east,north when the view moves: for large layers
// data-outline    GeoJSON of the communes (properties: name, code, slug), always drawn, even without tiles
// data-focus      code or slug of the commune to show; the others stay pale
// data-view       "lat,lon,zoom" at start; else what is drawn is fitted
// data-map-pick   (present) one chooses a point: see map/picker.js; beside it, data-map-draw: a line, see map/draw.js
//
// Beside it: <li data-map-item="12">…<button type="button" data-map-show="12">Voir sur la carte</button></li> answers
// to the feature whose id is 12; <input type="checkbox" data-map-layer="/carte/couches/x.geojson"> shows a layer more.
import L from "leaflet";
import { make } from "./tools.js";
import { draw } from "./map/draw.js";
import { outlines } from "./map/outlines.js";
import { picker } from "./map/picker.js";
import { points } from "./map/points.js";

/** GeoJSON of an address; null when it does not answer, with a word to the person. */
async function geojson(address, frame) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return await answer.json();
  } catch {
    note(frame, "Une partie de la carte n’a pas pu être chargée. La liste reste complète.");
    return null;
  }
}

function note(frame, text) {
  if (frame.querySelector(".map-note")) return;
  frame.append(make("p", { class: "map-note", role: "status" }, text));
}

function ground(map, frame) {
  const { tiles, credit } = frame.dataset;
  if (!tiles) return;
  let failures = 0;
  const layer = L.tileLayer(tiles, { maxZoom: 19, attribution: credit ? `© ${credit}` : "", crossOrigin: "anonymous" });
  layer.on("tileerror", () => {
    failures += 1;
    if (failures === 3) note(frame, "Le fond de carte ne répond pas\u202f: seuls les contours sont affichés.");
  });
  layer.addTo(map);
}

function start(map, frame) {
  const [lat, lon, zoom] = (frame.dataset.view || "").split(",").map(Number);
  if (frame.dataset.view) map.setView([lat, lon], zoom || 14);
  else map.setView([50.1, 2.35], 10);
  return Boolean(frame.dataset.view);
}

function layers(map, frame, drawn) {
  for (const box of document.querySelectorAll(`[data-map-layer]${frame.id ? `:is([data-map-for="${frame.id}"], :not([data-map-for]))` : ""}`)) {
    let layer;
    const change = async () => {
      if (box.checked && !layer) layer = points(map, await geojson(box.dataset.mapLayer, frame), { ...drawn, source: box.dataset.mapLayer });
      else if (layer) layer.show(box.checked);
    };
    box.addEventListener("change", change);
    if (box.checked) change();
  }
}

/** Draws the map of a frame; called once by behaviours/map.js. */
export async function open(frame) {
  frame.querySelector(".map-wait")?.remove();
  const place = make("div");
  frame.prepend(place);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(place, { zoomControl: false, fadeAnimation: !calm, zoomAnimation: !calm, markerZoomAnimation: !calm, scrollWheelZoom: false });
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", `${frame.getAttribute("aria-label") || "Carte"}. Flèches pour se déplacer, plus et moins pour zoomer.`);
  L.control.zoom({ zoomInTitle: "Zoomer", zoomOutTitle: "Dézoomer", position: "topright" }).addTo(map);
  map.attributionControl.setPrefix(false);
  L.control.scale({ imperial: false }).addTo(map);
  // The wheel scrolls the page until the map is used.
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  ground(map, frame);
  const placed = start(map, frame);
  const drawn = { frame, geojson: (address) => geojson(address, frame) };
  const { outline, src, bbox } = frame.dataset;
  const [shape, data] = await Promise.all([
    outline ? geojson(outline, frame) : null,
    src && bbox === undefined ? geojson(src, frame) : null,
  ]);
  const around = shape && outlines(map, shape, frame.dataset.focus);
  const content = src ? points(map, data, { ...drawn, source: src, address: bbox === undefined ? null : src }) : null;
  const wide = (frame.dataset.focus && around) || content?.bounds() || around;
  if (!placed && wide?.isValid()) map.fitBounds(wide, { padding: [24, 24], maxZoom: 16 });
  layers(map, frame, drawn);
  if ("mapPick" in frame.dataset) {
    picker(map, frame);
    const field = document.querySelector(`[data-map-draw="#${frame.id}"]`);
    if (field) draw(map, frame, field);
  }
  frame.dispatchEvent(new CustomEvent("beffroi:map", { detail: map, bubbles: true }));
}
