"use strict";

// Shows one instruction after another and saves every rating as it is given. All texts are set as text, never as HTML.

const QUESTIONS = [
  ["coherence", "Coherence", "Is it one task that makes sense as a whole?"],
  ["solvability", "Solvability", "Can it be solved as it stands, with what it says?"],
  ["relevance", "Relevance", "Is it worth asking of somebody who writes code?"],
];
const RATINGS = [1, 2, 3, 4, 5];

const find = (id) => document.getElementById(id);
const shown = { rater: "", items: [], ratings: {}, place: 0, marked: 0 };

function make(name, text = "") {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function reveal(id) {
  for (const part of ["who", "rate", "done"]) find(part).hidden = part !== id;
}

function complain(text) {
  find("trouble").textContent = text;
  find("trouble").hidden = !text;
}

async function state() {
  const answer = await fetch("state?" + new URLSearchParams({ rater: shown.rater }));
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function begin() {
  try {
    const { items, ratings } = await state();
    shown.items = items;
    shown.ratings = ratings;
  } catch {
    complain("The server does not answer. Is it still running in the terminal?");
    return;
  }
  complain("");
  const open = shown.items.findIndex((item) => !isRated(item));
  if (open < 0) reveal("done");
  else show(open);
}

function isRated(item) {
  return QUESTIONS.every(([name]) => name in shown.ratings[item.key]);
}

function show(place) {
  shown.place = place;
  const item = shown.items[place];
  const rated = shown.items.filter(isRated).length;
  find("place").textContent = `${place + 1} of ${shown.items.length}, ${rated} rated`;
  find("progress").max = shown.items.length;
  find("progress").value = rated;
  find("text").textContent = item.text;
  find("text").scrollTop = 0;
  find("back").disabled = place === 0;
  for (const [name] of QUESTIONS) {
    for (const input of document.getElementsByName(name)) {
      input.checked = Number(input.value) === shown.ratings[item.key][name];
    }
  }
  const first = QUESTIONS.findIndex(([name]) => !(name in shown.ratings[item.key]));
  mark(Math.max(0, first));
  reveal("rate");
}

function mark(number) {
  shown.marked = number;
  document.querySelectorAll("fieldset").forEach((part, place) => part.classList.toggle("marked", place === number));
}

async function rate(number, rating, goesOn) {
  const [criterion] = QUESTIONS[number];
  const item = shown.items[shown.place];
  const before = shown.ratings[item.key][criterion];
  shown.ratings[item.key][criterion] = rating;
  const isLast = goesOn && before === undefined && isRated(item);
  document.querySelector(`input[name=${criterion}][value="${rating}"]`).checked = true;
  if (goesOn && number + 1 < QUESTIONS.length) mark(number + 1);
  try {
    const answer = await fetch("ratings", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ rater: shown.rater, key: item.key, criterion, rating }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    complain("");
  } catch {
    if (before === undefined) delete shown.ratings[item.key][criterion];
    else shown.ratings[item.key][criterion] = before;
    if (item === shown.items[shown.place]) show(shown.place);
    complain("This rating was not saved. Is the server still running in the terminal?");
    return;
  }
  if (isLast && item === shown.items[shown.place] && isRated(item)) forward();
}

function forward() {
  if (shown.place + 1 < shown.items.length) show(shown.place + 1);
  else finish();
}

function finish() {
  const open = shown.items.findIndex((item) => !isRated(item));
  if (open < 0) reveal("done");
  else show(open);
}

function ask([name, title, words], number) {
  const group = make("fieldset");
  const legend = make("legend");
  legend.append(make("b", title), " " + words);
  const scale = make("div");
  scale.className = "scale";
  scale.append(make("span", "not at all"));
  for (const rating of RATINGS) {
    const label = make("label");
    const input = make("input");
    Object.assign(input, { type: "radio", name, value: String(rating) });
    input.setAttribute("aria-label", `${title} ${rating}`);
    // The arrow keys send clicks too, with no detail: they pass through ratings, so they do not go on by themselves.
    input.addEventListener("click", (event) => rate(number, rating, event.detail > 0));
    label.append(input, make("b", String(rating)));
    scale.append(label);
  }
  scale.append(make("span", "fully"));
  group.append(legend, scale);
  group.addEventListener("focusin", () => mark(number));
  return group;
}

function pressed(event) {
  if (find("rate").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  const rating = Number(event.key);
  if (RATINGS.includes(rating)) rate(shown.marked, rating, true);
  else if (event.key === "n") forward();
  else if (event.key === "p" && shown.place > 0) show(shown.place - 1);
  else return;
  event.preventDefault();
}

async function start() {
  find("questions").append(...QUESTIONS.map(ask));
  find("next").addEventListener("click", forward);
  find("back").addEventListener("click", () => show(shown.place - 1));
  find("again").addEventListener("click", () => show(0));
  document.addEventListener("keydown", pressed);
  find("who").addEventListener("submit", (event) => {
    event.preventDefault();
    shown.rater = find("name").value.trim();
    if (shown.rater) {
      // Behind the "#", so that a page that is loaded again does not ask once more; it is sent to nobody.
      history.replaceState(null, "", "#" + encodeURIComponent(shown.rater));
      begin();
    }
  });
  shown.rater = decodeURIComponent(location.hash.slice(1));
  if (shown.rater) {
    begin();
    return;
  }
  reveal("who");
  find("name").focus();
  try {
    const { raters } = await state();
    for (const name of raters) find("names").append(Object.assign(make("option"), { value: name }));
  } catch {
    complain("The server does not answer. Is it still running in the terminal?");
  }
}

start();
