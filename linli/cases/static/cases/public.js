/* Reporting by residents: places while typing, one's own position when asked for, the map when opened, sending that loses nothing. */
(function () {
  "use strict";

  /* <div data-when="kind:tipoff"> is shown while the choice is made. */
  function whens(form) {
    form.querySelectorAll("[data-when]").forEach(function (box) {
      var asked = box.dataset.when.split(":");
      var chosen = form.querySelector('[name="' + asked[0] + '"]:checked');
      box.classList.toggle("is-on", Boolean(chosen) && chosen.value === asked[1]);
    });
    var kind = form.querySelector('[name="kind"]:checked'), place = document.getElementById("id_place");
    place.required = Boolean(kind) && /^(help|complaint)$/.test(kind.value) && !document.getElementById("id_point").value;
  }

  function places(box) {
    var input = document.getElementById(box.dataset.for), timer, asked = "";
    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        var words = input.value.trim();
        if (words === asked) return;
        asked = words;
        if (words.length < 2) { box.textContent = ""; return; }
        fetch(box.dataset.source + "?place=" + encodeURIComponent(words)).then(function (answer) { return answer.ok ? answer.text() : ""; })
          .then(function (html) { if (words === asked) box.innerHTML = html; }).catch(function () { box.textContent = ""; });
      }, 300);
    });
    box.addEventListener("click", function (event) {
      var button = event.target.closest("[data-fill]");
      if (!button) return;
      asked = input.value = button.dataset.fill;
      box.textContent = "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
  }

  function here(box) {
    var said = box.querySelector("[data-here-said]"), point = document.getElementById("id_point");
    box.hidden = !navigator.geolocation;
    box.querySelector("[data-here-button]").addEventListener("click", function () {
      navigator.geolocation.getCurrentPosition(function (found) {
        point.value = found.coords.longitude.toFixed(6) + "," + found.coords.latitude.toFixed(6);
        whens(box.closest("form"));
        fetch(said.dataset.url + "?point=" + encodeURIComponent(point.value)).then(function (answer) { return answer.text(); }).then(function (html) { said.innerHTML = html; });
      }, function () { said.textContent = said.dataset.refused; }, { timeout: 15000, maximumAge: 60000 });
    });
  }

  /* The map library is fetched only when somebody opens the map. */
  function lazyMap(details) {
    details.hidden = false;
    details.addEventListener("toggle", function () {
      var box = details.querySelector("[data-map-box]");
      if (!details.open || !box) return;
      var map = document.createElement("div");
      map.className = "l-map";
      ["source", "pick"].forEach(function (name) { map.dataset[name] = box.dataset[name]; });
      Object.assign(map.dataset, { map: "", label: "name", figure: "", legend: "", unit: "" });
      map.setAttribute("role", "region");
      map.setAttribute("aria-label", box.dataset.name);
      box.replaceWith(map);
      var css = Object.assign(document.createElement("link"), { rel: "stylesheet", href: details.dataset.css });
      document.head.appendChild(css);
      [details.dataset.lib, details.dataset.mapJs].forEach(function (address, i) {
        var script = document.createElement("script");
        script.async = false;
        if (i) Object.assign(script.dataset, { worker: details.dataset.worker, tiles: details.dataset.tiles });
        script.src = address;
        document.head.appendChild(script);
      });
    });
  }

  /* Sent in the background, so that an error or a lost network leaves everything where it is, the photos too. */
  function send(form) {
    var busy = false;
    form.addEventListener("submit", function (event) {
      if (!window.fetch || !form.classList.contains("is-stepping")) return;
      event.preventDefault();
      var wrong = Array.from(form.elements).find(function (el) { return el.willValidate && el.type !== "hidden" && !el.validity.valid; });
      if (wrong) { form.linliShow(wrong); wrong.checkValidity(); return; }
      if (busy) return;
      busy = true;
      fetch(form.action || location.href, { method: "POST", body: new FormData(form), credentials: "same-origin" }).then(function (answer) {
        if (answer.redirected && answer.ok) { window.linli.forgetDraft(form); location.href = answer.url; return null; }
        return answer.text().then(function (html) { errors(form, html); });
      }).catch(function () { tell(form, form.dataset.lost); }).then(function () { busy = false; form.linliSent = 0; });
    });
  }

  function errors(form, html) {
    var page = new DOMParser().parseFromString(html, "text/html");
    var found = page.querySelector("[data-form-errors]");
    var box = form.querySelector("[data-form-errors]");
    if (!found || !found.firstElementChild) { tell(form, form.dataset.lost); return; }
    box.replaceChildren.apply(box, Array.from(found.childNodes).map(function (node) { return document.importNode(node, true); }));
    box.querySelectorAll("a[href^='#']").forEach(function (link) {
      link.addEventListener("click", function (event) {
        var field = document.getElementById(link.hash.slice(1));
        if (!field) return;
        event.preventDefault();
        form.linliShow(field);
        field.focus();
      });
    });
    window.scrollTo(0, 0);
    box.firstElementChild.focus();
  }

  function tell(form, words) {
    var box = form.querySelector("[data-form-errors]"), note = document.createElement("div");
    note.className = "l-errors";
    note.setAttribute("role", "alert");
    note.tabIndex = -1;
    note.textContent = words;
    box.replaceChildren(note);
    note.focus();
  }

  document.querySelectorAll("form[data-send]").forEach(function (form) {
    ["change", "linli:pick"].forEach(function (name) { form.addEventListener(name, function () { whens(form); }); });
    document.querySelectorAll("[data-source][data-for]").forEach(places);
    form.querySelectorAll("[data-here]").forEach(here);
    form.querySelectorAll("[data-lazy-map]").forEach(lazyMap);
    send(form);
    whens(form);
  });
})();
