/* Words of the scripts. Message ids are Chinese, as in Python; the page brings the other language's in a JSON block.
   linli.word("还有 %(span)s", {span: "3 小时"}) */
(function () {
  "use strict";
  var block = document.getElementById("l-words");
  var book = block ? JSON.parse(block.textContent) : {};
  function word(id, values) {
    return (book[id] || id).replace(/%\((\w+)\)[ds]/g, function (whole, name) { return values && name in values ? values[name] : whole; });
  }
  window.linli = Object.assign(window.linli || {}, { word: word });
})();
