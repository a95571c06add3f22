/* A register's filter panel: only this one, no limit, and a panel that stays as it was when its counts change. */
(function () {
  "use strict";

  function changed(facet) {
    facet.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function boxes(facet) {
    return Array.from(facet.querySelectorAll("input[type=checkbox]"));
  }

  /* "Only this one" is put beside the choice that is pointed at: on 700 choices it would be half of the page. */
  document.addEventListener("pointerover", function (event) {
    var label = event.target.closest(".l-facets [data-facet] label");
    var made = document.querySelector("[data-only-button]");
    if (label && made && !label.querySelector("[data-only]")) label.append(made.content.cloneNode(true));
  });

  document.addEventListener("click", function (event) {
    var only = event.target.closest("[data-only]");
    var clear = event.target.closest("[data-facet-clear]");
    if (!only && !clear) return;
    event.preventDefault();
    var facet = event.target.closest("[data-facet]");
    var mine = only && only.closest("label").querySelector("input");
    boxes(facet).forEach(function (box) { box.checked = box === mine; });
    if (mine) mine.focus();
    changed(facet);
  });

  /* Typing searches by itself, but never in the middle of a character that is still being composed. */
  var composing = false;
  document.addEventListener("compositionstart", function (event) { if (event.target.id === "register-q") composing = true; });
  document.addEventListener("compositionend", function (event) {
    if (event.target.id !== "register-q") return;
    composing = false;
    event.target.dispatchEvent(new CustomEvent("register:typed", { bubbles: true }));
  });
  document.addEventListener("input", function (event) {
    if (event.target.id !== "register-q" || composing) return;
    event.target.dispatchEvent(new CustomEvent("register:typed", { bubbles: true }));
  });

  /* The box that finds a choice narrows the panel, not the list; the plain form must not send it. */
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-no-submit]")) event.stopPropagation();
  }, true);

  /* Arrow keys walk the ticks of a filter. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (!event.target.matches("[data-facet] input[type=checkbox], [data-facet] [data-facet-find]")) return;
    var row = boxes(event.target.closest("[data-facet]")).filter(function (box) { return !box.closest("label").hidden; });
    var place = row.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    if (row[place]) { event.preventDefault(); row[place].focus(); }
  });

  /* Where there is no room beside the rows, the filters wait behind one button. */
  var unfolded = false;
  function unfold(open) {
    unfolded = open;
    panel().classList.toggle("is-unfolded", open);
    panel().querySelector("[data-fold]").setAttribute("aria-expanded", String(open));
  }
  /* What htmx has swapped in it gives the classes of the answer a moment later. */
  document.addEventListener("htmx:afterSettle", function (event) {
    if (unfolded && event.detail.target.id === "register" && panel()) unfold(true);
  });
  document.documentElement.classList.add("can-fold");
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-fold]")) unfold(!panel().classList.contains("is-unfolded"));
  });

  var kept = null;

  function panel() { return document.getElementById("facets"); }

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target.id !== "register" || !panel()) return;
    if (composing) { event.detail.shouldSwap = false; return; }
    var search = document.getElementById("register-q");
    kept = { top: panel().scrollTop, open: {}, found: {}, scroll: {}, text: search && document.activeElement === search ? search.value : null };
    panel().querySelectorAll("[data-facet]").forEach(function (facet) {
      var find = facet.querySelector("[data-facet-find][data-no-submit]");
      kept.open[facet.dataset.facet] = facet.open;
      kept.found[facet.dataset.facet] = find ? find.value : "";
      kept.scroll[facet.dataset.facet] = facet.querySelector(".l-facet-body").scrollTop;
    });
  });

  document.addEventListener("htmx:afterSwap", function () {
    if (!kept || !panel()) return;
    panel().querySelectorAll("[data-facet]").forEach(function (facet) {
      var name = facet.dataset.facet, find = facet.querySelector("[data-facet-find][data-no-submit]");
      if (name in kept.open) facet.open = kept.open[name];
      if (find && kept.found[name]) {
        find.value = kept.found[name];
        find.dispatchEvent(new Event("input", { bubbles: true }));
      }
      facet.querySelector(".l-facet-body").scrollTop = kept.scroll[name] || 0;
    });
    unfold(unfolded);
    var search = document.getElementById("register-q");
    if (search && kept.text !== null) search.value = kept.text;
    panel().scrollTop = kept.top;
    kept = null;
  });
})();
