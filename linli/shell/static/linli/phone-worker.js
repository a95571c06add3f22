/* The browser's worker of telephone pages: keeps the look, the scripts and the pages on which one writes, so that writing works
   without a network. Of pages with rows in them those alone are kept that a person took along (linli-along), until the day is over.
   The server writes KEPT above: {name, assets, pages, offline}. */
const CACHE = "linli-" + KEPT.name + "-" + KEPT.assets.concat(KEPT.pages).join("|").split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
const ALONG = "linli-along", DAY = 16 * 3600 * 1000;

async function keepPage(cache, address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (answer.ok && !answer.redirected) await cache.put(address, answer);
}

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then(async (cache) => {
    await cache.addAll(KEPT.assets);
    for (const address of [KEPT.offline, ...KEPT.pages]) await keepPage(cache, address);
    await self.skipWaiting();
  }));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("linli-" + KEPT.name + "-") && name !== CACHE;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

async function taken(address) {
  const cache = await caches.open(ALONG), found = await cache.match(address);
  if (found && Date.now() - Date.parse(found.headers.get("Date") || 0) < DAY) return found;
  if (found) await cache.delete(address);
  return undefined;
}

async function page(request) {
  const cache = await caches.open(CACHE);
  const address = new URL(request.url).pathname;
  try {
    const answer = await fetch(request);
    if (KEPT.pages.includes(address) && answer.ok && !answer.redirected) await cache.put(address, answer.clone());
    return answer;
  } catch (lost) {
    return (KEPT.pages.includes(address) && await cache.match(address)) || await taken(address) || cache.match(KEPT.offline);
  }
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") { event.respondWith(page(request)); return; }
  if (KEPT.assets.includes(new URL(request.url).pathname)) event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
});
