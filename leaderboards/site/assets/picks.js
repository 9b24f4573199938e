"use strict";

// The board's checkboxes: two models picked make a link to their comparison.

(() => {
  const bar = document.querySelector(".picked");
  if (!bar) return;
  const boxes = Array.from(document.querySelectorAll("td.pick input"));
  const names = bar.querySelector(".names");
  const link = bar.querySelector("a");
  // In the order in which they were picked: the first is A.
  let picked = [];

  function nameOf(box) {
    return box.closest("tr").querySelector("th bdi").textContent;
  }

  function show() {
    names.replaceChildren();
    picked.forEach((box, place) => {
      const name = document.createElement("bdi");
      name.textContent = nameOf(box);
      names.append(place ? " and " : "", name);
    });
    const isPair = picked.length === 2;
    if (!isPair) names.append(": pick one more to compare");
    link.hidden = !isPair;
    if (isPair) link.href = "compare.html?" + new URLSearchParams({ a: picked[0].value, b: picked[1].value });
    for (const box of boxes) {
      box.checked = picked.includes(box);
      box.disabled = isPair && !box.checked;
    }
    bar.hidden = !picked.length;
  }

  function keep() {
    address.write({ pick: picked.map((box) => box.value).join(",") });
  }

  document.querySelector("table.board").addEventListener("change", (event) => {
    const box = event.target;
    if (!boxes.includes(box)) return;
    picked = box.checked ? [...picked, box] : picked.filter((other) => other !== box);
    show();
    keep();
  });
  bar.querySelector("button").addEventListener("click", () => {
    const first = picked[0];
    picked = [];
    show();
    keep();
    // The button is gone with its bar: the focus goes back to where picking began.
    first.focus();
  });

  for (const box of boxes) box.hidden = false;
  const wanted = (address.read().get("pick") || "").split(",");
  picked = wanted.map((value) => boxes.find((box) => box.value === value)).filter(Boolean).slice(0, 2);
  show();
})();
