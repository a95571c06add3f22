/* Toasts: what was just done, with ten seconds to take it back. From Django messages or from HX-Trigger: {"linli:toast": {text, undo}}. */
(function () {
  "use strict";
  var _ = window.linli.word;

  function csrf() {
    try { return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch (error) { return ""; }
  }

  function button(text, kind) {
    var el = document.createElement("button");
    el.type = kind === "undo" ? "submit" : "button";
    el.className = "btn btn-sm";
    el.textContent = text;
    return el;
  }

  function hidden(name, value) { return Object.assign(document.createElement("input"), { type: "hidden", name: name, value: value }); }

  /* toast({text, undo: "/address/", seconds}) */
  function toast(what) {
    var box = document.getElementById("toasts");
    if (!box) return;
    var el = document.createElement("div");
    el.className = "l-toast";
    el.dataset.seconds = what.seconds || (what.undo ? 10 : 6);
    el.appendChild(document.createElement("span")).textContent = what.text;
    if (what.undo) {
      var form = el.appendChild(document.createElement("form"));
      form.method = "post";
      form.action = what.undo;
      form.append(hidden("csrfmiddlewaretoken", csrf()), hidden("next", location.pathname + location.search), button(_("撤回"), "undo"));
      var left = el.appendChild(document.createElement("span"));
      left.className = "l-toast-left";
      left.dataset.left = "";
      left.setAttribute("aria-hidden", "true");
    }
    var close = el.appendChild(button(_("收起"), "close"));
    close.dataset.closeToast = "";
    box.appendChild(el);
    el.linliSaid = { text: what.text, undo: what.undo };
    run(el);
  }

  /* A step that leaves its page says on the next one what was done, with what is left of the time to take it back. */
  var CARRIED = "linli.toasts";
  window.addEventListener("pagehide", function () {
    var live = Array.from(document.querySelectorAll(".l-toast")).filter(function (el) { return el.linliSaid && !el.linliUndone; });
    var told = live.map(function (el) { return Object.assign({}, el.linliSaid, { seconds: el.linliLeft }); });
    sessionStorage.setItem(CARRIED, JSON.stringify(told));
  });
  function carried() {
    var told = JSON.parse(sessionStorage.getItem(CARRIED) || "[]");
    sessionStorage.removeItem(CARRIED);
    told.forEach(toast);
  }
  document.addEventListener("submit", function (event) {
    var el = event.target.closest(".l-toast");
    if (el) el.linliUndone = true;
  });

  /* The countdown rests while the pointer or the focus is on it; in elder mode nothing vanishes by itself. */
  function run(el) {
    var seconds = Number(el.dataset.seconds);
    var left = el.querySelector("[data-left]");
    var elder = document.documentElement.getAttribute("data-elder") === "1";
    el.linliLeft = seconds;
    var timer = setInterval(function () {
      if (!el.isConnected) { clearInterval(timer); return; }
      if (left) left.textContent = _("%(n)s 秒", { n: seconds });
      if (el.matches(":hover") || el.contains(document.activeElement)) return;
      if (seconds <= 0) {
        clearInterval(timer);
        if (elder && !left) return;
        el.remove();
      }
      seconds -= 1;
      el.linliLeft = seconds;
    }, 1000);
    if (left) left.textContent = _("%(n)s 秒", { n: seconds });
  }

  document.addEventListener("click", function (event) {
    var close = event.target.closest("[data-close-toast]");
    if (close) close.closest(".l-toast").remove();
  });
  document.addEventListener("linli:toast", function (event) { toast(event.detail); });
  document.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    var words = {
      403: _("当前岗位不能办这一步。换个岗位，或请管理员开通。"),
      404: _("这一件不在了，可能已合并或转走。请刷新。"),
      429: _("短时间内操作太多次。请等一分钟再试。")
    };
    toast({ text: words[status] || _("系统出了故障，这一步没有完成。填写的内容还在，请再试一次。"), seconds: 12 });
  });
  document.addEventListener("htmx:sendError", function () {
    toast({ text: _("网络断了，这一步没有送出。填写的内容还在，连上后请再试。"), seconds: 12 });
  });
  document.querySelectorAll("[data-toast]").forEach(run);
  carried();

  window.linli = Object.assign(window.linli || {}, { toast: toast, csrf: csrf });
})();
