/* Forms: nothing typed is lost, errors are focused, a reason is asked where there is no way back, no double sending. */
(function () {
  "use strict";
  var _ = window.linli.word;
  var KEEP = 12 * 3600 * 1000;
  var PREFIX = "linli.draft.";
  var SENT = "linli.sent";

  function store() { try { return window.localStorage; } catch (error) { return null; } }
  function keyOf(form) { return PREFIX + (document.body.dataset.user || "0") + "." + form.dataset.autosave; }

  function kept(field) {
    return field.name && !/^(password|file|submit|button|hidden)$/.test(field.type) && field.name !== "csrfmiddlewaretoken" && !field.hasAttribute("data-nokeep");
  }

  function read(form) {
    var values = {};
    Array.from(form.elements).filter(kept).forEach(function (field) {
      var list = values[field.name] = values[field.name] || [];
      if (field.type === "checkbox" || field.type === "radio") { if (field.checked) list.push(field.value); }
      else if (field.multiple) Array.from(field.selectedOptions).forEach(function (o) { list.push(o.value); });
      else list.push(field.value);
    });
    return values;
  }

  function write(form, values) {
    var seen = {};
    Array.from(form.elements).filter(kept).forEach(function (field) {
      var list = values[field.name];
      if (!list) return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = list.includes(field.value);
      else if (field.multiple) Array.from(field.options).forEach(function (o) { o.selected = list.includes(o.value); });
      else {
        var at = seen[field.name] = (seen[field.name] === undefined ? -1 : seen[field.name]) + 1;
        if (list[at] !== undefined) field.value = list[at];
      }
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  function say(form, text, undo) {
    var line = form.querySelector("[data-draft]");
    if (!line) return;
    line.textContent = text;
    if (!undo) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-ghost";
    button.textContent = _("清空重填");
    button.addEventListener("click", function () { forget(form); form.reset(); line.textContent = ""; });
    line.appendChild(button);
  }

  function clock(at) {
    var d = new Date(at);
    return String(d.getHours()).padStart(2, "0") + ":" + String(d.getMinutes()).padStart(2, "0");
  }

  function save(form) {
    var box = store();
    if (!box) return;
    try {
      box.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values: read(form) }));
      say(form, _("已存到本机 %(time)s", { time: clock(Date.now()) }));
    } catch (error) { say(form, _("本机存不下草稿，请尽快提交")); }
  }

  function forget(form) {
    var box = store();
    clearTimeout(form.linliTimer);
    if (box) box.removeItem(keyOf(form));
  }

  function restore(form) {
    var box = store();
    if (!box || form.linliKept) return;
    form.linliKept = true;
    form.linliFirst = JSON.stringify(read(form));
    var raw = box.getItem(keyOf(form));
    if (!raw) return;
    var draft = JSON.parse(raw);
    if (Date.now() - draft.at > KEEP) { box.removeItem(keyOf(form)); return; }
    if (form.querySelector("[data-errors]") || JSON.stringify(draft.values) === form.linliFirst) return;
    write(form, draft.values);
    say(form, _("已恢复 %(time)s 没有提交的内容。", { time: clock(draft.at) }), true);
  }

  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (!form || form.dataset.autosave === undefined || !form.linliKept) return;
    clearTimeout(form.linliTimer);
    form.linliTimer = setTimeout(function () { if (JSON.stringify(read(form)) !== form.linliFirst) save(form); }, 300);
  });

  /* A draft is dropped only when the page after sending is one that worked. An error page, the back button, or a
     page that was not reached from the form (its address is the referrer after a redirect too) keep it. */
  function settle() {
    var sent = JSON.parse(sessionStorage.getItem(SENT) || "null");
    sessionStorage.removeItem(SENT);
    if (!sent || document.body.dataset.problem) return;
    var entry = performance.getEntriesByType("navigation")[0];
    if (entry && entry.type === "back_forward") return;
    if (document.referrer.split("#")[0] !== sent.from) return;
    var same = Array.from(document.querySelectorAll("form[data-autosave]")).some(function (form) {
      return keyOf(form) === sent.key && form.querySelector("[data-errors]");
    });
    if (!same && store()) store().removeItem(sent.key);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.submitter && event.submitter.dataset.signOut !== undefined && store()) {
      Object.keys(store()).filter(function (k) { return k.startsWith(PREFIX); }).forEach(function (k) { store().removeItem(k); });
    }
    if (event.defaultPrevented) return;
    if (form.linliSent && Date.now() - form.linliSent < 8000 && form.method === "post") { event.preventDefault(); return; }
    form.linliSent = Date.now();
    if (form.dataset.autosave !== undefined) { clearTimeout(form.linliTimer); save(form); sessionStorage.setItem(SENT, JSON.stringify({ key: keyOf(form), from: location.href.split("#")[0] })); }
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form").forEach(function (form) { form.linliSent = 0; });
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest && event.target.closest("form");
    if (!form) return;
    form.linliSent = 0;
    if (form.dataset.autosave !== undefined && event.detail.requestConfig.verb !== "get" && event.detail.successful) { forget(form); sessionStorage.removeItem(SENT); }
  });

  /* Checked when a field is left, in our words; the text stays. */
  function message(field) {
    var v = field.validity;
    if (v.valueMissing) return field.dataset.missing || _("请填写这一项");
    if (v.tooShort) return _("至少写 %(least)s 个字，现在 %(now)s 个", { least: field.minLength, now: field.value.length });
    if (v.tooLong) return _("最多写 %(most)s 个字", { most: field.maxLength });
    if (v.patternMismatch || v.typeMismatch || v.badInput) return field.dataset.wrong || field.title || _("格式不对，请照上面的例子写");
    if (v.rangeUnderflow) return _("不能小于 %(least)s", { least: field.min });
    if (v.rangeOverflow) return _("不能大于 %(most)s", { most: field.max });
    return field.validationMessage;
  }

  function mark(field, text) {
    var box = field.closest("[data-field]");
    if (!box) return;
    var line = box.querySelector("[data-live-error]");
    box.classList.toggle("has-error", Boolean(text) || Boolean(box.querySelector(".l-error:not([data-live-error])")));
    if (!text) { if (line) line.remove(); field.removeAttribute("aria-invalid"); return; }
    field.setAttribute("aria-invalid", "true");
    if (!line) {
      line = document.createElement("p");
      line.className = "l-error";
      line.setAttribute("data-live-error", "");
      line.setAttribute("role", "alert");
      field.parentNode.insertBefore(line, field);
    }
    line.textContent = text;
  }

  document.addEventListener("focusout", function (event) {
    var field = event.target;
    if (!field.willValidate || !field.closest("[data-field]") || (!field.value && !field.getAttribute("aria-invalid"))) return;
    mark(field, field.checkValidity() ? "" : message(field));
  });
  /* What is right again is said at once: an error that goes only when the field is left moves the button away from under the finger. */
  document.addEventListener("input", function (event) {
    var field = event.target;
    if (field.willValidate && field.getAttribute("aria-invalid") && field.closest("[data-field]") && field.checkValidity()) mark(field, "");
  });
  document.addEventListener("invalid", function (event) {
    if (!event.target.closest("[data-field]")) return;
    event.preventDefault();
    mark(event.target, message(event.target));
    var first = event.target.form.querySelector('[aria-invalid="true"]');
    if (first) first.focus();
  }, true);

  /* <button data-reason="请写明退回理由" data-reason-verb="退回">: asks before sending, adds the field "reason". */
  function askReason(button, form) {
    var dialog = document.createElement("dialog");
    dialog.className = "l-dialog";
    dialog.setAttribute("aria-label", button.dataset.reason);
    dialog.innerHTML = '<form method="dialog"><div class="l-dialog-body"><div class="l-field" data-field="reason"><label for="l-reason"></label><textarea id="l-reason" required minlength="4" maxlength="500"></textarea></div></div><div class="l-dialog-foot"><button type="button" class="btn" data-close-dialog></button><button class="btn btn-primary"></button></div></form>';
    dialog.querySelector("[data-close-dialog]").textContent = _("先不办");
    dialog.querySelector("label").textContent = button.dataset.reason;
    dialog.querySelector(".btn-primary").textContent = button.dataset.reasonVerb || button.textContent.trim();
    document.body.appendChild(dialog);
    dialog.addEventListener("close", function () { dialog.remove(); button.focus(); });
    dialog.querySelector("form").addEventListener("submit", function () {
      var name = button.dataset.reasonName || "reason";
      var input = form.querySelector('input[type=hidden][name="' + name + '"]') || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: name }));
      input.value = dialog.querySelector("textarea").value;
      button.linliReasoned = true;
      setTimeout(function () { button.click(); button.linliReasoned = false; }, 0);
    });
    dialog.showModal();
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-reason]");
    if (!button || button.linliReasoned || !button.form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    askReason(button, button.form);
  }, true);

  /* Files: what was chosen is shown before it is sent; the size is checked here first, by the server for good. */
  document.addEventListener("change", function (event) {
    var box = event.target.closest && event.target.closest("[data-upload]");
    if (!box || event.target.type !== "file") return;
    var list = box.querySelector("[data-upload-list]");
    list.textContent = "";
    Array.from(event.target.files).forEach(function (file) {
      var item = list.appendChild(document.createElement("li"));
      if (file.type.startsWith("image/")) {
        var image = item.appendChild(document.createElement("img"));
        image.alt = file.name;
        image.src = URL.createObjectURL(file);
        image.onload = function () { URL.revokeObjectURL(image.src); };
      } else item.textContent = file.name;
    });
  });
  ["dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var drop = event.target.closest && event.target.closest(".l-drop");
      if (!drop) return;
      event.preventDefault();
      drop.classList.toggle("is-over", name === "dragover");
      var input = drop.querySelector("input[type=file]");
      if (name === "drop" && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); }
    });
  });

  function start(scope) {
    scope.querySelectorAll("form[data-autosave]").forEach(restore);
    var errors = scope.querySelector("[data-errors][data-focus]");
    if (errors) errors.focus();
  }
  settle();
  start(document);
  document.addEventListener("htmx:load", function (event) { if (event.detail.elt !== document.body) start(event.detail.elt); });

  window.linli = Object.assign(window.linli || {}, { forgetDraft: forget });
})();
