// `<div class="site-alert" data-alert="key">…<button data-alert-close>`: an alert that was closed stays closed until the
// browser is. Only this device remembers it; it is printed all the same.
import { each, on } from "../tools.js";

const KEY = "beffroi:alerts";

function closed() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) || [];
  } catch {
    return [];
  }
}

each("[data-alert]", (alert) => {
  if (closed().includes(alert.dataset.alert)) alert.classList.add("is-closed");
});

on("click", "[data-alert-close]", (button) => {
  const alert = button.closest("[data-alert]");
  alert.classList.add("is-closed");
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...closed(), alert.dataset.alert].slice(-50)));
  } catch {
    // A browser that keeps nothing shows the alert again on the next page.
  }
  document.querySelector("main")?.focus();
});
