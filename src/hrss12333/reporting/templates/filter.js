"use strict";
(function () {
  var form = document.getElementById("filter"), output = form.querySelector("output");
  form.hidden = false;
  function apply() {
    var kinds = {}, rule = form.rule.value, who = form.who.value, shown = 0;
    form.querySelectorAll("input").forEach(function (box) { kinds[box.value] = box.checked; });
    kinds.x = kinds.q;
    document.querySelectorAll("section.c").forEach(function (section) {
      var any = 0, usable = section.classList.contains("u");
      if (!who || section.id === who) {
        section.querySelectorAll("[data-r]").forEach(function (point) {
          var asked = kinds[point.classList[0]], on = (asked || usable) && (!rule || point.dataset.r === rule);
          point.classList.toggle("off", !on);
          if (on) any++;
          if (on && asked) shown++;
        });
        section.querySelectorAll("tbody,.r,h3").forEach(function (part) {
          if (part.tagName !== "H3") part.classList.toggle("off", !part.querySelector("[data-r]:not(.off)"));
        });
        section.querySelectorAll("h3").forEach(function (head) {
          var next = head.nextElementSibling, on = false;
          while (next && next.tagName !== "H3") { on = on || !next.classList.contains("off"); next = next.nextElementSibling; }
          head.classList.toggle("off", !on);
        });
      }
      section.classList.toggle("off", !any);
    });
    output.textContent = "显示" + shown + "条";
  }
  form.addEventListener("change", apply);
  function unfold() {
    var target = document.getElementById(location.hash.slice(1)), folded = target && target.querySelector("details");
    if (folded) folded.open = true;
  }
  window.addEventListener("hashchange", unfold);
  apply();
  form.addEventListener("submit", function (event) { event.preventDefault(); });
})();
