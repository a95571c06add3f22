/* What is written on a telephone waits here until there is a network: reports, visits. Each entry has a key of its own, made once:
   the server takes the same key only once, however often it is sent.
   An entry: {key, user, url (where it is sent), text (how it is called), fields [[name, value]], photos, link (where it is mended)}.
   The server answers {said} or, where something is to be looked at, {said, left, link}; 422 with {error} where it must be mended. */
(function () {
  "use strict";
  var script = document.currentScript;
  var user = document.body.dataset.user;
  var ALONG = "linli-along", OWNER = "linli.along.user";

  function fill(words, values) { return words.replace(/%\((\w+)\)s/g, function (whole, name) { return values[name]; }); }
  function newKey() { return Array.from(crypto.getRandomValues(new Uint8Array(16))).map(function (n) { return n.toString(16).padStart(2, "0"); }).join(""); }

  /* ---- the store ---- */
  var opened;
  function base() {
    opened = opened || new Promise(function (fulfil, fail) {
      var asked = indexedDB.open("linli-phone", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("queue", { keyPath: "key" });
        asked.result.createObjectStore("draft", { keyPath: "user" });
      };
      asked.onsuccess = function () { fulfil(asked.result); };
      asked.onerror = function () { fail(asked.error); };
    });
    return opened;
  }
  function ask(name, mode, what) {
    return base().then(function (db) {
      return new Promise(function (fulfil, fail) {
        var work = db.transaction(name, mode), asked = what(work.objectStore(name));
        work.oncomplete = function () { fulfil(asked && asked.result); };
        work.onerror = work.onabort = function () { fail(work.error); };
      });
    });
  }
  function put(name, value) { return ask(name, "readwrite", function (store) { return store.put(value); }); }
  function get(name, key) { return ask(name, "readonly", function (store) { return store.get(key); }); }
  function drop(name, key) { return ask(name, "readwrite", function (store) { return store.delete(key); }); }
  function all(name) { return ask(name, "readonly", function (store) { return store.getAll(); }); }

  /* ---- what waits ---- */
  var box = document.querySelector("[data-queue]"), problems = {};

  function button(item, words, act) {
    var made = item.appendChild(document.createElement(typeof act === "string" ? "a" : "button"));
    made.className = "btn";
    made.textContent = words;
    if (typeof act === "string") made.href = act;
    else { made.type = "button"; made.addEventListener("click", act); }
  }

  function paint() {
    document.dispatchEvent(new CustomEvent("linli:queue"));
    if (!box) return Promise.resolve();
    return all("queue").then(function (rows) {
      box.hidden = !rows.length;
      box.querySelector("[data-queue-count]").textContent = rows.length;
      var list = box.querySelector("[data-queue-list]");
      list.textContent = "";
      rows.forEach(function (row) {
        var item = list.appendChild(document.createElement("li")), words = item.appendChild(document.createElement("span")), state = item.appendChild(document.createElement("span"));
        words.textContent = row.text + (row.photos.length ? " · " + fill(box.dataset.photos, { n: row.photos.length }) : "");
        state.className = "l-muted";
        state.textContent = row.user !== user && user ? box.dataset.other : problems[row.key] || row.problem || box.dataset.waits;
        if (!row.problem || row.user !== user) return;
        button(item, row.done ? box.dataset.look : box.dataset.mend, row.done ? row.link : row.link + "#" + row.key);
        if (row.done) button(item, box.dataset.seen, function () { drop("queue", row.key).then(paint); });
      });
    });
  }

  function token() {
    var found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? found[1] : (document.querySelector("[name=csrfmiddlewaretoken]") || {}).value || "";
  }

  function arrived(row, made) {
    if (box) window.linli.toast({ text: made.said, seconds: 6 });
    if (window.caches && row.taken) caches.open(ALONG).then(function (cache) { return cache.delete(row.taken); });
    if (!made.left) return drop("queue", row.key);
    row.done = true;
    row.problem = made.left;
    row.link = made.link || row.link;
    row.fields = [];
    return put("queue", row);
  }

  function sendOne(row) {
    var data = new FormData();
    [["key", row.key], ["user", row.user]].concat(row.fields).forEach(function (pair) { data.append(pair[0], pair[1]); });
    row.photos.forEach(function (photo, i) { data.append("photos", photo, "photo-" + i + ".jpg"); });
    problems[row.key] = box ? box.dataset.sending : "";
    return paint().then(function () {
      return fetch(row.url, { method: "POST", body: data, credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": token(), "X-Linli-Queue": "1" } });
    }).then(function (answer) {
      delete problems[row.key];
      if (answer.type === "opaqueredirect" || answer.status === 403) { problems[row.key] = box ? box.dataset.signIn : ""; return false; }
      if (answer.ok) return answer.json().then(function (made) { return arrived(row, made); }).then(function () { return true; });
      if (answer.status === 422) return answer.json().then(function (said) { row.problem = said.error; return put("queue", row).then(function () { return true; }); });
      problems[row.key] = box ? box.dataset.busy : "";
      return false;
    }, function () { delete problems[row.key]; return false; });
  }

  function sendAll() {
    return all("queue").then(function (rows) {
      return rows.filter(function (row) { return row.user === user && !row.problem; }).reduce(function (before, row) {
        return before.then(function (goOn) { return goOn ? sendOne(row) : false; });
      }, Promise.resolve(true));
    }).then(paint);
  }

  var running = false;
  function flush() {
    if (!user || running) return Promise.resolve();
    running = true;
    var work = navigator.locks ? navigator.locks.request("linli-phone-queue", { ifAvailable: true }, function (lock) { return lock ? sendAll() : null; }) : sendAll();
    return work.catch(paint).then(function () { running = false; });
  }

  /* Pages that were taken along belong to whoever took them: they go when that person signs out, or when somebody else comes. */
  function leaveBehind() { if (window.caches) caches.delete(ALONG); }
  try {
    if (user && localStorage.getItem(OWNER) !== user) { leaveBehind(); localStorage.setItem(OWNER, user); }
  } catch (error) { leaveBehind(); }
  document.addEventListener("submit", function (event) { if (event.target.dataset.signOut !== undefined) leaveBehind(); });

  window.linli.queue = { put: put, get: get, drop: drop, all: all, newKey: newKey, paint: paint, flush: flush, user: user, along: ALONG };
  if (window.indexedDB) {
    paint();
    flush();
    window.addEventListener("online", function () { flush(); setTimeout(flush, 2000); });
    document.addEventListener("visibilitychange", function () { if (!document.hidden) flush(); });
    setInterval(flush, 10000);
    if (box) box.querySelector("[data-queue-now]").addEventListener("click", flush);
  }
  if (navigator.serviceWorker) navigator.serviceWorker.register(script.dataset.worker, { scope: script.dataset.scope });
})();
