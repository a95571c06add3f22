/* Reports of a grid worker: kept on the telephone as they are written, queued when sent, uploaded when there is a network.
   Each report has a key of its own, made once: the server takes the same key only once, however often it is sent. */
(function () {
  "use strict";
  var script = document.currentScript;
  var user = document.body.dataset.user;
  var EDGE = 1600;

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

  function paint() {
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
        if (row.problem && row.user === user && form) {
          var button = item.appendChild(document.createElement("button"));
          button.type = "button";
          button.className = "btn";
          button.textContent = box.dataset.mend;
          button.addEventListener("click", function () { takeBack(row); });
        }
      });
    });
  }

  function token() {
    var found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? found[1] : (document.querySelector("[name=csrfmiddlewaretoken]") || {}).value || "";
  }

  function sendOne(row) {
    var data = new FormData();
    ["key", "user", "text", "place", "point"].forEach(function (name) { data.append(name, row[name] || ""); });
    row.photos.forEach(function (photo, i) { data.append("photos", photo, "photo-" + i + ".jpg"); });
    problems[row.key] = box ? box.dataset.sending : "";
    return paint().then(function () {
      return fetch(script.dataset.scope + "report/", { method: "POST", body: data, credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": token(), "X-Linli-Queue": "1" } });
    }).then(function (answer) {
      delete problems[row.key];
      if (answer.type === "opaqueredirect" || answer.status === 403) { problems[row.key] = box ? box.dataset.signIn : ""; return false; }
      if (answer.ok) return answer.json().then(function (made) {
        return drop("queue", row.key).then(function () { if (box) window.linli.toast({ text: fill(box.dataset.sent, { number: made.number }), seconds: 6 }); return true; });
      });
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

  /* ---- writing a report ---- */
  var form = document.querySelector("form[data-report]"), shots = [], timer;

  function smaller(file) {
    if (!window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (image) {
      var scale = Math.min(1, EDGE / Math.max(image.width, image.height)), canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise(function (fulfil) { canvas.toBlob(function (blob) { fulfil(blob || file); }, "image/jpeg", 0.85); });
    }).catch(function () { return file; });
  }

  function showShots() {
    var list = form.querySelector("[data-shots]");
    list.textContent = "";
    shots.forEach(function (shot, i) {
      var item = list.appendChild(document.createElement("li")), image = item.appendChild(document.createElement("img")), button = item.appendChild(document.createElement("button"));
      item.className = "c-shot";
      image.alt = "";
      image.src = URL.createObjectURL(shot);
      image.onload = function () { URL.revokeObjectURL(image.src); };
      button.type = "button";
      button.textContent = "×";
      button.setAttribute("aria-label", form.dataset.drop + " " + (i + 1));
      button.addEventListener("click", function () { shots.splice(i, 1); showShots(); keep(); });
    });
  }

  function written() {
    return { user: user, key: form.elements.key.value, text: form.elements.text.value.trim(), place: form.elements.place.value.trim(), point: form.elements.point.value, photos: shots.slice(), at: Date.now() };
  }
  function say(words) { var line = form.querySelector("span[data-kept]"); if (line) line.textContent = words; }
  function keep() { timer = 0; return put("draft", written()).then(function () { say(form.dataset.kept); }, function () { say(form.dataset.full); }); }
  function keepSoon() { clearTimeout(timer); timer = setTimeout(keep, 300); }

  function restore(row) {
    if (!row) return;
    ["key", "text", "place", "point"].forEach(function (name) { if (row[name]) form.elements[name].value = row[name]; });
    shots = row.photos || [];
    showShots();
    spotSaid();
  }
  function takeBack(row) {
    delete row.problem;
    restore(row);
    keep().then(function () { return drop("queue", row.key); }).then(paint);
    form.linliShow(form.elements.text);
  }

  function spotSaid() {
    var said = form.querySelector("[data-spot-said]");
    if (form.elements.point.value) said.textContent = said.dataset.found;
    else said.textContent = "";
  }
  function spot() {
    var said = form.querySelector("[data-spot-said]");
    form.querySelector("[data-spot]").hidden = !navigator.geolocation;
    form.querySelector("[data-spot-button]").addEventListener("click", function () {
      navigator.geolocation.getCurrentPosition(function (found) {
        form.elements.point.value = found.coords.longitude.toFixed(6) + "," + found.coords.latitude.toFixed(6);
        spotSaid();
        keep();
      }, function () { said.textContent = said.dataset.refused; }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
    });
  }

  function queueIt(event) {
    event.preventDefault();
    if (!form.elements.text.checkValidity()) return;
    clearTimeout(timer);
    timer = 0;
    put("queue", written()).then(function () { return drop("draft", user); }).then(function () {
      shots = [];
      form.reset();
      form.elements.key.value = newKey();
      form.elements.point.value = "";
      showShots();
      spotSaid();
      say("");
      history.replaceState(null, "", script.dataset.scope + "report/");
      form.linliShow(form.querySelector("[data-step]").querySelector("input"));
      window.linli.toast({ text: form.dataset.queued, seconds: 4 });
      return paint().then(flush);
    }).catch(function () { say(form.dataset.full); });
  }

  function writing() {
    form.elements.key.value = newKey();
    form.querySelector("[data-camera] input").addEventListener("change", function (event) {
      var files = Array.from(event.target.files);
      Promise.all(files.map(smaller)).then(function (made) { shots = shots.concat(made); event.target.value = ""; showShots(); return keep(); });
    });
    form.addEventListener("input", function (event) { if (event.target.type !== "file") { say(""); keepSoon(); } });
    window.addEventListener("pagehide", function () { if (timer) keep(); });
    form.addEventListener("submit", queueIt);
    spot();
    get("draft", user).then(restore);
  }

  if (form && window.indexedDB && user) writing();
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
