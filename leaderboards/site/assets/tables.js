"use strict";

// A table that can be sorted by its heads, searched and filtered by the form above it.
//
// thead th[data-key]           sorts by its column; data-first is the direction of the first press
// tbody td[data-value]         what a cell is sorted by; without one it stands last, whichever the direction, and one with
//                              data-partial before those
// form.view [name=q]           every word of it must be in a row's data-search
// form.view [name=where]       keeps rows whose data-facts pass this filter, see where.js
// form.view [data-hides]       rows of this class are hidden unless it is checked
// form.view [data-equals]      keeps rows whose data-NAME is this
// form.view [name=column]      hides a column unless it is checked

(() => {
  const table = document.querySelector("table.sortable");
  const form = document.querySelector("form.view");
  if (!table || !form) return;

  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const heads = Array.from(table.tHead.rows[0].cells);
  const keys = heads.map((head) => head.dataset.key || "");
  const count = form.querySelector(".count");
  const { noun } = count.dataset;
  const shownFirst = heads.findIndex((head) => head.hasAttribute("aria-sort"));
  const usual = shownFirst < 0 ? "" : keys[shownFirst];
  let sorted = { key: usual, direction: usual ? heads[shownFirst].getAttribute("aria-sort") : "" };

  function groupOf(row, place) {
    const { value, partial } = row.cells[place].dataset;
    return value === undefined ? 2 : partial === undefined ? 0 : 1;
  }

  function valueOf(row, place) {
    const value = row.cells[place].dataset.value;
    if (value === undefined) return null;
    const number = Number(value);
    return value !== "" && !Number.isNaN(number) ? number : value;
  }

  const collator = new Intl.Collator("en", { numeric: true });

  function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    return collator.compare(String(one), String(other));
  }

  // The rank beside a model is that of the column of scores which the table was sorted by last.
  function showRanks(place) {
    const rank = heads.findIndex((head) => head.classList.contains("rank"));
    if (rank < 0 || place < 0 || !heads[place].classList.contains("score")) return;
    for (const row of rows) row.cells[rank].textContent = row.cells[place].dataset.rank || "";
    heads[rank].querySelector(".of").textContent = heads[place].querySelector("button").textContent;
  }

  function sort(key, direction) {
    const place = keys.indexOf(key);
    const isUsual = key === usual && direction === heads[shownFirst].dataset.first;
    let order = rows;
    if (place >= 0 && !isUsual) {
      const sign = direction === "descending" ? -1 : 1;
      // The order in which the page came breaks ties.
      order = rows
        .map((row, index) => ({ row, index, group: groupOf(row, place), value: valueOf(row, place) }))
        .sort((one, other) =>
          one.group - other.group || sign * compare(one.value, other.value) || one.index - other.index)
        .map((entry) => entry.row);
    }
    body.append(...order);
    showRanks(place);
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    if (place >= 0) heads[place].setAttribute("aria-sort", direction);
    sorted = { key, direction };
  }

  const texts = new Map(rows.map((row) => [row, row.dataset.search.toLowerCase()]));
  const facts = new Map(rows.map((row) => [row, JSON.parse(row.dataset.facts || "{}")]));
  const names = Array.from(new Set(rows.flatMap((row) => Object.keys(facts.get(row)))));

  // What says whether a row passes the filter; with one that can not be read all rows do, and the trouble is said.
  function whereFilter() {
    const box = form.elements.where;
    if (!box) return () => true;
    const trouble = document.getElementById(box.getAttribute("aria-describedby"));
    let passes = () => true;
    let words = "";
    if (box.value.trim()) {
      try {
        passes = where.parse(box.value, names);
        rows.forEach((row) => passes(facts.get(row)));
      } catch (error) {
        passes = () => true;
        words = `Filter: ${error.message}.`;
      }
    }
    trouble.textContent = words;
    box.setAttribute("aria-invalid", String(words !== ""));
    return (row) => passes(facts.get(row)) === true;
  }

  function filter() {
    const sought = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const controls = Array.from(form.querySelectorAll("[data-hides], [data-equals]"));
    const passes = whereFilter();
    const kept = [];
    for (const row of rows) {
      const keeps = sought.every((word) => texts.get(row).includes(word)) && passes(row) && controls.every((control) =>
        control.dataset.hides
          ? control.checked || !row.classList.contains(control.dataset.hides)
          : !control.value || row.dataset[control.dataset.equals] === control.value);
      row.hidden = !keeps;
      if (keeps) kept.push(row);
    }
    const isPublished = (row) => row.classList.contains("published");
    const of = (shown, all) => (shown === all ? String(all) : `${shown} of ${all}`);
    const [published, allPublished] = [kept.filter(isPublished).length, rows.filter(isPublished).length];
    const words = `${of(kept.length - published, rows.length - allPublished)} ${noun}`;
    count.textContent = allPublished ? `${words}, ${of(published, allPublished)} published` : words;
  }

  function showColumns() {
    for (const box of form.querySelectorAll("[name=column]")) {
      const place = keys.indexOf(box.value);
      for (const row of [...table.tHead.rows, ...rows, ...table.querySelectorAll("tbody.self-checks tr")]) {
        if (row.cells.length === heads.length) row.cells[place].hidden = !box.checked;
      }
    }
  }

  function controlsByName() {
    return Array.from(form.elements).filter((control) => control.name && control.name !== "column");
  }

  function keep() {
    const entries = {};
    for (const control of controlsByName()) {
      if (control.type === "checkbox") entries[control.name] = control.checked ? null : "no";
      else entries[control.name] = control.value;
    }
    const hidden = Array.from(form.querySelectorAll("[name=column]:not(:checked)"), (box) => box.value);
    entries.hide = hidden.join(",");
    const isUsual = sorted.key === usual && (!usual || sorted.direction === heads[shownFirst].dataset.first);
    entries.sort = isUsual ? null : sorted.key;
    entries.order = isUsual ? null : sorted.direction;
    address.write(entries);
  }

  function restore() {
    const parameters = address.read();
    for (const control of controlsByName()) {
      const value = parameters.get(control.name);
      if (value === null) continue;
      if (control.type === "checkbox") control.checked = value !== "no";
      else control.value = value;
    }
    const hidden = (parameters.get("hide") || "").split(",");
    for (const box of form.querySelectorAll("[name=column]")) box.checked = !hidden.includes(box.value);
    const key = parameters.get("sort");
    if (keys.includes(key)) {
      const order = parameters.get("order");
      sort(key, order === "ascending" || order === "descending" ? order : heads[keys.indexOf(key)].dataset.first);
    }
    showColumns();
    filter();
  }

  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const head = button.closest("th");
    const before = head.getAttribute("aria-sort");
    const opposite = before === "ascending" ? "descending" : "ascending";
    sort(head.dataset.key, before ? opposite : head.dataset.first);
    keep();
  });
  form.addEventListener("input", () => {
    showColumns();
    filter();
    keep();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    // The controls have their first values only after this event.
    setTimeout(() => {
      sort(usual, usual ? heads[shownFirst].dataset.first : "");
      showColumns();
      filter();
      keep();
    });
  });

  // The list of columns lies over the table, so it goes when the reader turns to something else.
  const list = form.querySelector("details.columns");
  if (list) {
    document.addEventListener("click", (event) => {
      if (!list.contains(event.target)) list.open = false;
    });
    list.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !list.contains(event.relatedTarget)) list.open = false;
    });
    list.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      list.open = false;
      list.querySelector("summary").focus();
    });
  }

  form.hidden = false;
  restore();
})();
