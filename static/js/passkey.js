// Says in words, on the page, when a passkey could not be used.
document.addEventListener("allauth.error", function (event) {
  "use strict";
  event.preventDefault();
  document.querySelectorAll("[data-passkey-trouble]").forEach(function (place) {
    place.hidden = false;
  });
});
