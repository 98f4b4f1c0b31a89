// A part of a page that follows a job: it is read again every few seconds, until the server no longer asks for it.
//   <div id="avancement" data-live="2">…</div>
import { each } from "../tools.js";

each("[data-live]", (part) => {
  const seconds = Number(part.dataset.live) || 5;

  async function refresh() {
    if (document.hidden || part.contains(document.activeElement)) {
      setTimeout(refresh, seconds * 1000);
      return;
    }
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.getElementById(part.id);
      if (fresh) {
        part.replaceChildren(...fresh.childNodes);
        if (!fresh.hasAttribute("data-live")) {
          part.removeAttribute("data-live");
          return;
        }
      }
    } catch {
      // Without network the part stays as it was; the next turn tries again.
    }
    setTimeout(refresh, seconds * 1000);
  }

  setTimeout(refresh, seconds * 1000);
});
