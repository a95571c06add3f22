/* The report of a grid worker: kept on the telephone as it is written, handed to the queue (linli/queue.js) when it is sent. */
(function () {
  "use strict";
  var queue = window.linli.queue, user = queue.user, EDGE = 1600;
  var form = document.querySelector("form[data-report]"), shots = [], timer;
  var url = form ? form.dataset.report : "";

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
  function entry(row) {
    var fields = ["text", "place", "point"].map(function (name) { return [name, row[name] || ""]; });
    return { key: row.key, user: user, url: url, link: url, text: row.text, fields: fields, photos: row.photos, at: row.at };
  }
  function say(words) { var line = form.querySelector("span[data-kept]"); if (line) line.textContent = words; }
  function keep() { timer = 0; return queue.put("draft", written()).then(function () { say(form.dataset.kept); }, function () { say(form.dataset.full); }); }
  function keepSoon() { clearTimeout(timer); timer = setTimeout(keep, 300); }

  function restore(row) {
    if (!row) return;
    ["key", "text", "place", "point"].forEach(function (name) { if (row[name]) form.elements[name].value = row[name]; });
    shots = row.photos || [];
    showShots();
    spotSaid();
  }
  /* An entry that the server sent back is opened by its key behind the address. */
  function takeBack() {
    queue.get("queue", location.hash.slice(1)).then(function (row) {
      if (!row || row.user !== user || row.url !== url) return;
      history.replaceState(null, "", url);
      var taken = { key: row.key, photos: row.photos };
      row.fields.forEach(function (pair) { taken[pair[0]] = pair[1]; });
      restore(taken);
      keep().then(function () { return queue.drop("queue", row.key); }).then(queue.paint);
      form.linliShow(form.elements.text);
    });
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
    queue.put("queue", entry(written())).then(function () { return queue.drop("draft", user); }).then(function () {
      shots = [];
      form.reset();
      form.elements.key.value = queue.newKey();
      form.elements.point.value = "";
      showShots();
      spotSaid();
      say("");
      history.replaceState(null, "", url);
      form.linliShow(form.querySelector("[data-step]").querySelector("input"));
      window.linli.toast({ text: form.dataset.queued, seconds: 4 });
      return queue.paint().then(queue.flush);
    }).catch(function () { say(form.dataset.full); });
  }

  function writing() {
    form.elements.key.value = queue.newKey();
    form.querySelector("[data-camera] input").addEventListener("change", function (event) {
      var files = Array.from(event.target.files);
      Promise.all(files.map(smaller)).then(function (made) { shots = shots.concat(made); event.target.value = ""; showShots(); return keep(); });
    });
    form.addEventListener("input", function (event) { if (event.target.type !== "file") { say(""); keepSoon(); } });
    window.addEventListener("pagehide", function () { if (timer) keep(); });
    form.addEventListener("submit", queueIt);
    spot();
    queue.get("draft", user).then(restore).then(takeBack);
    window.addEventListener("hashchange", takeBack);
  }

  if (form && window.indexedDB && user) writing();
})();
