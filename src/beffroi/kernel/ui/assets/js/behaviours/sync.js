// The strip of the field's pages: is there network, what waits to be sent, when it was last synchronised.
//   <p class="sync" role="status" data-sync hidden><svg>…</svg><span data-sync-text></span></p>
// Offline writing announces itself: dispatchEvent(new CustomEvent("beffroi:sync", { detail: { waiting, failed, at } })).
import { each } from "../tools.js";

each("[data-sync]", (strip) => {
  const told = { waiting: 0, failed: 0, at: null };
  const text = strip.querySelector("[data-sync-text]");
  const plural = (count, one, many) => `${count}\u00a0${count > 1 ? many : one}`;
  const show = () => {
    const state = told.failed ? "failed" : !navigator.onLine ? "offline" : told.waiting ? "waiting" : "fresh";
    const waiting = told.waiting ? `${plural(told.waiting, "saisie à envoyer", "saisies à envoyer")}` : "";
    const at = told.at && new Date(told.at).toLocaleTimeString("fr-FR", { hour: "numeric", minute: "2-digit" }).replace(":", "\u202fh\u202f");
    const since = at ? `Dernière synchronisation à ${at}.` : "";
    const words = {
      failed: `${plural(told.failed, "saisie n’a pas été acceptée", "saisies n’ont pas été acceptées")}\u202f: ouvrez-${told.failed > 1 ? "les pour les" : "la pour la"} corriger.`,
      offline: `Pas de réseau. ${waiting ? `${waiting}, gardée${told.waiting > 1 ? "s" : ""} dans l’appareil.` : "Vous pouvez continuer."} ${since}`,
      waiting: `${waiting}, envoi en cours…`,
      fresh: since,
    };
    strip.dataset.state = state;
    strip.hidden = !words[state].trim();
    text.textContent = words[state].trim();
  };
  for (const type of ["online", "offline"]) addEventListener(type, show);
  addEventListener("beffroi:sync", (event) => {
    Object.assign(told, event.detail);
    show();
  });
  show();
});
