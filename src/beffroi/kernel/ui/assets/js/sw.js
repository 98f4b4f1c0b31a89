// Keeps the interface's files and the pages named by the modules; answers with the offline page when nothing else can.
// `self.BEFFROI` = { version, offline, precache } is written before this code by the server.
const { version, offline, precache } = self.BEFFROI;
const KEPT = `beffroi-${version}`;
// Pages whose answer says `X-Beffroi-Keep`: shown again without network. They are the person's own, and go with them.
// « page » = shown for any address that differs after the « ? » only: its script answers what that says.
// What a script of theirs reads is asked with `?garder`, and kept with them.
const PAGES = "pages-beffroi";
const MOST_PAGES = 60;
// Pictures that a kept page shows, asked for with `?garder`: also there without network, and gone with the pages.
const PICTURES = "images-beffroi";
const MOST_PICTURES = 400;
const MOST_PICTURES_OF_A_PAGE = 20;
const SIGN_OUT = "/compte/deconnexion/";

// What is kept for everyone is fetched as nobody: the page of a person signed in must not wait for the next one.
const anonymous = (address) => new Request(address, { credentials: "omit", cache: "no-cache" });

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT);
    // One missing page must not stop the others from being kept.
    await Promise.allSettled(precache.map((address) => cache.add(anonymous(address))));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("beffroi-") && name !== KEPT).map((name) => caches.delete(name)));
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

async function keep(request, answer) {
  const cache = await caches.open(PAGES);
  await cache.put(request, answer);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST_PAGES)).map((old) => cache.delete(old)));
}

/** A page kept for everyone is kept again as it is now: what it offers may have changed. */
async function again(address) {
  const cache = await caches.open(KEPT);
  await cache.add(anonymous(address)).catch(() => {});
}

async function page(event) {
  try {
    const answer = (await event.preloadResponse) || (await fetch(event.request));
    const address = new URL(event.request.url).pathname;
    if (answer.ok && precache.includes(address)) event.waitUntil(again(address));
    if (answer.ok && !answer.redirected && answer.headers.has("X-Beffroi-Keep")) event.waitUntil(keep(event.request, answer.clone()));
    return answer;
  } catch {
    const found = await caches.match(event.request, { ignoreVary: true });
    // The address may carry what fills the form in advance: the page itself is the same.
    return found || (await shared(event.request)) || (await answering(event.request)) || (await caches.match(offline)) || Response.error();
  }
}

/** The page kept without what follows the « ? », when its own script answers that. */
async function answering(request) {
  const cache = await caches.open(PAGES);
  const found = await cache.match(new URL(request.url).pathname, { ignoreVary: true });
  return found?.headers.get("X-Beffroi-Keep") === "page" ? found : undefined;
}

/** What a script reads for a kept page: as the network gives it, or as it was. */
async function data(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok && !answer.redirected && answer.headers.has("X-Beffroi-Keep")) event.waitUntil(keep(event.request, answer.clone()));
    return answer;
  } catch {
    return (await caches.match(event.request, { ignoreVary: true })) || Response.error();
  }
}

async function shared(request) {
  const address = new URL(request.url).pathname;
  return precache.includes(address) ? caches.match(address, { ignoreVary: true }) : undefined;
}

/** The pictures that a kept page will ask for: there before they are looked at. */
async function keepPictures(text) {
  const found = [...text.matchAll(/<img [^>]*src="([^"]+[?&]garder[^"]*)"/g)].map(([, address]) => address.replaceAll("&amp;", "&"));
  for (const address of found.slice(0, MOST_PICTURES_OF_A_PAGE)) {
    const request = new Request(new URL(address, self.location.origin), { credentials: "same-origin" });
    if (await caches.match(request, { ignoreVary: true })) continue;
    const answer = await fetch(request);
    if (answer.ok) await hold(request, answer);
  }
}

/** Keep the pages of the day before the network is lost (see behaviours/keep.js); says to the page how many are there. */
async function keepAll(addresses, source) {
  let count = 0;
  for (const address of addresses) {
    if (precache.includes(new URL(address).pathname)) {
      count += 1; // kept for everyone already
      continue;
    }
    try {
      const request = new Request(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
      const answer = await fetch(request);
      if (answer.ok && !answer.redirected && answer.headers.has("X-Beffroi-Keep")) {
        const text = await answer.clone().text();
        await keep(request, answer);
        await keepPictures(text);
        count += 1;
      }
    } catch {
      break; // no network: what was kept stays
    }
  }
  source?.postMessage({ kept: count, of: addresses.length });
}

self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keepAll(event.data.keep, event.source));
});

/** What a module asked to keep: fresh when the network answers, as it was kept otherwise. */
async function kept(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { ignoreVary: true })) || Response.error();
  }
}

/** A picture of a kept page: as the network gives it, or as it was. */
async function picture(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok) event.waitUntil(hold(event.request, answer.clone()));
    return answer;
  } catch {
    return (await caches.match(event.request, { ignoreVary: true })) || Response.error();
  }
}

async function hold(request, answer) {
  const cache = await caches.open(PICTURES);
  await cache.put(request, answer);
  const held = await cache.keys();
  await Promise.all(held.slice(0, Math.max(0, held.length - MOST_PICTURES)).map((old) => cache.delete(old)));
}

async function file(request) {
  const found = await caches.match(request);
  return found || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method === "POST" && url.pathname === SIGN_OUT) event.waitUntil(Promise.all([caches.delete(PAGES), caches.delete(PICTURES)]));
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith("/static/beffroi/")) event.respondWith(file(request));
  else if (request.destination === "image" && url.searchParams.has("garder")) event.respondWith(picture(event));
  else if (request.destination === "" && url.searchParams.has("garder")) event.respondWith(data(event));
  else if (precache.includes(url.pathname)) event.respondWith(kept(request));
});

// A notification: { title, text, url, tag }. A second one with the same tag replaces the first.
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(told.title || "Nouvel avis", {
    body: told.text,
    tag: told.tag,
    lang: "fr",
    data: { url: told.url || "/compte/avis/" },
    icon: "/static/beffroi/marks/icone-192.png",
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = event.notification.data;
  event.waitUntil((async () => {
    const windows = await self.clients.matchAll({ type: "window" });
    const open = windows.find((one) => one.url === new URL(url, self.location.origin).href);
    await (open ? open.focus() : self.clients.openWindow(url));
  })());
});
