// The service worker shows the offline page and keeps the files of the interface; pages are never kept without being asked.
if ("serviceWorker" in navigator) {
  addEventListener("load", () => {
    navigator.serviceWorker.register("/sw.js").catch(() => {
      // Refused (private browsing, old device): the site works without it.
    });
  });
}
