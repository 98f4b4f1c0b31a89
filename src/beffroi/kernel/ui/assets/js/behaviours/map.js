// Fetches the map's script and sheet when a map comes near the screen, after the text; see map.js for its HTML.
// The page's main script names them: <script type="module" src="beffroi.js" data-map-js="…" data-map-css="…">.
import { each, make } from "../tools.js";

const files = document.querySelector("script[data-map-js]")?.dataset;
let loading;

function load() {
  loading ||= (async () => {
    const sheet = make("link", { rel: "stylesheet", href: files.mapCss });
    const ready = new Promise((resolve) => {
      sheet.addEventListener("load", resolve);
      sheet.addEventListener("error", resolve);
    });
    document.head.append(sheet);
    const [map] = await Promise.all([import(files.mapJs), ready]);
    return map;
  })();
  return loading;
}

each("[data-map]", (frame) => {
  if (!files) return;
  const watcher = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting) return;
    watcher.disconnect();
    try {
      (await load()).open(frame);
    } catch {
      loading = null;
      const wait = frame.querySelector(".map-wait");
      if (wait) wait.textContent = "La carte n’a pas pu être chargée. La liste dit la même chose.";
    }
  }, { rootMargin: "300px" });
  watcher.observe(frame);
});
