// Points of a layer, gathered by the place they take on the screen, each answering to its line in the list.
import L from "leaflet";
import { all, make } from "../tools.js";

const NEAR = 46;
const item = (id) => document.querySelector(`[data-map-item="${CSS.escape(id)}"]`);

function popup({ title, text, kind, url }) {
  const head = url ? make("a", { href: url }, title) : title;
  const box = make("div", {}, make("strong", {}, head));
  for (const line of [kind, text]) if (line) box.append(make("p", {}, line));
  return box;
}

function features(data) {
  const found = { points: [], shapes: [] };
  for (const feature of data?.features || []) {
    const { geometry, properties } = feature;
    if (!geometry) continue;
    if (geometry.type !== "Point") found.shapes.push(feature);
    else {
      const [lon, lat] = geometry.coordinates;
      found.points.push({ ...properties, id: String(feature.id ?? properties.id ?? ""), at: L.latLng(lat, lon) });
    }
  }
  return found;
}

/** Groups of points that would overlap at this zoom, among those in view: each joins the first group near enough. */
function groups(map, list) {
  const view = map.getBounds().pad(0.2);
  const cells = new Map();
  const found = [];
  for (const one of list) {
    if (!view.contains(one.at)) continue;
    const { x, y } = map.project(one.at);
    const [column, row] = [Math.floor(x / NEAR), Math.floor(y / NEAR)];
    let group = null;
    for (let i = column - 1; i <= column + 1 && !group; i += 1) {
      for (let j = row - 1; j <= row + 1 && !group; j += 1) {
        group = cells.get(`${i},${j}`)?.find((other) => Math.hypot(other.x - x, other.y - y) < NEAR);
      }
    }
    if (group) group.members.push(one);
    else {
      group = { x, y, members: [one] };
      found.push(group);
      const key = `${column},${row}`;
      if (cells.has(key)) cells.get(key).push(group);
      else cells.set(key, [group]);
    }
  }
  return found.map(({ members }) => members);
}

class Points {
  constructor(map, data, context) {
    Object.assign(this, { map, context, list: [], active: "", layer: L.layerGroup().addTo(map), shapes: L.layerGroup().addTo(map) });
    this.markers = new Map();
    this.fill(data);
    map.on("moveend", () => this.moved());
    this.listen();
  }

  fill(data) {
    const { points, shapes } = features(data);
    this.list = points;
    this.gathered ||= Boolean(data?.gathered);
    this.shapes.clearLayers();
    L.geoJSON({ type: "FeatureCollection", features: shapes }, {
      className: "map-shape",
      onEachFeature: ({ properties }, path) => properties.title && path.bindPopup(popup(properties)),
    }).addTo(this.shapes);
    this.draw();
  }

  async moved() {
    const { geojson, source } = this.context;
    // The server gathers the points of a large layer: a closer view asks for those that it shows.
    const address = this.context.address || (this.gathered && source);
    if (address) {
      const box = this.map.getBounds().toBBoxString();
      if (box !== this.box) {
        this.box = box;
        const data = await geojson(`${address}${address.includes("?") ? "&" : "?"}bbox=${box}`);
        if (data && this.box === box) this.fill(data);
        return;
      }
    }
    this.draw();
  }

  draw() {
    const focused = this.layer.getLayers().find((marker) => marker.getElement() === document.activeElement)?.key;
    this.layer.clearLayers();
    this.markers.clear();
    for (const group of groups(this.map, this.list)) {
      const marker = group.length > 1 || group[0].count > 1 ? this.cluster(group) : this.point(group[0]);
      marker.addTo(this.layer);
      if (focused && marker.key === focused) marker.getElement()?.focus();
    }
    if (this.active) this.mark(this.active);
  }

  cluster(group) {
    const count = group.reduce((sum, one) => sum + (one.count || 1), 0);
    const side = count > 99 ? 48 : 40;
    const box = L.latLngBounds(group.map((one) => one.at));
    const icon = L.divIcon({ className: "map-cluster", html: make("span", {}, count.toLocaleString("fr-FR")), iconSize: [side, side] });
    const marker = L.marker(group[0].at, { icon, alt: `${count} points à cet endroit`, title: "Voir ces points" });
    // Points of one same place cannot be parted by a closer view: they are listed.
    const together = this.map.getZoom() >= 17 || box.getNorthEast().equals(box.getSouthWest(), 1e-5);
    if (group.some((one) => one.count > 1)) marker.on("click", () => this.map.setView(group[0].at, this.map.getZoom() + 2));
    else if (together) marker.bindPopup(() => make("div", { class: "map-many" }, ...group.map(popup)));
    else marker.on("click", () => this.map.fitBounds(box, { padding: [40, 40], maxZoom: 18 }));
    return marker;
  }

  point(one) {
    const icon = L.divIcon({ className: "map-point", iconSize: [30, 30], iconAnchor: [15, 34], popupAnchor: [0, -30] });
    const marker = L.marker(one.at, { icon, alt: one.title || "Point", title: one.title || "" });
    marker.key = one.id;
    marker.on("add", () => { marker.getElement().dataset.tone = one.tone || "neutral"; });
    marker.bindPopup(() => popup(one));
    marker.on("click focus", () => this.choose(one.id, true));
    this.markers.set(one.id, marker);
    return marker;
  }

  mark(id) {
    this.active = id;
    for (const [key, marker] of this.markers) marker.getElement()?.classList.toggle("is-active", key === id);
    for (const line of all("[data-map-item].is-active")) line.classList.remove("is-active");
    item(id)?.classList.add("is-active");
  }

  choose(id, fromMap) {
    this.mark(id);
    const line = item(id);
    const list = line?.closest(".map-list");
    if (fromMap && list) list.scrollTo({ top: line.offsetTop - list.offsetTop - 12, behavior: "smooth" });
  }

  listen() {
    const near = (event) => event.target instanceof Element && event.target.closest("[data-map-item]");
    for (const type of ["mouseover", "focusin"]) {
      document.addEventListener(type, (event) => {
        const line = near(event);
        if (line && this.markers.has(line.dataset.mapItem)) this.mark(line.dataset.mapItem);
      });
    }
    document.addEventListener("click", (event) => {
      const id = event.target instanceof Element && event.target.closest("[data-map-show]")?.dataset.mapShow;
      const one = id && this.list.find((point) => point.id === id);
      if (!one) return;
      this.map.setView(one.at, Math.max(this.map.getZoom(), 16));
      this.choose(id, false);
      this.context.frame.scrollIntoView({ block: "nearest" });
      this.markers.get(id)?.openPopup();
    });
  }

  bounds() {
    const box = L.latLngBounds(this.list.map((one) => one.at));
    for (const shape of this.shapes.getLayers()) box.extend(shape.getBounds());
    return box.isValid() ? box : null;
  }

  show(visible) {
    for (const layer of [this.layer, this.shapes]) {
      if (visible) layer.addTo(this.map);
      else layer.remove();
    }
  }
}

export const points = (map, data, context) => new Points(map, data, context);
