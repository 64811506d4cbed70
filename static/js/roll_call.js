// The roll by keyboard: a digit says how somebody was there and goes to the next person. Everything works without it.
(function () {
  "use strict";

  var form = document.querySelector("[data-roll]");
  if (!form) return;
  var rows = Array.prototype.slice.call(form.querySelectorAll("[data-roll-row]"));
  var count = form.querySelector("[data-roll-count]");
  var length = form.getAttribute("data-length");
  var IN_PART = ["late", "left_early", "partial"];

  function chosen(row) {
    return row.querySelector("input[type=radio]:checked");
  }
  function minutes(row) {
    return row.querySelector("[data-roll-minutes]");
  }
  function tell() {
    var done = rows.filter(function (row) { return chosen(row) && chosen(row).value; }).length;
    count.textContent = "記入 " + done + "/" + rows.length + "人";
  }
  function show(row) {
    var value = chosen(row) ? chosen(row).value : "";
    var field = minutes(row);
    var open = IN_PART.indexOf(value) >= 0;
    if (!open) field.value = value === "present" ? length : value ? "0" : "";
    else if (field.readOnly) field.value = "";
    field.readOnly = !open;
    field.tabIndex = open ? 0 : -1;
  }
  function enter(row) {
    if (!row) {
      document.getElementById("roll-save").focus();
      return;
    }
    (chosen(row) || row.querySelector("input[type=radio]")).focus();
    row.scrollIntoView({ block: "nearest" });
  }
  function beside(row, step) {
    return rows[rows.indexOf(row) + step];
  }
  function choose(row, key) {
    var radio = row.querySelector("input[data-key='" + key + "']");
    if (!radio) return false;
    radio.checked = true;
    show(row);
    tell();
    if (IN_PART.indexOf(radio.value) >= 0) {
      minutes(row).focus();
      minutes(row).select();
    } else {
      enter(beside(row, 1));
    }
    return true;
  }
  function fillAll() {
    rows.forEach(function (row) {
      if (chosen(row) && chosen(row).value) return;
      row.querySelector("input[data-key='1']").checked = true;
      show(row);
    });
    tell();
  }

  form.addEventListener("keydown", function (event) {
    var row = event.target.closest("[data-roll-row]");
    if (!row || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    var radio = event.target.type === "radio";
    var handled = true;
    if (event.key === "ArrowDown") enter(beside(row, 1) || row);
    else if (event.key === "ArrowUp") enter(beside(row, -1) || row);
    else if (event.key === "Enter") enter(beside(row, 1));
    else if (radio && /^[0-9]$/.test(event.key)) handled = choose(row, event.key);
    else if (radio && event.key.toLowerCase() === "a") fillAll();
    else handled = false;
    if (handled) event.preventDefault();
  });
  form.addEventListener("change", function (event) {
    var row = event.target.closest("[data-roll-row]");
    if (!row || event.target.type !== "radio") return;
    show(row);
    tell();
  });
  form.addEventListener("click", function (event) {
    if (!event.target.closest("button[name=fill]")) return;
    event.preventDefault();
    fillAll();
  });

  rows.forEach(function (row) {
    var field = minutes(row);
    var value = chosen(row) ? chosen(row).value : "";
    field.readOnly = IN_PART.indexOf(value) < 0;
    show(row);
  });
  tell();
})();
