// What a screen reader needs of a page: gives what is wrong with it, a line each.
() => {
  const wrong = [];
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  if (document.documentElement.lang !== "en") wrong.push("no language");
  if (!document.title) wrong.push("no title");
  for (const name of ["header", "main", "footer", "nav[aria-label]"]) {
    if (all(name).length !== 1) wrong.push(`not one ${name}`);
  }
  const levels = all("h1, h2, h3, h4, h5, h6").filter(isShown).map((head) => Number(head.tagName[1]));
  if (levels[0] !== 1 || levels.filter((level) => level === 1).length !== 1) wrong.push("not one h1, first");
  levels.forEach((level, place) => {
    if (place && level > levels[place - 1] + 1) wrong.push(`h${level} after h${levels[place - 1]}`);
  });
  const ids = all("[id]").map((element) => element.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id twice");
  for (const element of all("[aria-labelledby], [aria-describedby]")) {
    const names = (element.getAttribute("aria-labelledby") || element.getAttribute("aria-describedby")).split(" ");
    if (!names.every((name) => document.getElementById(name))) wrong.push(`${element.tagName} labelled by nothing`);
  }
  for (const table of all("table")) {
    if (!table.caption || !table.caption.textContent.trim()) wrong.push("a table without a caption");
    if (table.querySelector("th:not([scope])")) wrong.push("a head without a scope");
    for (const row of table.rows) {
      const width = Array.from(row.cells).reduce((sum, cell) => sum + cell.colSpan, 0);
      if (width !== table.rows[0].cells.length) wrong.push(`a row of ${width} cells`);
      if (row.parentNode.tagName === "TBODY" && row.querySelectorAll("th").length !== 1) wrong.push("a row without a head");
    }
  }
  for (const control of all("input, select, textarea")) {
    const name = control.getAttribute("aria-label") || Array.from(control.labels, (label) => label.textContent).join("");
    if (!name.trim()) wrong.push(`${control.tagName} ${control.name} without a name`);
  }
  for (const element of all("button, a, summary")) {
    if (!element.textContent.trim()) wrong.push(`${element.tagName} without text`);
  }
  for (const drawing of all("svg")) {
    const isNamed = drawing.getAttribute("role") === "img" && drawing.querySelector("title, desc");
    if (drawing.getAttribute("aria-hidden") !== "true" && !isNamed) wrong.push("a drawing without a text");
  }
  for (const element of all("[tabindex]")) {
    if (element.tabIndex > 0) wrong.push("an order of its own");
    if (element.tabIndex === 0 && !element.getAttribute("aria-labelledby")) wrong.push("a region without a name");
  }
  for (const box of all("*").filter((element) => isShown(element) && element.scrollWidth > element.clientWidth + 1)) {
    const style = getComputedStyle(box);
    const scrolls = ["auto", "scroll"].includes(style.overflowX);
    if (scrolls && box.tabIndex !== 0 && box.tagName !== "INPUT") wrong.push(`${box.className} scrolls without keys`);
  }
  return wrong;
}
