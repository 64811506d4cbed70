// What the frame does beyond plain HTML. Everything works without it.
(function () {
  "use strict";

  // Small panels (account menu) close on Escape and when one clicks elsewhere.
  function openPanels() {
    return document.querySelectorAll("details[data-closes][open]");
  }
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    openPanels().forEach(function (panel) {
      panel.open = false;
      panel.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", function (event) {
    openPanels().forEach(function (panel) {
      if (!panel.contains(event.target)) panel.open = false;
    });
  });

  // When the session has ended, a piece of a page would be answered by the login page: go there instead.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var address = event.detail.xhr.responseURL;
    if (address && new URL(address).pathname.indexOf("/accounts/") === 0) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  });

  // A request that got no answer, or a broken one, is said in words.
  function say(event) {
    var place = document.getElementById("messages");
    if (!place || place.querySelector("[data-broken]")) return;
    var line = document.createElement("div");
    line.className = "alert alert-error";
    line.setAttribute("role", "alert");
    line.setAttribute("data-broken", "");
    line.textContent = "サーバーから応答がありません。しばらくしてから、画面を再読み込みしてください。";
    place.appendChild(line);
  }
  document.addEventListener("htmx:sendError", say);
  document.addEventListener("htmx:responseError", say);
})();
