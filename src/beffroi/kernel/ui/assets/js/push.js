// Asks this browser for notifications and sends its address to the server (Web Push).
//   <form method="post" data-push="public key"><input type="hidden" name="subscription"><input type="hidden" name="label">
//   <p data-push-text>…</p><button>…</button></form>
import { each, on } from "./tools.js";

const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const bytes = (key) => Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const same = (buffer, wanted) => buffer && new Uint8Array(buffer).every((byte, rank) => byte === wanted[rank]);
const device = () => {
  const agent = navigator.userAgent;
  const first = (pairs) => (pairs.find(([mark]) => agent.includes(mark)) || ["", ""])[1];
  const browser = first([["Firefox", "Firefox"], ["Edg/", "Edge"], ["Chrome", "Chrome"], ["Safari", "Safari"]]);
  const system = first([["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["Linux", "Linux"]]);
  return [browser, system].filter(Boolean).join(", ") || "Appareil";
};

function say(form, words) {
  form.querySelector("[data-push-text]").textContent = words;
}

each("form[data-push]", async (form) => {
  const button = form.querySelector("button");
  if (!able) {
    button.hidden = true;
    say(form, "Ce navigateur ne sait pas recevoir de notifications. Sur un iPhone, ajoutez d’abord le site à l’écran d’accueil.");
  } else if (Notification.permission === "denied") {
    button.hidden = true;
    say(form, "Vous avez refusé les notifications de ce site. Pour les accepter, changez ce choix dans les réglages du navigateur.");
  }
});

on("submit", "form[data-push]", async (form, event) => {
  event.preventDefault();
  if (await Notification.requestPermission() !== "granted") {
    say(form, "Les notifications n’ont pas été acceptées : rien n’est changé.");
    return;
  }
  try {
    const wanted = bytes(form.dataset.push);
    const { pushManager } = await navigator.serviceWorker.ready;
    const before = await pushManager.getSubscription();
    if (before && !same(before.options.applicationServerKey, wanted)) await before.unsubscribe();
    const given = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
    form.elements.subscription.value = JSON.stringify(given);
    form.elements.label.value = device();
    form.submit();
  } catch {
    say(form, "Ce navigateur n’a pas pu s’abonner aux notifications. Réessayez plus tard.");
  }
});
