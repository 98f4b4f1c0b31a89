// Keeps in the device, while there is network, the pages to which a list leads: they open again without it.
//   <section data-keep-pages="[data-keep-page]"><p role="status" data-keep-state><span>…</span></p> <a href="/terrain/travaux/…/">…</a></section>
// The value says which links; without one, all. `data-keep-also` = addresses kept too, which are no links. Only pages whose answer asks for it are kept (kernel/offline.py, `keep`). `data-reload-when-sent`: when what waited has
// left, the page is asked again, unless something is being written.
import { all, each } from "../tools.js";

const hour = () => new Date().toLocaleTimeString("fr-FR", { hour: "numeric", minute: "2-digit" }).replace(":", "\u202fh\u202f");
let written = false;

async function keep(section) {
  if (!("serviceWorker" in navigator) || !navigator.onLine) return;
  const { active } = await navigator.serviceWorker.ready;
  const links = all(section.dataset.keepPages || "a[href]", section).map((link) => link.href).filter((address) => address.startsWith(location.origin));
  const also = (section.dataset.keepAlso || "").split(" ").filter(Boolean).map((address) => new URL(address, location.href).href);
  active?.postMessage({ keep: [...new Set([location.href, ...also, ...links])] });
}

function tell({ kept, of }) {
  for (const line of all("[data-keep-state] span")) {
    line.textContent = kept === of
      ? `Tout est dans cet appareil depuis ${hour()}\u202f: vous pouvez partir sans réseau.`
      : `${kept} page${kept > 1 ? "s" : ""} sur ${of} gardée${kept > 1 ? "s" : ""} dans cet appareil.`;
  }
}

each("[data-keep-pages]", keep);
navigator.serviceWorker?.addEventListener("message", (event) => {
  if (event.data && "kept" in event.data) tell(event.data);
});
addEventListener("input", (event) => {
  if (event.target.form?.hasAttribute("data-offline")) written = true;
});
addEventListener("beffroi:sent", () => {
  if (!written && document.querySelector("[data-reload-when-sent]")) location.reload();
});
