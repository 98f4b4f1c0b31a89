// Draw the zone to blur on the photo: the four fields follow, and the zone follows the fields.
const frame = document.querySelector("[data-blur]");
const field = (name) => document.querySelector(`#id_${name}`);
const fields = ["left", "top", "width", "height"].map(field);
const zone = document.createElement("div");
zone.className = "reports-zone";
frame.append(zone);

function show() {
  const [left, top, width, height] = fields.map((one) => Number(one.value.replace(",", ".")) || 0);
  zone.style.left = `${left}%`;
  zone.style.top = `${top}%`;
  zone.style.width = `${Math.min(width, 100 - left)}%`;
  zone.style.height = `${Math.min(height, 100 - top)}%`;
}

function at(event) {
  const box = frame.getBoundingClientRect();
  const share = (value, size) => Math.min(100, Math.max(0, (100 * value) / size));
  return [share(event.clientX - box.left, box.width), share(event.clientY - box.top, box.height)];
}

let start;
frame.addEventListener("pointerdown", (event) => {
  start = at(event);
  frame.setPointerCapture(event.pointerId);
  event.preventDefault();
});
frame.addEventListener("pointermove", (event) => {
  if (!start) return;
  const end = at(event);
  const values = [Math.min(start[0], end[0]), Math.min(start[1], end[1]), Math.abs(start[0] - end[0]), Math.abs(start[1] - end[1])];
  fields.forEach((one, rank) => { one.value = values[rank].toFixed(1); });
  show();
});
for (const type of ["pointerup", "pointercancel"]) frame.addEventListener(type, () => { start = null; });
for (const one of fields) one.addEventListener("input", show);
show();
