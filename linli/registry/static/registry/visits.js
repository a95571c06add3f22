/* Visits on the telephone: homes taken along for where there is no network, and answers handed to the queue (linli/queue.js). */
(function () {
  "use strict";
  var queue = window.linli.queue, user = queue.user;
  function fill(words, values) { return words.replace(/%\((\w+)\)s/g, function (whole, name) { return values[name]; }); }
  function bare(address) { return new URL(address, location.href).pathname; }

  /* ---- the list ---- */
  var along = document.querySelector("[data-along]"), rows = Array.from(document.querySelectorAll("[data-home]"));

  function keep(cache, address) {
    return fetch(address, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) return 0;
      return cache.put(bare(address), answer).then(function () { return 1; });
    }).catch(function () { return 0; });
  }

  function takeAlong() {
    var said = along.querySelector("[data-along-said]"), taken = 0;
    return caches.open(queue.along).then(function (cache) {
      return keep(cache, location.href).then(function () {
        return rows.reduce(function (before, row) {
          return before.then(function () { return keep(cache, row.href); }).then(function (n) { taken += n; said.textContent = taken + " / " + rows.length; });
        }, Promise.resolve());
      });
    }).then(function () { said.textContent = fill(taken === rows.length ? along.dataset.got : along.dataset.failed, { n: taken }); });
  }

  function mark() {
    if (!rows.length || !window.indexedDB) return;
    queue.all("queue").then(function (waiting) {
      var there = waiting.map(function (row) { return row.url; });
      rows.forEach(function (row) { row.querySelector("[data-waits]").hidden = there.indexOf(bare(row.href)) < 0; });
    });
  }

  if (along && window.caches && navigator.serviceWorker && user) {
    along.hidden = false;
    along.querySelector("[data-along-button]").addEventListener("click", takeAlong);
  }

  /* ---- one home ---- */
  var form = document.querySelector("form[data-visit]");

  function today() { return new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10); }
  function answered(data) {
    return Array.from(data.keys()).some(function (name) { return name.startsWith("how-") || (name.startsWith("value-") && data.get(name).trim()); });
  }
  function wrong(words) {
    var line = form.querySelector("[data-wrong]");
    line.textContent = words;
    line.hidden = false;
    line.scrollIntoView({ block: "center" });
  }

  function send(event) {
    var button = event.submitter;
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    var data = new FormData(form);
    if (button.value === "met" && !answered(data)) { wrong(form.dataset.nothing); return; }
    data.set("day", today());
    data.set("outcome", button.value);
    var fields = Array.from(data.entries()).filter(function (pair) { return pair[0] !== "csrfmiddlewaretoken" && pair[0] !== "key"; });
    var row = { key: form.elements.key.value, user: user, url: form.dataset.visit, link: form.dataset.visit, taken: form.dataset.visit, text: form.dataset.label + " · " + button.textContent.trim(), fields: fields, photos: [], at: Date.now() };
    queue.put("queue", row).then(function () {
      window.linli.forgetDraft(form);
      window.linli.toast({ text: form.dataset.queued, seconds: 4 });
      return queue.flush().then(function () { location.href = form.dataset.list; });
    }, function () { wrong(form.dataset.full); });
  }

  /* An entry that the server sent back is opened by its key behind the address: the answers are there again. */
  function takeBack() {
    queue.get("queue", location.hash.slice(1)).then(function (row) {
      if (!row || row.done || row.user !== user || row.url !== form.dataset.visit) return;
      history.replaceState(null, "", row.url);
      row.fields.forEach(function (pair) {
        var found = form.elements[pair[0]];
        if (found && !pair[0].startsWith("token-") && pair[0] !== "day" && pair[0] !== "outcome") found.value = pair[1];
      });
      form.elements.key.value = row.key;
      wrong(row.problem);
      queue.drop("queue", row.key).then(queue.paint);
    });
  }

  if (form && window.indexedDB && user) {
    form.addEventListener("submit", send, true);
    takeBack();
    window.addEventListener("hashchange", takeBack);
  }
  document.addEventListener("linli:queue", mark);
  mark();
})();
