// Choosing a point: a press or a tap, the arrows then Enter, « Ma position », or dragging the point.
//   <div class="map" data-map data-map-pick data-lat="#id_latitude" data-lon="#id_longitude"
//        data-place-url="/signalements/lieu/">…</div>
// `data-place-with="adresse=#id_address"` also sends what these fields hold, and asks again when they change.
// The inputs receive the position (6 decimals, `change` is fired). `data-place-url` answers ?lat=…&lon=… with
// {"ok": true, "text": "Doullens, rue du Bourg : commune de Doullens"}, read aloud under the map.
// One listens to `beffroi:place` on the map's frame: event.detail = {lat, lon}.
import L from "leaflet";
import { make } from "../tools.js";

const written = (value) => value.toFixed(6);

export function picker(map, frame) {
  const lat = document.querySelector(frame.dataset.lat);
  const lon = document.querySelector(frame.dataset.lon);
  const place = map.getContainer();
  const said = make("p", { class: "map-said field-hint", role: "status" }, "Touchez la carte pour placer le point. Au clavier\u202f: flèches pour viser, Entrée pour placer.");
  const here = make("button", { type: "button", class: "btn btn-plain map-here" }, "Ma position");
  const icon = L.divIcon({ className: "map-point is-picked", iconSize: [34, 34], iconAnchor: [17, 39] });
  let marker;
  let asked = 0;
  const beside = (frame.dataset.placeWith ?? "").split(" ").filter(Boolean).map((pair) => pair.split("="))
    .map(([name, id]) => [name, document.querySelector(id)]).filter(([, field]) => field);
  place.append(make("div", { class: "map-cross" }));
  frame.append(here);
  frame.after(said);
  place.setAttribute("aria-label", "Carte. Flèches pour viser, Entrée pour placer le point au centre, plus et moins pour zoomer.");

  async function tell(at) {
    const rank = ++asked;
    const near = `Point placé\u202f: ${at.lat.toFixed(4).replace(".", ",")} nord, ${at.lng.toFixed(4).replace(".", ",")} est.`;
    if (!frame.dataset.placeUrl) {
      said.textContent = near;
      return;
    }
    try {
      const query = new URLSearchParams({ lat: written(at.lat), lon: written(at.lng) });
      for (const [name, field] of beside) query.set(name, field.value);
      const answer = await fetch(`${frame.dataset.placeUrl}?${query}`, { headers: { Accept: "application/json" } });
      const { ok, text } = await answer.json();
      if (rank !== asked) return;
      said.textContent = text || near;
      said.className = ok === false ? "map-said field-error" : "map-said field-hint";
    } catch {
      if (rank === asked) said.textContent = near;
    }
  }

  function put(at, { quiet } = {}) {
    if (marker) marker.setLatLng(at);
    else {
      marker = L.marker(at, { icon, draggable: true, keyboard: false, alt: "Point choisi" }).addTo(map);
      marker.on("dragend", () => put(marker.getLatLng()));
    }
    if (quiet) return;
    for (const [input, value] of [[lat, at.lat], [lon, at.lng]]) {
      if (!input) continue;
      input.value = written(value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    frame.dispatchEvent(new CustomEvent("beffroi:place", { detail: { lat: at.lat, lon: at.lng }, bubbles: true }));
    tell(at);
  }

  for (const [, field] of beside) field.addEventListener("change", () => marker && tell(marker.getLatLng()));
  map.on("click", (event) => put(event.latlng));
  place.addEventListener("keydown", (event) => {
    if (event.target !== place || event.key !== "Enter") return;
    event.preventDefault();
    put(map.getCenter());
  });

  here.addEventListener("click", () => {
    if (!navigator.geolocation) {
      said.textContent = "Votre appareil ne donne pas sa position. Placez le point sur la carte.";
      return;
    }
    here.setAttribute("aria-busy", "true");
    const done = () => here.removeAttribute("aria-busy");
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      done();
      const at = L.latLng(coords.latitude, coords.longitude);
      map.setView(at, coords.accuracy > 300 ? 15 : 17);
      put(at);
    }, () => {
      done();
      said.textContent = "Votre position n’a pas pu être obtenue (refusée ou introuvable). Placez le point sur la carte.";
    }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
  });

  // Another part of the page (an address chosen in a list) sends: frame.dispatchEvent(new CustomEvent("beffroi:go", {detail: {lat, lon}})).
  frame.addEventListener("beffroi:go", ({ detail }) => {
    const at = L.latLng(detail.lat, detail.lon);
    map.setView(at, 17);
    put(at);
  });

  // The form is emptied for another report: its place goes with it (a reset leaves hidden fields as they are).
  lat?.form?.addEventListener("reset", () => {
    marker?.remove();
    marker = undefined;
    for (const input of [lat, lon]) if (input) input.value = "";
    said.textContent = "Touchez la carte pour placer le point.";
    said.className = "map-said field-hint";
  });

  if (lat?.value && lon?.value) {
    const at = L.latLng(Number(lat.value.replace(",", ".")), Number(lon.value.replace(",", ".")));
    put(at, { quiet: true });
    map.setView(at, 16);
    tell(at);
  }
}
