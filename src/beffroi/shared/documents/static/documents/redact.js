// Draw on the pages what is to be hidden: each rectangle is a line of the field, and the lines are drawn on the pages.
const field = document.querySelector("[data-redact-zones]");
const frames = new Map([...document.querySelectorAll("[data-redact-page]")].map((one) => [Number(one.dataset.redactPage), one]));

function draw() {
  for (const zone of document.querySelectorAll(".redact-zone")) zone.remove();
  for (const line of field.value.split("\n")) {
    const [page, left, top, width, height] = line.replaceAll(",", ".").trim().split(/\s+/).map(Number);
    const frame = frames.get(page);
    if (!frame || [left, top, width, height].some(Number.isNaN)) continue;
    const zone = document.createElement("div");
    zone.className = "redact-zone";
    Object.assign(zone.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
    frame.append(zone);
  }
}

function at(frame, event) {
  const box = frame.getBoundingClientRect();
  const share = (value, size) => Math.min(100, Math.max(0, (100 * value) / size));
  return [share(event.clientX - box.left, box.width), share(event.clientY - box.top, box.height)];
}

for (const [page, frame] of frames) {
  let start, before;
  const write = (event) => {
    const end = at(frame, event);
    const size = [Math.abs(start[0] - end[0]), Math.abs(start[1] - end[1])];
    const zone = [Math.min(start[0], end[0]), Math.min(start[1], end[1]), ...size];
    const line = size.some((side) => side < 0.3) ? "" : `${page} ${zone.map((value) => value.toFixed(1)).join(" ")}`;
    field.value = [before, line].filter(Boolean).join("\n");
    draw();
  };
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") return; // a finger scrolls the pages; the field is there
    start = at(frame, event);
    before = field.value.trim();
    frame.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  frame.addEventListener("pointermove", (event) => { if (start) write(event); });
  frame.addEventListener("pointerup", (event) => { if (start) write(event); start = null; });
  frame.addEventListener("pointercancel", () => { start = null; field.value = before; draw(); });
}
field.addEventListener("input", draw);
draw();
