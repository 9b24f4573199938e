"use strict";

// A task's page with only some models' programs, side by side: ?models=NAME,NAME.

(() => {
  const bar = document.querySelector(".only");
  if (!bar) return;
  const programs = Array.from(document.querySelectorAll("article[data-model]"));
  const wanted = (address.read().get("models") || "").split(",").filter(Boolean);

  function show(models) {
    const chosen = programs.filter((program) => models.includes(program.dataset.model));
    for (const program of programs) program.hidden = chosen.length > 0 && !chosen.includes(program);
    bar.hidden = !chosen.length;
    bar.querySelector(".number").textContent = String(new Set(chosen.map((program) => program.dataset.model)).size);
    document.querySelector("main").classList.toggle("side-by-side", chosen.length > 0);
  }

  bar.querySelector("button").addEventListener("click", () => {
    address.write({ models: null });
    show([]);
    document.getElementById("programs").focus();
  });
  show(wanted);
})();
