/* Maps: <div data-map data-source="/units.geojson" data-figure="open" data-legend="在办案件" data-unit="件">.
   Boundaries quiet, figures loud; a legend with classes and counts; a click goes to feature.properties.url;
   names drawn from the page's own fonts (no glyph server); a list where WebGL is missing.
   window.linliMaps is a promise of all maps on the page, fulfilled when each has drawn once (tests wait for it). */
(function () {
  "use strict";
  var _ = window.linli.word;
  var script = document.currentScript;
  var below = script.dataset.tiles ? JSON.parse(script.dataset.tiles) : null; /* outside tiles, if the county has a provider */
  var all = [];
  var fulfil;
  window.linliMaps = new Promise(function (resolve) { fulfil = resolve; });

  function token(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }
  function dark() { return document.documentElement.getAttribute("data-bs-theme") === "dark"; }

  /* A token as it is in the other theme too: both pictures of the areas are kept ready, so that paper can change at once. */
  function themed(name, theme) {
    var probe = document.body.appendChild(el("i"));
    probe.setAttribute("data-bs-theme", theme);
    var value = getComputedStyle(probe).getPropertyValue("--" + name).trim();
    probe.remove();
    return value;
  }

  function words(value) { return value === null || value === undefined ? "—" : Number(value).toLocaleString("zh-CN"); }
  function el(name, css, text) {
    var out = document.createElement(name);
    if (css) out.className = css;
    if (text !== undefined) out.textContent = text;
    return out;
  }

  function hasWebGL() {
    try {
      var canvas = document.createElement("canvas");
      return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
    } catch (error) { return false; }
  }

  /* Upper bounds of the classes: equal counts, rounded to two figures, without repeats. */
  function breaks(values, want) {
    var sorted = values.slice().sort(function (a, b) { return a - b; });
    var out = [];
    for (var i = 1; i < want; i += 1) {
      var raw = sorted[Math.floor(sorted.length * i / want)];
      var unit = raw === 0 ? 1 : Math.pow(10, Math.max(Math.floor(Math.log10(Math.abs(raw))) - 1, -2));
      var value = Number((Math.round(raw / unit) * unit).toPrecision(6));
      if (out.indexOf(value) < 0 && value > sorted[0] && value <= sorted[sorted.length - 1]) out.push(value);
    }
    return out.sort(function (a, b) { return a - b; });
  }

  function shades(count) {
    var pick = { 1: [4], 2: [2, 5], 3: [2, 4, 6], 4: [2, 3, 4, 6], 5: [1, 2, 3, 4, 5], 6: [1, 2, 3, 4, 5, 6] }[count];
    return pick.map(function (n) { return "scale-" + n; });
  }

  function classify(features, figure, want) {
    var values = features.map(function (f) { return f.properties[figure]; }).filter(function (v) { return typeof v === "number"; });
    if (!values.length) return null;
    var bounds = breaks(values, want);
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values), whole = values.every(Number.isInteger);
    var names = shades(bounds.length + 1);
    var classes = names.map(function (shade, i) {
      var from = i ? bounds[i - 1] : low, to = i < bounds.length ? bounds[i] : high;
      var last = i === bounds.length;
      var inside = values.filter(function (v) { return v >= from && (last ? v <= to : v < to); });
      var top = last ? to : whole ? to - 1 : to;
      return { shade: shade, count: inside.length, label: from === top ? words(from) : words(from) + "–" + words(top) };
    });
    var missing = features.length - values.length;
    return { bounds: bounds, names: names, classes: classes, missing: missing };
  }

  function fill(found, figure, theme) {
    if (!found) return themed("surface", theme);
    var steps = ["step", ["get", figure], themed(found.names[0], theme)];
    found.bounds.forEach(function (bound, i) { steps.push(bound, themed(found.names[i + 1], theme)); });
    return ["case", ["==", ["typeof", ["get", figure]], "number"], steps, themed("scale-none", theme)];
  }

  function swatch(shade) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var rect = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "rect"));
    svg.setAttribute("aria-hidden", "true");
    rect.setAttribute("width", "100%");
    rect.setAttribute("height", "100%");
    rect.setAttribute("class", shade);
    return svg;
  }

  function legend(box, found) {
    if (box.linliLegend) box.linliLegend.remove();
    if (!found) return;
    var small = box.clientWidth < 480;
    var out = el("div", small ? "l-legend l-legend-static" : "l-legend");
    out.appendChild(el("strong", "", box.dataset.legend + (box.dataset.unit ? _("（%(unit)s）", { unit: box.dataset.unit }) : "")));
    var list = out.appendChild(el("ul"));
    var rows = found.classes.slice().reverse();
    if (found.missing) rows.push({ shade: "scale-none", label: _("没有数据"), count: found.missing });
    rows.forEach(function (one) {
      var item = list.appendChild(el("li"));
      item.appendChild(swatch(one.shade));
      item.appendChild(document.createTextNode(one.label));
      item.appendChild(el("span", "n", _("%(n)s 个", { n: one.count })));
    });
    box.linliLegend = out;
    if (small) box.after(out); else box.appendChild(out);
  }

  function bounds(collection) {
    var w = 180, s = 90, e = -180, n = -90;
    (function walk(part) {
      if (typeof part[0] === "number") { w = Math.min(w, part[0]); e = Math.max(e, part[0]); s = Math.min(s, part[1]); n = Math.max(n, part[1]); }
      else part.forEach(walk);
    })(collection.features.filter(function (f) { return f.geometry; }).map(function (f) { return f.geometry.coordinates; }));
    return w > e ? [[106.6, 26.5], [106.8, 26.7]] : [[w, s], [e, n]];
  }

  function asList(box, collection) {
    var out = el("div", "l-map-list");
    out.appendChild(el("p", "l-muted", _("这台设备画不出地图，下面是同一份数据。")));
    var table = out.appendChild(el("table", "l-table l-table-tight"));
    collection.features.slice().sort(function (a, b) { return (b.properties[box.dataset.figure] || 0) - (a.properties[box.dataset.figure] || 0); }).forEach(function (f) {
      var row = table.insertRow();
      var name = row.insertCell();
      if (f.properties.url) { var a = name.appendChild(el("a", "", f.properties[box.dataset.label] || "")); a.href = f.properties.url; }
      else name.textContent = f.properties[box.dataset.label] || "";
      if (box.dataset.figure) { var td = row.insertCell(); td.className = "num"; td.textContent = words(f.properties[box.dataset.figure]) + " " + (box.dataset.unit || ""); }
    });
    box.appendChild(out);
  }

  function layers(map, box, found) {
    var label = box.dataset.label || "name";
    var area = ["==", ["geometry-type"], "Polygon"], dot = ["==", ["geometry-type"], "Point"];
    box.linliOpacity = found ? (below ? 0.7 : 0.92) : 0.15;
    ["light", "dark"].forEach(function (theme) {
      map.addLayer({ id: "areas-" + theme, type: "fill", source: "data", filter: area, paint: { "fill-color": fill(found, box.dataset.figure, theme), "fill-opacity": theme === "dark" === dark() ? box.linliOpacity : 0 } });
    });
    map.addLayer({ id: "edges", type: "line", source: "data", filter: area, paint: { "line-color": found ? token("surface") : token("line-strong"), "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.5, 14, 1.5] } });
    map.addLayer({ id: "chosen", type: "line", source: "data", filter: ["==", ["id"], -1], paint: { "line-color": token("ink"), "line-width": 2.5 } });
    ["data", "points"].forEach(function (source) {
      if (!map.getSource(source)) return;
      map.addLayer({ id: source + "-dots", type: "circle", source: source, filter: dot, paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3, 15, 7],
        "circle-color": ["match", ["coalesce", ["get", "tone"], ""], "overdue", token("overdue"), "risk", token("risk"), "done", token("done"), token("accent-ink")],
        "circle-stroke-color": token("surface"), "circle-stroke-width": 1.5 } });
    });
    if (box.dataset.gathered !== undefined) gatheredLayers(map, dot);
    map.addLayer({ id: "names", type: "symbol", source: "data", filter: area, layout: {
      "text-field": ["coalesce", ["get", label], ""], "text-font": ["sans-serif"], "text-size": ["interpolate", ["linear"], ["zoom"], 10, 11, 15, 15], "text-max-width": 6, "text-padding": 4 },
      paint: { "text-color": token("ink"), "text-halo-color": token("surface"), "text-halo-width": 1.6 } });
  }

  /* Places of a long list: a disc with the number of those that lie close together; its size tells roughly how many. */
  function gatheredLayers(map, dot) {
    var many = ["all", dot, ["has", "count"]];
    map.setFilter("data-dots", ["all", dot, ["!", ["has", "count"]]]);
    map.addLayer({ id: "gathered", type: "circle", source: "data", filter: many, paint: {
      "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 9, 2, 13, 4, 20], "circle-color": token("accent-ink"), "circle-opacity": 0.85,
      "circle-stroke-color": token("surface"), "circle-stroke-width": 1.5 } });
    map.addLayer({ id: "gathered-counts", type: "symbol", source: "data", filter: many, layout: {
      "text-field": ["to-string", ["get", "count"]], "text-font": ["sans-serif"], "text-size": 11, "text-allow-overlap": true },
      paint: { "text-color": token("surface") } });
  }

  /* The part that is looked at is asked for anew when the map has moved; a later answer never gives way to an earlier one. */
  function followView(box, map) {
    var asked = 0;
    map.on("moveend", function () {
      var seen = map.getBounds(), mine = asked += 1;
      var around = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()].map(function (degree) { return degree.toFixed(5); });
      fetchJson(box.dataset.source + "&box=" + around.join(",")).then(function (collection) {
        if (mine === asked) map.getSource("data").setData(collection);
      }).catch(function () { /* what is drawn stays: the next move asks again */ });
    });
  }

  function tip(box, map) {
    var out = box.appendChild(el("div", "l-map-tip"));
    out.hidden = true;
    map.on("mousemove", function (event) {
      var hit = map.queryRenderedFeatures(event.point).filter(function (f) { return f.layer.id !== "names"; })[0];
      map.getCanvas().style.cursor = box.dataset.pick ? "crosshair" : hit && hit.properties.url ? "pointer" : "";
      out.hidden = !hit || !hit.properties[box.dataset.label];
      map.setFilter("chosen", ["==", ["id"], hit && hit.source === "data" ? hit.id : -1]);
      if (out.hidden) return;
      var figure = box.dataset.figure && hit.properties[box.dataset.figure];
      out.textContent = hit.properties[box.dataset.label] + (typeof figure === "number" ? _("：%(value)s", { value: words(figure) + " " + (box.dataset.unit || "") }) : "");
      out.style.left = Math.min(event.point.x + 12, box.clientWidth - out.offsetWidth - 8) + "px";
      out.style.top = Math.max(4, event.point.y - 36) + "px";
    });
    map.on("mouseout", function () { out.hidden = true; });
  }

  function pick(box, map) {
    var marker = null;
    function put(lngLat) {
      if (marker) marker.setLngLat(lngLat);
      else { marker = new window.maplibregl.Marker({ color: token("overdue"), draggable: true }).setLngLat(lngLat).addTo(map); marker.on("dragend", function () { tell(marker.getLngLat()); }); }
    }
    function tell(at) {
      var field = document.querySelector(box.dataset.pick);
      field.value = at.lng.toFixed(6) + "," + at.lat.toFixed(6);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new CustomEvent("linli:pick", { bubbles: true, detail: { lon: at.lng, lat: at.lat } }));
    }
    map.on("click", function (event) { put(event.lngLat); tell(event.lngLat); });
    var now = (document.querySelector(box.dataset.pick).value || "").split(",").map(Number);
    if (now.length === 2 && now.every(Number.isFinite)) { put({ lng: now[0], lat: now[1] }); map.jumpTo({ center: now, zoom: 15 }); }
  }

  /* The picture holds the title, the day and the legend: what is saved can be read without the page. */
  function picture(box, map) {
    var from = map.getCanvas(), out = document.createElement("canvas"), scale = window.devicePixelRatio || 1;
    var width = from.width / scale, height = from.height / scale, now = new Date();
    out.width = from.width;
    out.height = from.height + 40 * scale;
    var pen = out.getContext("2d");
    pen.fillStyle = token("paper");
    pen.fillRect(0, 0, out.width, out.height);
    pen.drawImage(from, 0, 40 * scale);
    pen.scale(scale, scale);
    pen.fillStyle = token("ink");
    pen.font = "600 16px " + token("font");
    pen.fillText(box.getAttribute("aria-label") || _("地图"), 14, 26);
    pen.font = "13px " + token("font");
    var day = _("%(year)d年%(month)d月%(day)d日", { year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() });
    pen.fillText(day, width - 14 - pen.measureText(day).width, 26);
    legendOn(pen, box, height + 40);
    var link = document.createElement("a");
    link.download = (box.getAttribute("aria-label") || _("地图")) + " " + day + ".png";
    link.href = out.toDataURL("image/png");
    link.click();
  }

  function legendOn(pen, box, bottom) {
    var found = box.linliFound;
    if (!found) return;
    var rows = found.classes.slice().reverse(), top = bottom - rows.length * 20 - 44;
    pen.fillStyle = token("surface");
    pen.fillRect(10, top, 140, rows.length * 20 + 34);
    pen.fillStyle = token("ink");
    pen.fillText(box.dataset.legend + (box.dataset.unit ? _("（%(unit)s）", { unit: box.dataset.unit }) : ""), 20, top + 20);
    rows.forEach(function (one, i) {
      pen.fillStyle = token(one.shade);
      pen.fillRect(20, top + 30 + i * 20, 20, 13);
      pen.fillStyle = token("ink");
      pen.fillText(one.label, 46, top + 41 + i * 20);
      pen.fillText(_("%(n)s 个", { n: one.count }), 140 - pen.measureText(_("%(n)s 个", { n: one.count })).width, top + 41 + i * 20);
    });
  }

  function tools(box, map, extent, padding) {
    var out = box.appendChild(el("div", "l-map-tools"));
    var kept = [[_("存为图片"), function () { picture(box, map); }], [_("打印"), function () { window.print(); }]];
    var all = [[_("全图"), function () { map.fitBounds(extent, { padding: padding, duration: 0 }); }]];
    (box.dataset.pick ? all : all.concat(kept)).forEach(function (tool) {
      var button = out.appendChild(el("button", "btn btn-sm", tool[0]));
      button.type = "button";
      button.addEventListener("click", tool[1]);
    });
  }

  function style() {
    var out = { version: 8, transition: { duration: 0, delay: 0 }, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": token("paper") } }] };
    (below ? below.layers : []).forEach(function (address, i) {
      out.sources["tiles-" + i] = { type: "raster", tiles: [address], tileSize: 256, minzoom: 1, attribution: i ? "" : below.attribution };
      out.layers.push({ id: "tiles-" + i, type: "raster", source: "tiles-" + i, paint: { "raster-saturation": -0.6, "raster-opacity": 0.8 } });
    });
    return out;
  }

  function draw(box, collection, points) {
    var found = box.dataset.figure ? classify(collection.features, box.dataset.figure, Number(box.dataset.classes || 5)) : null;
    box.linliFound = found;
    if (collection.gathered) box.dataset.gathered = "";
    if (!hasWebGL() || box.dataset.list !== undefined) { asList(box, collection); return Promise.resolve(null); }
    var extent = bounds(collection.features.length ? collection : points || collection);
    var canvas = box.appendChild(el("div", "l-map-canvas"));
    var padding = { top: 48, right: 20, bottom: 20, left: found && box.clientWidth > 480 ? 150 : 20 };
    var map = new window.maplibregl.Map({
      container: canvas, style: style(), bounds: extent, fitBoundsOptions: { padding: padding }, fadeDuration: 0, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      attributionControl: below ? { compact: true } : false, canvasContextAttributes: { preserveDrawingBuffer: true }, maxZoom: 18,
      localIdeographFontFamily: token("font"),
      locale: { "NavigationControl.ZoomIn": _("放大"), "NavigationControl.ZoomOut": _("缩小"), "Map.Title": _("地图") }
    });
    box.linliMap = map;
    map.touchZoomRotate.disableRotation();
    map.addControl(new window.maplibregl.NavigationControl({ showCompass: false }), "top-left");
    legend(box, found);
    tools(box, map, extent, padding);
    return new Promise(function (resolve) {
      map.on("load", function () {
        map.addSource("data", { type: "geojson", data: collection, generateId: true });
        if (points) map.addSource("points", { type: "geojson", data: points });
        layers(map, box, found);
        tip(box, map);
        box.linliShow = function (next) { show(box, map, next); };
        if (box.dataset.gathered !== undefined) followView(box, map);
        if (box.dataset.pick) pick(box, map);
        else map.on("click", function (event) {
          var close = map.queryRenderedFeatures(event.point).filter(function (f) { return f.properties.count; })[0];
          if (close) { map.easeTo({ center: close.geometry.coordinates, zoom: map.getZoom() + 2, duration: 0 }); return; }
          var hits = map.queryRenderedFeatures(event.point).filter(function (f) { return f.properties.url; });
          var hit = hits.filter(function (f) { return /dots$/.test(f.layer.id); })[0] || hits[0];
          if (hit) location.href = hit.properties.url;
        });
        box.dispatchEvent(new CustomEvent("linli:map", { detail: map }));
        map.once("idle", function () { box.dataset.ready = ""; resolve(map); });
      });
    });
  }

  /* Other data in the same map (another level, another zoom): classes and legend are made anew. */
  function show(box, map, collection) {
    var found = box.dataset.figure ? classify(collection.features, box.dataset.figure, Number(box.dataset.classes || 5)) : null;
    box.linliFound = found;
    map.getSource("data").setData(collection);
    ["light", "dark"].forEach(function (theme) {
      if (map.getLayer("areas-" + theme)) map.setPaintProperty("areas-" + theme, "fill-color", fill(found, box.dataset.figure, theme));
    });
    legend(box, found);
  }

  function repaint() {
    all.forEach(function (box) {
      var map = box.linliMap;
      if (!map || !map.getLayer("areas-light")) return;
      map.setPaintProperty("paper", "background-color", token("paper"));
      map.setPaintProperty("areas-light", "fill-opacity", dark() ? 0 : box.linliOpacity);
      map.setPaintProperty("areas-dark", "fill-opacity", dark() ? box.linliOpacity : 0);
      map.setPaintProperty("edges", "line-color", box.linliFound ? token("surface") : token("line-strong"));
      map.setPaintProperty("names", "text-color", token("ink"));
      map.setPaintProperty("names", "text-halo-color", token("surface"));
      map.redraw();
    });
  }

  /* An address, or "#id" of a JSON block in the page. */
  function fetchJson(url) {
    if (url.charAt(0) === "#") return Promise.resolve(JSON.parse(document.querySelector(url).textContent));
    return fetch(url, { credentials: "same-origin", headers: { Accept: "application/geo+json, application/json" } }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
  }

  function start(box) {
    if (box.dataset.started !== undefined) return Promise.resolve(null);
    box.dataset.started = "";
    all.push(box);
    return Promise.all([fetchJson(box.dataset.source), box.dataset.points ? fetchJson(box.dataset.points) : null]).then(function (got) {
      return draw(box, got[0], got[1]);
    }).catch(function () {
      box.appendChild(el("div", "l-empty", _("地图数据没有取到。请刷新；仍然不行请找系统管理员。")));
      return null;
    });
  }

  function begin() {
    if (window.maplibregl) window.maplibregl.setWorkerUrl(script.dataset.worker);
    Promise.all(Array.from(document.querySelectorAll("[data-map]")).map(start)).then(fulfil);
  }

  document.addEventListener("linli:look", repaint);
  document.addEventListener("htmx:load", function (event) { event.detail.elt.querySelectorAll("[data-map]").forEach(start); });
  begin();
})();
