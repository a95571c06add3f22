/* Drawing an area: each click on the map is a corner; what is drawn becomes a value of the filter, and the list follows. */
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    var open = event.target.closest("[data-area-open]");
    if (open) start(open.closest("[data-area]"));
  });

  function start(facet) {
    var dialog = facet.querySelector("template[data-area-dialog]").content.cloneNode(true).firstElementChild;
    document.body.appendChild(dialog);
    dialog.addEventListener("close", function () { dialog.remove(); });
    dialog.showModal();
    var box = dialog.querySelector("[data-map]"), typed = dialog.querySelector("[data-area-corners]");
    var done = dialog.querySelector("[data-area-done]"), corners = [];

    function shown() {
      done.disabled = corners.length < 3;
      if (box.linliMap && box.linliMap.getSource("drawn")) box.linliMap.getSource("drawn").setData(outline(corners));
    }
    function write() {
      typed.value = corners.map(function (corner) { return corner.join(","); }).join("\n");
      shown();
    }
    typed.addEventListener("input", function () {
      corners = typed.value.split(/[\n;]+/).map(function (line) { return line.split(/[,，\s]+/).map(Number); })
        .filter(function (corner) { return corner.length === 2 && corner.every(Number.isFinite); });
      shown();
    });
    dialog.querySelector("[data-area-back]").addEventListener("click", function () { corners.pop(); write(); });
    done.addEventListener("click", function () {
      keep(facet, corners.map(function (corner) { return corner[0].toFixed(5) + "," + corner[1].toFixed(5); }).join(";"));
      dialog.close();
    });
    box.addEventListener("linli:map", function (event) {
      var map = event.detail;
      ready(map);
      shown();
      map.getCanvas().style.cursor = "crosshair";
      map.on("click", function (at) { corners.push([Number(at.lngLat.lng.toFixed(5)), Number(at.lngLat.lat.toFixed(5))]); write(); });
    });
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: dialog } }));
  }

  function ready(map) {
    var ink = getComputedStyle(document.documentElement).getPropertyValue("--accent-ink").trim();
    map.addSource("drawn", { type: "geojson", data: outline([]) });
    map.addLayer({ id: "drawn-area", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ink, "fill-opacity": 0.2 } });
    map.addLayer({ id: "drawn-edge", type: "line", source: "drawn", paint: { "line-color": ink, "line-width": 2 } });
    map.addLayer({ id: "drawn-corners", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": ink, "circle-radius": 4 } });
  }

  function outline(corners) {
    var features = corners.map(function (corner) { return feature("Point", corner); });
    if (corners.length > 2) features.push(feature("Polygon", [corners.concat([corners[0]])]));
    else if (corners.length === 2) features.push(feature("LineString", corners));
    return { type: "FeatureCollection", features: features };
  }

  function feature(kind, coordinates) {
    return { type: "Feature", properties: {}, geometry: { type: kind, coordinates: coordinates } };
  }

  function keep(facet, value) {
    var input = document.createElement("input");
    input.type = "hidden";
    input.name = facet.dataset.area;
    input.value = value;
    facet.appendChild(input);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
})();
