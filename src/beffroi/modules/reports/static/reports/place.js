// A photo that says where it was taken places the point of the map, unless a point was already chosen.
const frame = document.querySelector("#lieu [data-map]");
const latitude = document.querySelector("#id_latitude");

addEventListener("beffroi:position", ({ detail }) => {
  if (!frame || latitude.value) return;
  frame.dispatchEvent(new CustomEvent("beffroi:go", { detail: { lat: detail.latitude, lon: detail.longitude } }));
  frame.scrollIntoView({ block: "nearest" });
});
