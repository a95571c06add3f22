/* Charts: <figure data-chart="ID"> with a JSON block of that id. Every chart has the table of its numbers beside it.
   {"kind": "line"|"bar"|"stack", "labels": [], "series": [{"name", "values"}], "unit": "件", "urls": []} */
(function () {
  "use strict";
  var _ = window.linli.word;
  var live = [];

  function token(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

  function words(value) { return value === null || value === undefined ? "—" : Number(value).toLocaleString("zh-CN"); }

  function option(data, size) {
    var ink = token("ink-2"), line = token("line"), still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    var horizontal = data.kind === "bar" && data.labels.some(function (l) { return l.length > 5; });
    var names = { type: "category", data: data.labels, axisLine: { lineStyle: { color: token("line-strong") } }, axisTick: { show: false }, axisLabel: { color: ink, fontSize: size }, inverse: horizontal };
    var values = { type: "value", axisLabel: { color: ink, fontSize: size, formatter: function (v) { return v >= 10000 ? v / 10000 + _("万") : v; } }, splitLine: { lineStyle: { color: line } }, name: data.unit && !horizontal ? data.unit : "", nameTextStyle: { color: ink, fontSize: size, align: "left", padding: [0, 0, 0, -20] } };
    return {
      animation: !still, animationDuration: 160,
      textStyle: { fontFamily: token("font"), fontSize: size },
      color: [1, 2, 3, 4, 5, 6].map(function (n) { return token("series-" + n); }),
      grid: { left: 4, right: 16, top: data.series.length > 1 ? 34 : 28, bottom: 4, containLabel: true },
      legend: data.series.length > 1 ? { top: 0, right: 0, itemWidth: 16, itemHeight: 8, textStyle: { color: ink, fontSize: size } } : { show: false },
      tooltip: { trigger: "axis", confine: true, backgroundColor: token("surface"), borderColor: token("line-strong"), textStyle: { color: token("ink"), fontSize: size }, valueFormatter: function (v) { return words(v) + (data.unit ? " " + data.unit : ""); } },
      xAxis: horizontal ? values : names,
      yAxis: horizontal ? names : values,
      series: data.series.map(function (one, i) {
        return {
          name: one.name, data: one.values, type: data.kind === "line" ? "line" : "bar",
          stack: data.kind === "stack" ? "all" : undefined,
          barMaxWidth: 22, symbol: ["circle", "rect", "triangle", "diamond"][i % 4], symbolSize: 5, showSymbol: data.labels.length <= 31,
          lineStyle: { width: 2, type: ["solid", "dashed", "dotted"][i % 3] },
          label: { show: horizontal && data.series.length === 1, position: "right", color: ink, fontSize: size, formatter: function (p) { return words(p.value); } }
        };
      })
    };
  }

  function table(data, title) {
    var out = document.createElement("table");
    out.className = "l-table l-table-tight";
    out.createCaption().textContent = title;
    out.caption.className = "l-hidden";
    var head = out.createTHead().insertRow();
    [""].concat(data.series.map(function (s) { return s.name + (data.unit ? _("（%(unit)s）", { unit: data.unit }) : ""); })).forEach(function (text, i) {
      var th = document.createElement("th");
      th.scope = "col";
      th.textContent = text || data.label || _("项目");
      if (i) th.className = "num";
      head.appendChild(th);
    });
    var body = out.createTBody();
    data.labels.forEach(function (label, i) {
      var row = body.insertRow();
      var th = row.appendChild(document.createElement("th"));
      th.scope = "row";
      if (data.urls && data.urls[i]) { var a = th.appendChild(document.createElement("a")); a.href = data.urls[i]; a.textContent = label; }
      else th.textContent = label;
      data.series.forEach(function (s) { var td = row.insertCell(); td.className = "num"; td.textContent = words(s.values[i]); });
    });
    return out;
  }

  function draw(figure) {
    var data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    var box = figure.querySelector("[data-chart-box]"), rows = figure.querySelector("[data-chart-rows]");
    var title = figure.querySelector("figcaption strong").textContent;
    rows.appendChild(table(data, title));
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", _("%(title)s（图；数据见“看数据表”）", { title: title }));
    var size = Math.round(parseFloat(getComputedStyle(figure).fontSize) * 0.9);
    var chart = window.echarts.init(box, null, { renderer: "svg" });
    chart.setOption(option(data, size));
    if (data.urls) chart.on("click", function (p) { if (data.urls[p.dataIndex]) location.href = data.urls[p.dataIndex]; });
    live.push({ chart: chart, data: data, size: size, box: box });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-chart-table]");
    if (!button) return;
    var figure = button.closest("figure"), rows = figure.querySelector("[data-chart-rows]"), box = figure.querySelector("[data-chart-box]");
    rows.hidden = !rows.hidden;
    box.hidden = !rows.hidden;
    button.setAttribute("aria-expanded", String(!rows.hidden));
    button.lastChild.textContent = rows.hidden ? _("看数据表") : _("看图");
    window.dispatchEvent(new Event("resize"));
  });

  function start(scope) {
    scope.querySelectorAll("[data-chart]:not([data-drawn])").forEach(function (figure) { figure.dataset.drawn = ""; draw(figure); });
  }
  window.addEventListener("resize", function () { live.forEach(function (one) { if (!one.box.hidden) one.chart.resize(); }); });
  document.addEventListener("linli:look", function () { live.forEach(function (one) { one.chart.setOption(option(one.data, one.size)); }); });
  document.addEventListener("htmx:load", function (event) { start(event.detail.elt); });
  start(document);
})();
