"use strict";

// The comparison of two models: which two stands in the address. Counts are made here out of what each model did on each
// task; tests of several samples a task, and of tasks that belong together, come with the page.

(() => {
  const source = document.getElementById("comparison");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const form = document.querySelector("form.view");
  const result = document.getElementById("result");
  const [selectA, selectB] = [form.elements.a, form.elements.b];

  // Elements --------------------------------------------------------------------------------------------------------

  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  function drawn(name, properties, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // Words -----------------------------------------------------------------------------------------------------------

  const percent = (fraction) => (100 * fraction).toFixed(1);

  function points(fraction) {
    const text = (100 * fraction).toFixed(1);
    if (Number(text) === 0) return "0.0";
    return fraction > 0 ? "+" + text : "−" + text.slice(1);
  }

  function pText(p) {
    if (p < 0.001) return "<0.001";
    if (p.toFixed(3) === "0.050") return p.toFixed(4);
    return p.toFixed(p < 0.1 ? 3 : 2);
  }

  const pWords = (p) => (p < 0.001 ? "p < 0.001" : "p = " + pText(p));

  // Counts ----------------------------------------------------------------------------------------------------------

  // What a model did on a task: [passed samples, samples], or null where it has none.
  function outcome(run, task) {
    if (typeof run.passed === "string") {
      const sign = run.passed[task];
      return sign === "." ? null : [Number(sign), 1];
    }
    return run.samples[task] ? [run.passed[task], run.samples[task]] : null;
  }

  function unlike(runA, runB) {
    if (data.models[selectA.value].isSelfCheck || data.models[selectB.value].isSelfCheck) return [];
    return [["n", runA.n, runB.n], ["prompt style", runA.prompt, runB.prompt]]
      .filter(([, one, other]) => one !== other)
      .map(([name, one, other]) => `${name}: ${one} (A), ${other} (B)`);
  }

  function compareColumn(column, a, b) {
    const [runA, runB] = [column.runs[a], column.runs[b]];
    if (!runA || !runB) return null;
    const found = { column, tasks: 0, meanA: 0, meanB: 0, wins: [], losses: [], ties: 0, onlyA: [], onlyB: [], both: 0 };
    let isBinary = !column.isClustered;
    column.tasks.forEach((_, task) => {
      const [one, other] = [outcome(runA, task), outcome(runB, task)];
      if (!one || !other) return;
      found.tasks += 1;
      isBinary &&= one[1] === 1 && other[1] === 1;
      const [rateA, rateB] = [one[0] / one[1], other[0] / other[1]];
      found.meanA += rateA;
      found.meanB += rateB;
      if (rateA === rateB) found.ties += 1;
      else (rateA > rateB ? found.wins : found.losses).push(task);
      if (one[0] && !other[0]) found.onlyA.push(task);
      if (!one[0] && other[0]) found.onlyB.push(task);
      if (one[0] && other[0]) found.both += 1;
    });
    if (!found.tasks) return null;
    found.meanA /= found.tasks;
    found.meanB /= found.tasks;
    found.unlike = unlike(runA, runB);
    found.neither = found.tasks - found.both - found.onlyA.length - found.onlyB.length;
    found.notes = differences(runA, runB);
    found.test = tested(column, found, isBinary, a, b);
    if (found.test && found.test.means) [found.meanA, found.meanB] = found.test.means;
    found.difference = isBinary
      ? (found.wins.length - found.losses.length) / found.tasks
      : found.meanA - found.meanB;
    if (found.unlike.length) found.test = null;
    return found;
  }

  // Null where the page holds no test of this pair.
  function tested(column, found, isBinary, a, b) {
    if (isBinary) return mcnemar.compare(found.both, found.onlyA.length, found.onlyB.length, found.neither);
    const isTurned = Number(a) > Number(b);
    const pair = column.pairs[isTurned ? `${b} ${a}` : `${a} ${b}`];
    if (!pair) return null;
    const [first, second, low, high, p, test, detectable] = pair;
    return isTurned
      ? { means: [second, first], low: -high, high: -low, p, test, detectable }
      : { means: [first, second], low, high, p, test, detectable };
  }

  function differences(runA, runB) {
    return Object.keys({ ...runA.settings, ...runB.settings })
      .filter((name) => runA.settings[name] !== runB.settings[name])
      .map((name) => `They differ in ${name}: ${runA.settings[name] || "unknown"} (A), ${runB.settings[name] || "unknown"} (B).`);
  }

  function verdict(found) {
    const where = found.column.label;
    if (found.unlike.length) {
      return `On ${where} these runs can not be compared task by task: they differ in ${found.unlike.join("; ")}.`;
    }
    const ahead = found.difference > 0 ? "A" : "B";
    const gap = Math.abs(found.difference) < 1e-9
      ? "both score the same"
      : `${ahead} is ${percent(Math.abs(found.difference))} points ahead`;
    if (!found.test) {
      return `On ${where} ${gap}. This site holds no test of several samples a task for this pair: fuseval compare gives it.`;
    }
    const how = `${found.test.test}, ${pWords(found.test.p)}`;
    if (found.test.p < mcnemar.LEVEL) {
      const [low, high] = ahead === "A" ? [found.test.low, found.test.high] : [-found.test.high, -found.test.low];
      return `${ahead} is better on ${where}: by ${percent(Math.abs(found.difference))} points, ` +
        `95 % interval ${points(low)} to ${points(high)} (${how}).`;
    }
    const needed = found.test.detectable === null
      ? "These tasks can not say which gap would be needed."
      : `A gap of at least ${percent(found.test.detectable)} points would be needed to be found four times in five.`;
    return `Not distinguishable on ${where}: ${gap} (${how}). ${needed}`;
  }

  // The page --------------------------------------------------------------------------------------------------------

  // The scale holds zero and all intervals.
  function scale(all) {
    const ends = all.flatMap((found) => (found.test ? [found.test.low, found.test.high] : [found.difference]));
    const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
    return (fraction) => (high > low ? (100 * (fraction - low)) / (high - low) : 50).toFixed(1);
  }

  function bar(found, place) {
    const parts = [drawn("path", { class: "zero", d: `M${place(0)} -2V10` })];
    if (found.test) {
      parts.push(drawn("path", { class: "range", d: `M${place(found.test.low)} 4H${place(found.test.high)}` }));
    }
    parts.push(drawn("path", { class: "point", d: `M${place(found.difference)} 0V8` }));
    const shape = { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" };
    return drawn("svg", shape, ...parts);
  }

  function line(found, chosen, place) {
    const id = `column-${data.columns.indexOf(found.column)}`;
    const choice = element("input", { type: "radio", name: "column", id, value: found.column.key });
    choice.checked = found === chosen;
    const label = element("label", { for: id }, element("bdi", {}, found.column.label));
    const cells = [element("th", { scope: "row" }, choice, " ", label)];
    const cell = (text, kind = "number") => cells.push(element("td", { class: kind }, text));
    cell(percent(found.meanA));
    cell(percent(found.meanB));
    if (found.unlike.length) {
      cells.push(element("td", { colspan: "7" }, `not compared: they differ in ${found.unlike.join("; ")}`));
      return element("tr", {}, ...cells);
    }
    cell(points(found.difference));
    const interval = found.test ? `${points(found.test.low)} to ${points(found.test.high)}` : "–";
    cells.push(element("td", { class: "score" }, element("span", { class: "interval" }, interval), bar(found, place)));
    cell(found.test ? pText(found.test.p) : "–");
    cell(String(found.wins.length));
    cell(String(found.losses.length));
    cell(String(found.ties));
    cell(found.test ? found.test.test : "–", "");
    return element("tr", {}, ...cells);
  }

  function table(all, chosen) {
    const place = scale(all);
    const heads = ["Column", "A", "B", "Difference", "95 % interval", "p", "A better", "B better", "Alike", "Test"];
    const numbers = new Set(["A", "B", "Difference", "p", "A better", "B better", "Alike"]);
    const head = heads.map((text) =>
      element("th", { scope: "col", class: numbers.has(text) ? "number" : "" }, text));
    const caption = element("caption", { id: "result-caption" },
      "Pass rates in percent over the tasks that both have, differences in points, and on how many tasks each is better");
    const made = element("table", {}, caption,
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...all.map((found) => line(found, chosen, place))));
    const box = element("div", { class: "box", role: "region", "aria-labelledby": "result-caption", tabindex: "0" });
    box.append(made);
    return box;
  }

  function list(title, found, tasks) {
    const { column } = found;
    const pair = [selectA.value, selectB.value].map((index) => data.models[index]);
    const asked = pair.filter((model) => model.hasAnswers).map((model) => model.stem);
    const query = asked.length ? "?" + new URLSearchParams({ models: asked.join(",") }) : "";
    const items = tasks.map((task) =>
      element("li", {}, element("a", { href: column.pages[task] + query }, column.tasks[task])));
    const heading = element("h3", {}, `${title}: ${tasks.length}`);
    return element("section", {}, heading, items.length ? element("ul", { class: "tasks" }, ...items) : element("p", {}, "None."));
  }

  function modelLine(letter, model) {
    return element("li", {}, element("b", {}, letter), " ",
      element("bdi", {}, element("a", { href: `models/${model.stem}.html` }, model.name)));
  }

  function show() {
    const [a, b] = [selectA.value, selectB.value];
    result.replaceChildren();
    if (a === b) {
      result.append(element("p", {}, "A and B are the same model: there is nothing to compare."));
      return;
    }
    const all = data.columns.map((column) => compareColumn(column, a, b)).filter(Boolean);
    result.append(element("ul", { class: "sides" }, modelLine("A", data.models[a]), modelLine("B", data.models[b])));
    if (!all.length) {
      result.append(element("p", {}, "These two have no column and no task in common."));
      return;
    }
    const wanted = address.read().get("column");
    const chosen = all.find((found) => found.column.key === wanted) || all.find((found) => found.column.isSorted) || all[0];
    result.append(element("p", { class: "verdict" }, verdict(chosen)), table(all, chosen));
    if (chosen.notes.length) {
      result.append(element("ul", { class: "notes" }, ...chosen.notes.map((note) => element("li", {}, note))));
    }
    const of = ` on ${chosen.column.label}`;
    result.append(element("h2", {}, `Who solves what${of}`),
      element("p", {}, `Of ${chosen.tasks} tasks both solve ${chosen.both} and neither solves ${chosen.neither}.`),
      element("div", { class: "sides" }, list("Only A solves", chosen, chosen.onlyA), list("Only B solves", chosen, chosen.onlyB)));
  }

  function keep(entries) {
    const stem = (select) => data.models[select.value].stem;
    address.write({ a: stem(selectA), b: stem(selectB), ...entries });
  }

  form.addEventListener("change", () => {
    keep({});
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("button").addEventListener("click", () => {
    [selectA.value, selectB.value] = [selectB.value, selectA.value];
    keep({});
    show();
  });
  result.addEventListener("change", (event) => {
    keep({ column: event.target.value });
    show();
    // The radio button that was pressed has been made anew.
    document.getElementById(event.target.id).focus();
  });

  for (const [select, name] of [[selectA, "a"], [selectB, "b"]]) {
    const wanted = data.models.findIndex((model) => model.stem === address.read().get(name));
    if (wanted >= 0) select.value = String(wanted);
  }
  form.hidden = false;
  show();
})();
