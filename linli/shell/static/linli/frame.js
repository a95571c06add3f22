/* The frame: menus, the rail, looks remembered in cookies, dialogs, printing, times that move on. */
(function () {
  "use strict";
  var _ = window.linli.word;
  var YEAR = 31536000;
  var root = document.documentElement;

  function remember(name, value) {
    var secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = name + "=" + encodeURIComponent(value) + ";path=/;max-age=" + YEAR + ";samesite=lax" + secure;
  }

  /* Menus are <details data-menu>: one open at a time, closed by Escape or a click elsewhere. */
  function closeMenus(except) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }

  function setLook(name, value) {
    remember(name, value);
    if (name === "elder") { location.reload(); return; }
    if (name === "theme") root.setAttribute("data-bs-theme", value);
    if (name === "type") root.setAttribute("data-type", value);
    document.querySelectorAll('[data-look="' + name + '"]').forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.value === value));
    });
    document.dispatchEvent(new CustomEvent("linli:look", { detail: { name: name, value: value } }));
  }

  function nextType() {
    setLook("type", String((Number(root.getAttribute("data-type") || 0) + 1) % 3));
  }

  function toggleRail() {
    var value = root.getAttribute("data-rail") === "0" ? "1" : "0";
    root.setAttribute("data-rail", value);
    remember("rail", value);
    window.dispatchEvent(new Event("resize"));
  }

  function openDialog(id) {
    var dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
    return dialog;
  }

  function copyText(button) {
    var text = button.dataset.copy;
    var done = function () { window.linli.toast({ text: _("已复制 %(text)s", { text: text }), seconds: 4 }); };
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text).then(done); return; }
    var area = document.createElement("textarea");
    area.value = text;
    document.body.appendChild(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
    done();
  }

  var clicks = [
    ["[data-look]", function (el) { setLook(el.dataset.look, el.dataset.value); }],
    ["[data-type-step]", nextType],
    ["[data-rail-toggle]", toggleRail],
    ["[data-help]", function () { openDialog("l-keys"); }],
    ["[data-dialog]", function (el) { openDialog(el.dataset.dialog); }],
    ["[data-close-dialog]", function (el) { el.closest("dialog").close(); }],
    ["[data-print]", function () { window.print(); }],
    ["[data-back]", function () { if (history.length > 1) history.back(); else location.href = "/"; }],
    ["[data-copy]", copyText]
  ];

  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details[data-menu]"));
    clicks.some(function (rule) {
      var el = event.target.closest(rule[0]);
      if (el) rule[1](el);
      return Boolean(el);
    });
    if (event.target.nodeName === "DIALOG") event.target.close();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = document.querySelector("details[data-menu][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  /* Keys: "/" and Ctrl-K to the search box, "?" to the help, data-key="x" presses or focuses its element. */
  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.nodeName) &&
      !/^(checkbox|radio|button|submit)$/.test(target.type);
  }

  /* What has just come has its htmx some moments later: a key may be quicker, and the form would be sent as a page of its own. */
  function act(el) {
    if (window.htmx) window.htmx.process(el.form || el);
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(el.nodeName)) { el.focus(); if (el.select) el.select(); } else el.click();
  }

  document.addEventListener("keydown", function (event) {
    var search = document.querySelector('[data-key="/"]');
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && search) {
      event.preventDefault();
      act(search);
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) {
      event.preventDefault();
      var form = event.target.form;
      var button = form.querySelector("[data-primary], button:not([type=button])");
      if (button) button.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") { openDialog("l-keys"); return; }
    if (event.key === "p" && document.querySelector("[data-projector]")) { root.classList.toggle("is-projector"); window.dispatchEvent(new Event("resize")); return; }
    var key = window.CSS.escape(event.key);
    var el = document.querySelector('[data-key="' + key + '"]');
    if (el && !el.disabled && !el.closest("[aria-busy=true]")) { event.preventDefault(); act(el); }
  });

  /* Times written as "5 分钟前" or "还有 3 小时" are rewritten every half minute; the wording matches dates.py. */
  function span(milliseconds) {
    var minutes = Math.floor(Math.abs(milliseconds) / 60000);
    var d = Math.floor(minutes / 1440), h = Math.floor(minutes % 1440 / 60), m = minutes % 60;
    if (d >= 10 || d && !h) return _("%(n)d 天", { n: d });
    if (d) return _("%(d)d 天 %(h)d 小时", { d: d, h: h });
    if (h && m && h < 4) return _("%(h)d 小时 %(m)d 分钟", { h: h, m: m });
    return h ? _("%(n)d 小时", { n: h }) : _("%(n)d 分钟", { n: m });
  }

  function refreshTimes() {
    var now = Date.now();
    document.querySelectorAll('time[data-time="ago"], time[data-time="due"]').forEach(function (el) {
      var left = new Date(el.getAttribute("datetime")) - now;
      if (el.dataset.time === "due") el.textContent = _(left < 0 ? "已超 %(span)s" : "还有 %(span)s", { span: span(left) });
      else if (-left >= 0 && -left < 60000) el.textContent = _("刚刚");
      else if (-left >= 60000 && -left < 43200000) el.textContent = _("%(span)s前", { span: span(left) });
    });
  }
  setInterval(refreshTimes, 30000);

  /* Paper is white: a dark page is printed light. */
  var dark = false;
  window.addEventListener("beforeprint", function () {
    dark = root.getAttribute("data-bs-theme") === "dark";
    if (dark) { root.setAttribute("data-bs-theme", "light"); document.dispatchEvent(new CustomEvent("linli:look", { detail: {} })); }
  });
  window.addEventListener("afterprint", function () {
    if (dark) { root.setAttribute("data-bs-theme", "dark"); document.dispatchEvent(new CustomEvent("linli:look", { detail: {} })); }
  });

  function network() { document.body.classList.toggle("is-offline", !navigator.onLine); }
  window.addEventListener("online", network);
  window.addEventListener("offline", network);
  network();

  window.linli = Object.assign(window.linli || {}, { openDialog: openDialog, remember: remember, setLook: setLook, typing: typing });
})();
