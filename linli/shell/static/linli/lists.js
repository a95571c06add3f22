/* Lists: j, k and Enter in a split list, filters with a find box, links that only exist while a list is loading. */
(function () {
  "use strict";

  /* <ul data-split="#detail"> of <a class="l-row" href hx-get hx-target="#detail">: the chosen row has aria-current.
     The list never reorders or scrolls by itself except to keep the chosen row in view. */
  function rows() {
    return Array.from(document.querySelectorAll("[data-split] a.l-row"));
  }

  function choose(row) {
    rows().forEach(function (other) { other.removeAttribute("aria-current"); });
    row.setAttribute("aria-current", "true");
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    var all = rows();
    if (!all.length) return;
    var at = all.findIndex(function (row) { return row.hasAttribute("aria-current"); });
    var next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (next && next !== all[at]) next.click();
  }

  function narrow() { return window.matchMedia("(max-width: 899px)").matches; }

  document.addEventListener("click", function (event) {
    var row = event.target.closest("[data-split] a.l-row");
    if (row) choose(row);
  });

  function chosen(event) { return event.target.closest && event.target.closest("[data-split] a.l-row"); }

  function detailOf(row) { return document.querySelector(row.closest("[data-split]").dataset.split); }

  /* While the chosen row is on its way the detail still shows the one before: it is busy, and its keys do nothing (frame.js).
     On a narrow screen there is no room for two columns: the link is followed instead. */
  document.addEventListener("htmx:beforeRequest", function (event) {
    var row = chosen(event);
    if (!row) return;
    if (narrow()) { event.preventDefault(); location.href = row.href; } else detailOf(row).setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    var row = chosen(event);
    if (row && event.detail.successful && row.hasAttribute("aria-current")) detailOf(row).removeAttribute("aria-busy");
  });

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || window.linli.typing(event.target)) return;
    if (!document.querySelector("[data-split]") || document.querySelector("dialog[open]")) return;
    if (event.key === "j") { event.preventDefault(); step(1); }
    if (event.key === "k") { event.preventDefault(); step(-1); }
    if (event.key === "Enter" && event.target === document.body) {
      var detail = document.querySelector(document.querySelector("[data-split]").dataset.split);
      if (detail) { detail.setAttribute("tabindex", "-1"); detail.focus(); }
    }
  });

  /* The list again without the case that is done; it is no longer in the address, nor is what was seen of it. */
  function afresh() {
    var address = new URL(location.href);
    address.searchParams.delete("case");
    location.replace(address.href);
  }

  /* After an action the server answers with HX-Trigger: {"linli:next": "case-17"}: that row leaves and the next one opens. */
  document.addEventListener("linli:next", function (event) {
    var row = document.getElementById(event.detail.value || event.detail);
    if (!row) { afresh(); return; }
    var all = rows(), at = all.indexOf(row);
    var next = all[at + 1] || all[at - 1];
    row.closest("li").remove();
    document.querySelectorAll("[data-split-count]").forEach(function (el) { el.textContent = String(rows().length); });
    if (next) next.click(); else afresh();
  });

  /* On a narrow screen the filters are folded, or the list would begin two screens down. */
  if (narrow()) document.querySelectorAll("details.l-facet").forEach(function (facet) { facet.open = false; });

  /* Filters: the find box hides choices that do not hold the text. */
  document.addEventListener("input", function (event) {
    if (!event.target.matches("[data-facet-find]")) return;
    event.stopPropagation();
    var text = event.target.value.trim().toLowerCase();
    event.target.closest(".l-facet").querySelectorAll("label").forEach(function (label) {
      label.hidden = Boolean(text) && !label.textContent.toLowerCase().includes(text) && !label.querySelector(":checked");
    });
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-facet-find]")) event.stopPropagation();
    if (!event.target.matches("[data-check-all]")) return;
    event.target.closest("table").querySelectorAll('tbody input[type="checkbox"]').forEach(function (box) {
      box.checked = event.target.checked;
      box.closest("tr").setAttribute("aria-selected", String(box.checked));
    });
    count();
  }, true);
  document.addEventListener("change", function (event) {
    var row = event.target.closest && event.target.closest("[data-selectable] tbody tr");
    if (!row || event.target.type !== "checkbox") return;
    row.setAttribute("aria-selected", String(event.target.checked));
    count();
  });

  function count() {
    var n = document.querySelectorAll("[data-selectable] tbody input:checked").length;
    document.querySelectorAll("[data-selected-count]").forEach(function (el) { el.textContent = String(n); });
    document.querySelectorAll("[data-needs-selection]").forEach(function (el) { el.disabled = !n; });
  }

  /* While a filtered list is on its way the old one is faded after 300 ms; it never jumps. */
  document.addEventListener("htmx:beforeRequest", function (event) {
    var target = event.detail.target;
    if (target && target.dataset && target.dataset.stale !== undefined) target.classList.add("is-stale");
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var target = event.detail.target;
    if (target && target.classList) target.classList.remove("is-stale");
  });

  window.linli = Object.assign(window.linli || {}, { step: step });
})();
