/* The desk by keyboard: Alt keys, suggestions chosen with the arrows, sentences put into the text. */
(function () {
  "use strict";

  function field(form, name) { return form.elements[name]; }

  function fill(form, values) {
    Object.keys(values).forEach(function (name) {
      var target = field(form, name);
      if (!target) return;
      if (target.multiple) Array.from(target.options).forEach(function (option) { option.selected = values[name].includes(option.value); });
      else target.value = values[name];
      if (target.options) target.dispatchEvent(new Event("input"));
    });
    if (values.point) show(form, values.point);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* A place chosen by its name is shown on the map as if it had been pointed at. */
  function show(form, point) {
    var box = form.querySelector("[data-map]"), at = point.split(",").map(Number);
    if (!box || !box.linliMap) return;
    box.linliMap.jumpTo({ center: at, zoom: 14 });
    box.linliMap.fire("click", { lngLat: { lng: at[0], lat: at[1] } });
  }

  /* <button data-fill='{"field": "value"}'>: writes into the form it belongs to, or the desk's. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-fill]");
    if (button) {
      var list = button.closest("[data-list]");
      fill(button.closest("form") || document.querySelector("[data-desk]"), JSON.parse(button.dataset.fill));
      if (list) document.querySelector(list.dataset.list).focus();
      return;
    }
    var into = event.target.closest("[data-into]");
    if (into) {
      var hidden = into.form.elements.into || into.form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "into" }));
      hidden.value = into.dataset.into;
      return;
    }
    var sentence = event.target.closest("[data-insert]");
    if (sentence) insert(sentence.dataset.insert);
  }, true);

  /* A template sentence goes to where the cursor stands; place and category come from the form. */
  function insert(line) {
    var form = document.querySelector("[data-desk]"), text = field(form, "text");
    var said = line.replace("{place}", field(form, "place_text").value).replace("{category}", field(form, "category").value);
    text.setRangeText(said.replace(/\{\w+\}/g, ""), text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* Down from a field goes to its suggestions, arrows move among them, Enter takes one, Escape goes back. */
  document.addEventListener("keydown", function (event) {
    var lists = Array.from(document.querySelectorAll("[data-list]"));
    var own = lists.find(function (list) { return document.querySelector(list.dataset.list) === event.target; });
    if (own && event.key === "ArrowDown" && own.querySelector("button")) { event.preventDefault(); own.querySelector("button").focus(); return; }
    var list = event.target.closest && event.target.closest("[data-list]");
    if (!list) return;
    var all = Array.from(list.querySelectorAll("button")), at = all.indexOf(event.target);
    var step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) { event.preventDefault(); (all[at + step] || document.querySelector(list.dataset.list)).focus(); }
    if (event.key === "Escape") document.querySelector(list.dataset.list).focus();
  });

  var FOCUS = { t: "#id_text", c: "#id_category", l: "#id_place_text" };

  document.addEventListener("keydown", function (event) {
    var desk = document.querySelector("[data-desk]");
    if (!desk) return;
    if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      event.stopImmediatePropagation();
      var dialog = document.querySelector("dialog[open]");
      (dialog ? dialog.querySelector(".btn-primary") : document.querySelector("[data-send]")).click();
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    var key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
    var group = /^\d$/.test(key) && document.querySelector('[data-phrase="' + key + '"]');
    var act = /^[a-z]$/.test(key) && document.querySelector('[data-alt="' + key + '"]');
    if (group) {
      event.preventDefault();
      var open = !group.open;
      document.querySelectorAll("[data-phrase]").forEach(function (each) { each.open = false; });
      group.open = open;
      group.scrollIntoView({ block: "nearest" });
      (group.querySelector("button") || group.querySelector("summary")).focus();
    } else if (act) { event.preventDefault(); act.click(); }
    else if (FOCUS[key]) { event.preventDefault(); document.querySelector(FOCUS[key]).focus(); }
  }, true);

  /* What is typed over a chosen place is another place: the chosen point no longer holds. */
  document.addEventListener("input", function (event) {
    if (event.target.id !== "id_place_text" || !event.isTrusted) return;
    fieldsOf(event.target).forEach(function (hidden) { hidden.value = ""; });
  }, true);

  function fieldsOf(input) { return ["point", "place"].map(function (name) { return input.form.elements[name]; }).filter(Boolean); }

  document.addEventListener("linli:pick", function (event) {
    if (event.target.id === "id_point" && event.target.form.elements.place) event.target.form.elements.place.value = "";
  });

  /* Two dialogs share one field of the form. */
  document.addEventListener("input", function (event) {
    if (event.target.dataset && event.target.dataset.mirror) document.querySelector(event.target.dataset.mirror).value = event.target.value;
  });

  /* A call is kept once: what is sent while it is being kept waits for the number under which it is. */
  var keeping = false, sent = null;

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (!event.target.matches("[data-keep]")) return;
    if (sent) event.preventDefault(); else keeping = true;
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.target.matches("[data-keep]")) return;
    keeping = false;
    if (sent) sent.form.requestSubmit(sent);
  });
  document.addEventListener("submit", function (event) {
    if (!keeping || event.target.id !== "call" || !event.submitter) return;
    event.preventDefault();
    sent = event.submitter;
  }, true);

  /* The first thing on a call is the number. */
  var phone = document.querySelector("[data-desk] #id_phone");
  if (phone && !phone.value) phone.focus();
})();
