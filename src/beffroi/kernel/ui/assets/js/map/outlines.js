// The communes, drawn in every map: one knows where one is even when the background does not answer.
import L from "leaflet";

/** Draws them, and gives the bounds of the one in focus, else of all. */
export function outlines(map, shape, focus) {
  let chosen = null;
  const layer = L.geoJSON(shape, {
    className: "map-outline",
    onEachFeature({ properties }, path) {
      const is = focus && [properties.code, properties.slug].includes(focus);
      if (is) {
        path.options.className = "map-outline is-focus";
        chosen = path;
      }
      if (properties.name) path.bindTooltip(properties.name, { sticky: true, direction: "top" });
    },
  }).addTo(map);
  layer.bringToBack();
  chosen?.bringToFront();
  return (chosen || layer).getBounds();
}
