/* Small pieces of state for pages, registered with Alpine's CSP build: x-data="name". */
document.addEventListener("alpine:init", function () {
  "use strict";
  var Alpine = window.Alpine;

  /* <div x-data="counter"><textarea maxlength="500" x-on:input="update"></textarea><span x-text="words"></span></div> */
  Alpine.data("counter", function () {
    return {
      used: 0,
      most: 0,
      init() {
        var field = this.$root.querySelector("textarea, input");
        this.used = field.value.length;
        this.most = field.maxLength;
      },
      update(event) { this.used = event.target.value.length; },
      get words() { return window.linli.word("%(used)s / %(most)s 字", { used: this.used, most: this.most }); }
    };
  });

  /* <div x-data="reveal"><button x-on:click="toggle" x-bind:aria-expanded="open">…</button><div x-show="open" x-cloak>…</div></div> */
  Alpine.data("reveal", function () {
    return { open: false, toggle() { this.open = !this.open; } };
  });

  /* <div x-data="tabs" data-first="history">: buttons data-tab, panels data-panel. */
  Alpine.data("tabs", function () {
    return {
      init() { this.show(this.$root.dataset.first || this.$root.querySelector("[data-tab]").dataset.tab); },
      pick(event) { this.show(event.target.closest("[data-tab]").dataset.tab); },
      show(name) {
        this.$root.querySelectorAll("[data-tab]").forEach(function (tab) {
          tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
          tab.tabIndex = tab.dataset.tab === name ? 0 : -1;
        });
        this.$root.querySelectorAll("[data-panel]").forEach(function (panel) { panel.hidden = panel.dataset.panel !== name; });
      }
    };
  });

  /* <form x-data="steps">: sections data-step shown one at a time; buttons x-on:click="next" and "back". */
  Alpine.data("steps", function () {
    return {
      at: 0,
      init() { this.paint(); },
      sections() { return Array.from(this.$root.querySelectorAll("[data-step]")); },
      next() {
        var wrong = Array.from(this.sections()[this.at].querySelectorAll("input, textarea, select")).find(function (f) { return !f.checkValidity(); });
        if (wrong) { wrong.reportValidity(); return; }
        this.at = Math.min(this.sections().length - 1, this.at + 1);
        this.paint();
      },
      back() { this.at = Math.max(0, this.at - 1); this.paint(); },
      paint() {
        var at = this.at;
        this.sections().forEach(function (section, i) { section.hidden = i !== at; });
        this.$root.querySelectorAll(".l-steps li").forEach(function (li, i) {
          li.classList.toggle("is-done", i < at);
          if (i === at) li.setAttribute("aria-current", "step"); else li.removeAttribute("aria-current");
        });
      }
    };
  });
});
