/* The browser's worker of /phone/: keeps the look, the scripts and the report page, so that reporting works without a network.
   Nothing else is kept: lists and cases are shown only when the server has shown them. The server writes KEPT above. */
const CACHE = "linli-phone-" + KEPT.assets.concat(KEPT.report).join("|").split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);

async function keepPage(cache, address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (answer.ok && !answer.redirected) await cache.put(address, answer);
}

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then(async (cache) => {
    await cache.addAll(KEPT.assets);
    await keepPage(cache, KEPT.offline);
    await keepPage(cache, KEPT.report);
    await self.skipWaiting();
  }));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("linli-phone-") && name !== CACHE).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

async function page(request) {
  const cache = await caches.open(CACHE);
  const address = new URL(request.url).pathname;
  try {
    const answer = await fetch(request);
    if (address === KEPT.report && answer.ok && !answer.redirected) await cache.put(KEPT.report, answer.clone());
    return answer;
  } catch (lost) {
    return (address === KEPT.report && await cache.match(KEPT.report)) || cache.match(KEPT.offline);
  }
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") { event.respondWith(page(request)); return; }
  if (KEPT.assets.includes(new URL(request.url).pathname)) event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
});
