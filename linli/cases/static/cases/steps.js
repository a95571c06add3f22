/* A long form shown a question at a time: <form data-steps> with <section data-step>. Without scripts all of it is shown.
   The back button goes a question back; what is missing is said before going on; the last section shows the answers. */
(function () {
  "use strict";
  function fill(words, values) { return words.replace(/%\((\w+)\)s/g, function (whole, name) { return values[name]; }); }

  function fieldsOf(section) { return Array.from(section.querySelectorAll("input, textarea, select")); }

  function said(form, name) {
    var list = Array.from(form.elements).filter(function (el) { return el.name === name; });
    return list.map(function (el) {
      if (el.type === "file") return el.files.length ? fill(form.dataset.photoWords, { n: el.files.length }) : "";
      if (el.type === "radio" || el.type === "checkbox") return el.checked ? el.closest("label").textContent.trim() : "";
      return el.value.trim();
    }).filter(Boolean).join("，");
  }

  function begin(form) {
    var sections = Array.from(form.querySelectorAll("[data-step]"));
    var walk = form.querySelector("[data-walk]"), line = form.querySelector("[data-step-line]");
    var at = 0;

    function answers() {
      var list = form.querySelector("[data-answers]");
      if (!list) return;
      list.textContent = "";
      sections.forEach(function (section, number) {
        if (section.dataset.check !== undefined) return;
        var text = (section.dataset.fields || "").split(" ").map(function (name) { return said(form, name); }).filter(Boolean).join("；");
        var term = document.createElement("dt"), value = document.createElement("dd"), mend = document.createElement("dd"), button = document.createElement("button");
        term.textContent = section.dataset.label;
        value.textContent = text || form.dataset.none;
        button.type = "button";
        button.className = "btn btn-sm";
        button.textContent = form.dataset.mend;
        button.setAttribute("aria-label", form.dataset.mend + " " + section.dataset.label);
        button.addEventListener("click", function () { go(number); });
        mend.appendChild(button);
        [term, value, mend].forEach(function (el) { list.appendChild(el); });
      });
    }

    function show(number, quiet) {
      at = Math.max(0, Math.min(sections.length - 1, number));
      sections.forEach(function (section, i) { section.hidden = i !== at; });
      var last = at === sections.length - 1;
      if (walk) {
        walk.hidden = false;
        walk.querySelector("[data-next]").hidden = last;
        walk.querySelector("[data-back-step]").hidden = at === 0;
      }
      if (line) { line.hidden = false; line.textContent = fill(form.dataset.stepWords, { now: at + 1, all: sections.length }); }
      if (sections[at].dataset.check !== undefined) answers();
      form.dispatchEvent(new CustomEvent("linli:step", { detail: { at: at } }));
      if (quiet) return;
      var head = sections[at].querySelector("h2, legend, label");
      window.scrollTo(0, 0);
      if (head) { head.tabIndex = -1; head.focus({ preventScroll: true }); }
    }

    function go(number) {
      if (number === at) return;
      history.pushState({ linliStep: number }, "");
      show(number);
    }

    function next() {
      var wrong = fieldsOf(sections[at]).filter(function (field) { return !field.checkValidity(); });
      if (!wrong.length) go(at + 1);
    }

    form.addEventListener("click", function (event) {
      if (event.target.closest("[data-next]")) next();
      if (event.target.closest("[data-back-step]")) history.back();
    });
    /* Leaving a field may take its error line away and move the button from under the finger: the field is left after the press. */
    form.addEventListener("mousedown", function (event) { if (event.target.closest("[data-next], [data-back-step]")) event.preventDefault(); });
    form.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" || !/^(text|tel|radio)$/.test(event.target.type || "") || at === sections.length - 1) return;
      event.preventDefault();
      next();
    });
    window.addEventListener("popstate", function (event) { show(event.state && event.state.linliStep || 0); });
    form.linliShow = function (field) {
      var home = sections.findIndex(function (section) { return section.contains(field); });
      if (home >= 0) go(home);
    };
    form.classList.add("is-stepping");
    history.replaceState({ linliStep: 0 }, "");
    show(0, true);
    var mistake = form.querySelector("[data-step] .has-error");
    if (mistake) show(sections.indexOf(mistake.closest("[data-step]")), true);
  }

  document.querySelectorAll("form[data-steps]").forEach(begin);
})();
