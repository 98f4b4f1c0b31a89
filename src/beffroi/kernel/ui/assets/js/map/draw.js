// Drawing a line or a surface on a map that also chooses a point.
//   <div data-map-draw="#carte-lieu" data-shape="area"><textarea name="geometry">…</textarea></div>
// Each press on the map adds a corner, so does Enter at the centre; a corner can be dragged. The text field receives the
// GeoJSON, and stays there to be pasted into. Without script, one writes in it.
import L from "leaflet";
import { make } from "../tools.js";

const rounded = ({ lat, lng }) => [Number(lng.toFixed(6)), Number(lat.toFixed(6))];

export function draw(map, frame, box) {
  const field = box.querySelector("textarea");
  const area = box.dataset.shape === "area";
  const said = make("p", { class: "field-hint", role: "status" });
  const tool = make("button", { type: "button", class: "btn btn-plain btn-small", "aria-pressed": "false" }, area ? "Dessiner la surface" : "Dessiner la ligne");
  const back = make("button", { type: "button", class: "btn btn-plain btn-small" }, "Enlever le dernier point");
  const clear = make("button", { type: "button", class: "btn btn-plain btn-small" }, "Effacer le tracé");
  const layer = L.layerGroup().addTo(map);
  let corners = [];
  let active = false;
  box.prepend(make("div", { class: "map-draw" }, tool, back, clear), said);

  function written() {
    const line = corners.map(rounded);
    if (area) return line.length > 2 ? { type: "Polygon", coordinates: [[...line, line[0]]] } : null;
    return line.length > 1 ? { type: "LineString", coordinates: line } : null;
  }

  function tell() {
    const shape = written();
    field.value = shape ? JSON.stringify(shape) : "";
    const least = area ? 3 : 2;
    if (!corners.length) said.textContent = active ? "Touchez la carte pour poser le premier point. Au clavier\u202f: flèches pour viser, Entrée pour poser." : "";
    else said.textContent = `${corners.length}\u00a0point${corners.length > 1 ? "s" : ""}${shape ? "." : `\u202f: il en faut ${least} au moins.`}`;
  }

  function show() {
    layer.clearLayers();
    const path = area ? L.polygon(corners, { className: "map-shape" }) : L.polyline(corners, { className: "map-shape" });
    path.addTo(layer);
    corners.forEach((corner, rank) => {
      const icon = L.divIcon({ className: "map-corner", iconSize: [18, 18] });
      const mark = L.marker(corner, { icon, draggable: true, keyboard: false, alt: `Point ${rank + 1} du tracé` }).addTo(layer);
      mark.on("drag", () => { corners[rank] = mark.getLatLng(); path.setLatLngs(corners); });
      mark.on("dragend", () => { corners[rank] = mark.getLatLng(); tell(); });
    });
    tell();
  }

  function read() {
    try {
      const shape = JSON.parse(field.value);
      const line = { LineString: (c) => c, Polygon: (c) => c[0].slice(0, -1) }[shape.type];
      corners = line ? line(shape.coordinates).map(([lng, lat]) => L.latLng(lat, lng)) : [];
    } catch {
      corners = [];
    }
  }

  const add = (at) => { corners.push(at); show(); };
  tool.addEventListener("click", () => {
    active = !active;
    tool.setAttribute("aria-pressed", String(active));
    frame.toggleAttribute("data-drawing", active);
    tell();
  });
  back.addEventListener("click", () => { corners.pop(); show(); });
  clear.addEventListener("click", () => { corners = []; show(); });
  field.addEventListener("change", () => { const kept = field.value; read(); if (corners.length) show(); else field.value = kept; });
  frame.addEventListener("beffroi:place", ({ detail }) => { if (active) add(L.latLng(detail.lat, detail.lon)); });
  if (field.value.trim()) {
    const kept = field.value;
    read();
    if (corners.length) {
      show();
      map.fitBounds(L.latLngBounds(corners), { padding: [30, 30], maxZoom: 17 });
    } else field.value = kept; // several parts: kept as they are
  }
}
