// A part that shows work in progress asks for itself again until the work is over; without JavaScript, a link does it.
//   <div data-refresh="2"><p role="status">3 sur 7</p>…<a href="">Actualiser</a></div>
// The page that comes replaces the part by that of the same `id`; it stops when the new one has no `data-refresh`.
import { each } from "../tools.js";

const follow = (part) => {
  setTimeout(async () => {
    try {
      const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return follow(part);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById(part.id);
      if (!next) return location.reload();
      part.replaceChildren(...next.childNodes);
      if ("refresh" in next.dataset) follow(part);
      else delete part.dataset.refresh;
    } catch {
      follow(part);
    }
  }, Number(part.dataset.refresh) * 1000);
};

each("[data-refresh][id]", follow);
