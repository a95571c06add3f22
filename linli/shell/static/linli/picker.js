/* <select x-data="picker">: a long list becomes a box to type into (the editable combobox of the ARIA practices); several
   choices stand before it as chips. The select stays, out of sight: it is what is sent, kept as a draft and, without
   scripts, used. An option is found by its words, by their beginning letters in data-also, or by characters in order. */
document.addEventListener("alpine:init", function () {
  "use strict";
  var MOST = 60;

  function make(tag, attributes, text) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { node.setAttribute(name, attributes[name]); });
    if (text) node.textContent = text;
    return node;
  }

  /* How well an option answers what is typed: 0 is best, -1 not at all. */
  function rank(option, typed) {
    var label = option.text.toLowerCase(), also = (option.dataset.also || "").toLowerCase(), from = -1;
    if (!typed || label === typed) return 0;
    if (label.startsWith(typed)) return 1;
    if (label.includes(typed)) return 2;
    if (also.startsWith(typed)) return 3;
    if (also.includes(typed) || option.value.toLowerCase() === typed) return 4;
    return Array.from(typed).every(function (sign) { from = label.indexOf(sign, from + 1); return from >= 0; }) ? 5 : -1;
  }

  window.Alpine.data("picker", function () {
    return {
      init() {
        var select = this.select = this.$root, id = select.id, left = select.nextElementSibling;
        if (left && left.matches(".l-picker")) { id = left.dataset.of; left.remove(); }
        this.id = id;
        this.build();
        select.id = id + "-list-of";
        select.hidden = true;
        select.after(this.box);
        this.redraw = this.draw.bind(this);
        select.addEventListener("input", this.redraw);
        select.addEventListener("change", this.redraw);
        if (select.form) select.form.addEventListener("reset", this.later = () => setTimeout(this.redraw));
        this.draw();
      },
      destroy() {
        this.select.removeEventListener("input", this.redraw);
        this.select.removeEventListener("change", this.redraw);
        if (this.select.form) this.select.form.removeEventListener("reset", this.later);
      },
      build() {
        var select = this.select, id = this.id, label = document.querySelector('label[for="' + id + '"]');
        var name = select.getAttribute("aria-label") || (label ? label.firstChild.textContent.trim() : "");
        this.box = make("div", { "class": "l-picker", "data-of": id });
        this.chips = make("ul", { "class": "l-chips l-picker-chips", "aria-label": name });
        this.input = make("input", {
          type: "text", id: id, "class": "form-control", role: "combobox", autocomplete: "off", spellcheck: "false",
          "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id + "-list", "aria-haspopup": "listbox",
          placeholder: window.linli.word("输入名称或拼音首字母")
        });
        ["aria-describedby", "aria-invalid", "aria-label", "data-missing"].forEach((key) => { if (select.hasAttribute(key)) this.input.setAttribute(key, select.getAttribute(key)); });
        this.list = make("div", { "class": "l-picker-list", id: id + "-list", role: "listbox", "aria-label": name, hidden: "" });
        if (select.multiple) { this.list.setAttribute("aria-multiselectable", "true"); this.box.append(this.chips); }
        this.status = make("span", { "class": "l-hidden", role: "status" });
        this.box.append(this.input, this.list, this.status);
        this.input.addEventListener("input", (event) => { event.stopPropagation(); this.open(this.input.value); });
        this.input.addEventListener("change", (event) => event.stopPropagation());
        this.input.addEventListener("click", () => this.open(""));
        this.input.addEventListener("keydown", (event) => this.key(event));
        this.input.addEventListener("blur", () => this.leave());
        [this.list, this.chips].forEach((part) => part.addEventListener("mousedown", (event) => event.preventDefault()));
        this.list.addEventListener("click", (event) => { var row = event.target.closest("[role=option]"); if (row) this.take(row); });
        this.chips.addEventListener("click", (event) => { var button = event.target.closest("button"); if (button) { this.drop(button.dataset.value); this.input.focus(); } });
      },
      options() { return Array.from(this.select.options).filter(function (option) { return option.value && !option.disabled; }); },
      chosen() { return this.options().filter(function (option) { return option.selected; }); },
      draw() {
        var chosen = this.chosen();
        if (!this.select.multiple) { this.input.value = chosen.length ? chosen[0].text : ""; return; }
        this.chips.hidden = !chosen.length;
        this.chips.replaceChildren(...chosen.map(function (option) {
          var chip = make("li", { "class": "l-chip" }), button = make("button", { type: "button", "data-value": option.value, "aria-label": window.linli.word("去掉%(name)s", { name: option.text }) });
          button.append(make("span", { "aria-hidden": "true" }, "×"));
          chip.append(make("span", {}, option.text), button);
          return chip;
        }));
      },
      open(typed) {
        typed = typed.trim().toLowerCase();
        var found = this.options().map(function (option) { return { option: option, rank: rank(option, typed) }; }).filter(function (one) { return one.rank >= 0; });
        if (typed) found.sort(function (a, b) { return a.rank - b.rank; });
        var multiple = this.select.multiple, groups = new Map(), id = this.id;
        found.slice(0, MOST).forEach(function (one, at) {
          var parent = one.option.parentElement, group = parent.matches("optgroup") ? parent.label : "";
          var row = make("div", { role: "option", id: id + "-" + at, "data-value": one.option.value, "aria-selected": String(one.option.selected) }, one.option.text);
          if (!groups.has(group)) groups.set(group, []);
          groups.get(group).push(row);
        });
        this.list.replaceChildren();
        groups.forEach((rows, group) => {
          if (!group) { this.list.append(...rows); return; }
          var whole = make("div", { role: "group", "aria-label": group });
          whole.append(make("div", { "class": "l-picker-group", "aria-hidden": "true" }, group), ...rows);
          this.list.append(whole);
        });
        var words = found.length ? (found.length > MOST ? window.linli.word("先列 %(shown)s 个，共 %(all)s 个，请再输入几个字", { shown: MOST, all: found.length }) : window.linli.word("%(all)s 个可选", { all: found.length })) : window.linli.word("没有符合的选项");
        if (!found.length || found.length > MOST) this.list.append(make("div", { "class": "l-picker-more", role: "presentation" }, words));
        this.status.textContent = words;
        this.list.hidden = false;
        this.place();
        this.input.setAttribute("aria-expanded", "true");
        this.point(typed || (!multiple && this.chosen().length) ? this.rows().find(function (row) { return typed || row.getAttribute("aria-selected") === "true"; }) : null);
      },
      /* Above the box, or to its left, where there is no room below or to the right. */
      place() {
        var box = this.input.getBoundingClientRect();
        this.list.classList.remove("is-above", "is-left");
        var size = this.list.getBoundingClientRect();
        this.list.classList.toggle("is-above", box.bottom + size.height > window.innerHeight && box.top > size.height);
        this.list.classList.toggle("is-left", size.right > document.documentElement.clientWidth - 24);
      },
      close() {
        this.list.hidden = true;
        this.input.setAttribute("aria-expanded", "false");
        this.point(null);
      },
      rows() { return Array.from(this.list.querySelectorAll("[role=option]")); },
      active() { return this.list.querySelector(".is-active"); },
      point(row) {
        this.rows().forEach(function (each) { each.classList.toggle("is-active", each === row); });
        if (!row) { this.input.removeAttribute("aria-activedescendant"); return; }
        this.input.setAttribute("aria-activedescendant", row.id);
        row.scrollIntoView({ block: "nearest" });
      },
      key(event) {
        var rows, at, shown = !this.list.hidden;
        if (event.isComposing || event.ctrlKey || event.metaKey) return;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          event.preventDefault();
          if (!shown) { this.open(""); if (event.altKey) return; }
          rows = this.rows();
          at = rows.indexOf(this.active()) + (event.key === "ArrowDown" ? 1 : -1);
          this.point(rows[(at + rows.length) % rows.length] || null);
        } else if (event.key === "Enter" && shown) {
          event.preventDefault();
          if (this.active()) this.take(this.active());
        } else if (event.key === "Escape" && shown) {
          event.preventDefault();
          event.stopPropagation();
          this.close();
          this.draw();
        } else if (event.key === "Backspace" && this.select.multiple && !this.input.value && this.chosen().length) {
          this.drop(this.chosen().pop().value);
        }
      },
      take(row) {
        var option = this.options().find(function (each) { return each.value === row.dataset.value; });
        if (this.select.multiple) { option.selected = !option.selected; this.input.value = ""; } else { this.select.value = option.value; }
        this.say();
        this.close();
      },
      drop(value) {
        this.options().forEach(function (option) { if (option.value === value) option.selected = false; });
        this.say();
      },
      leave() {
        var typed = this.input.value.trim(), exact = this.options().find(function (option) { return option.text === typed || option.value === typed; });
        this.close();
        if (typed && exact && !exact.selected) { exact.selected = true; this.say(); }
        else if (!typed && !this.select.multiple && this.chosen().length) { this.select.value = ""; this.say(); }
        if (this.select.multiple) this.input.value = ""; else this.draw();
      },
      say() {
        this.select.dispatchEvent(new Event("input", { bubbles: true }));
        this.select.dispatchEvent(new Event("change", { bubbles: true }));
      }
    };
  });
});
