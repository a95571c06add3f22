/* The map page: the level follows the zoom (street, community, grid), outlines of the level above stay visible,
   and layers are switched by check boxes: <input type="checkbox" data-layer="compounds" data-url="…">. */
(function () {
  "use strict";
  var panel = document.querySelector("[data-territory-map]");
  if (!panel) return;
  var kept = {};

  function get(url) {
    if (!kept[url]) kept[url] = fetch(url, { credentials: "same-origin" }).then(function (answer) { return answer.json(); });
    return kept[url];
  }

  function address(level, zoom) {
    var url = new URL(panel.dataset.url, location.href);
    url.searchParams.set("level", level);
    url.searchParams.set("zoom", String(zoom));
    return url.toString();
  }

  /* Units of about a thumb's width: the level whose members are large enough at this zoom. */
  function levelAt(zoom, base) {
    var levels = panel.dataset.levels.split(" ");
    var steps = Math.max(0, Math.floor((zoom - base + 0.3) / 1.4));
    return levels[Math.min(levels.length - 1, steps)];
  }

  function token(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

  function start(box, map) {
    var base = map.getZoom();
    var level = panel.dataset.level;
    var said = panel.querySelector("[data-level-now]");
    var auto = level === "auto";
    var now = auto ? panel.dataset.levels.split(" ")[0] : level;

    function follow() {
      if (!auto) return;
      var wanted = levelAt(map.getZoom(), base);
      if (wanted === now) return;
      now = wanted;
      get(address(now, Math.round(map.getZoom()))).then(function (collection) {
        if (now !== wanted) return;
        box.linliShow(collection);
        if (said) said.textContent = panel.querySelector("[data-level-name=" + now + "]").textContent;
        box.dataset.level = now;
      });
    }
    map.on("zoomend", follow);

    get(address(panel.dataset.above, 11)).then(function (streets) {
      map.addSource("above", { type: "geojson", data: streets });
      map.addLayer({ id: "above", type: "line", source: "above", paint: { "line-color": token("ink-2"), "line-width": 1.4, "line-opacity": 0.55 } });
    });

    panel.querySelectorAll("[data-layer]").forEach(function (input) {
      input.addEventListener("change", function () { layer(map, input); });
      if (input.checked) layer(map, input);
    });
  }

  function layer(map, input) {
    var name = input.dataset.layer;
    if (map.getLayer(name)) { map.setLayoutProperty(name, "visibility", input.checked ? "visible" : "none"); return; }
    if (!input.checked) return;
    get(input.dataset.url).then(function (collection) {
      map.addSource(name, { type: "geojson", data: collection });
      if (input.dataset.kind === "line") {
        map.addLayer({ id: name, type: "line", source: name, paint: { "line-color": token("ink-2"), "line-width": 0.8, "line-dasharray": [3, 2] } });
      } else {
        map.addLayer({ id: name, type: "circle", source: name, paint: { "circle-radius": 4, "circle-color": token("accent-ink"), "circle-stroke-color": token("surface"), "circle-stroke-width": 1.5 } });
      }
    });
  }

  panel.querySelectorAll("select").forEach(function (select) {
    select.addEventListener("change", function () { select.form.requestSubmit(); });
  });

  window.linliMaps.then(function () {
    var box = panel.querySelector("[data-map]");
    if (box && box.linliMap) start(box, box.linliMap);
  });
})();
