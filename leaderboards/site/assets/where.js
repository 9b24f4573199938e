"use strict";

// The board's filter, the language of `fuseval leaderboard --where` (leaderboards/where.py), in which nothing can be
// called: conditions NAME OP VALUE, joined by and, or, not and parentheses. A row that does not know a name's value makes
// a condition neither true nor false (null). The tests hold both against each other.

const where = (() => {
  const TOKEN = /\s*(?:(?<op>==|!=|<=|>=|<|>|=|\(|\))|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<word>[^\s()<>=!"']+))/uy;
  const COMPARE = {
    "<": (one, other) => one < other,
    "<=": (one, other) => one <= other,
    ">": (one, other) => one > other,
    ">=": (one, other) => one >= other,
    "==": (one, other) => one === other,
    "!=": (one, other) => one !== other,
  };

  const not = (truth) => (truth === null ? null : !truth);
  const any = (truths) => (truths.includes(true) ? true : truths.includes(null) ? null : false);

  function tokens(text) {
    const source = text.trimEnd();
    const found = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < source.length) {
      const place = TOKEN.lastIndex;
      const match = TOKEN.exec(source);
      if (!match) throw new Error(`can not be read from “${source.slice(place)}” on`);
      const { op, double, single, word } = match.groups;
      if (op !== undefined) found.push({ kind: "op", text: op });
      else if (word !== undefined) found.push({ kind: "word", text: word });
      else found.push({ kind: "quoted", text: double === undefined ? single : double });
    }
    return found;
  }

  function comparison(name, sign, value) {
    const number = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : null;
    const isPattern = value.includes("*") && (sign === "==" || sign === "!=");
    const escaped = value.toLowerCase().replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
    const pattern = new RegExp(`^${escaped}$`, "su");
    return (facts) => {
      const fact = facts[name];
      if (fact === null || fact === undefined) return null;
      if (typeof fact === "number") {
        if (number === null) throw new Error(`${name} is a number, “${value}” is none`);
        return COMPARE[sign](Math.round(fact * 1e6) / 1e6, number);
      }
      const text = fact.toLowerCase();
      if (isPattern) return pattern.test(text) === (sign === "==");
      if (sign === "==" || sign === "!=") return COMPARE[sign](text, value.toLowerCase());
      return COMPARE[sign](fact, value);
    };
  }

  // Gives what says of a row's facts whether it passes; throws an Error that says what is wrong with the filter.
  function parse(text, names) {
    const all = tokens(text);
    let place = 0;
    const next = () => all[place] || { kind: "end", text: "the end" };
    const isWord = (word) => next().kind === "word" && next().text.toLowerCase() === word;
    const isOp = (sign) => next().kind === "op" && next().text === sign;
    const shown = (token) => (token.kind === "end" ? token.text : `“${token.text}”`);

    function take(wanted, isRight) {
      const token = next();
      if (!isRight(token)) throw new Error(`${wanted} expected, not ${shown(token)}`);
      place += 1;
      return token.text;
    }

    function either() {
      const parts = [both()];
      while (isWord("or")) {
        place += 1;
        parts.push(both());
      }
      return (facts) => any(parts.map((part) => part(facts)));
    }

    function both() {
      const parts = [inverted()];
      while (isWord("and")) {
        place += 1;
        parts.push(inverted());
      }
      return (facts) => not(any(parts.map((part) => not(part(facts)))));
    }

    function inverted() {
      if (isWord("not")) {
        place += 1;
        const inner = inverted();
        return (facts) => not(inner(facts));
      }
      if (!isOp("(")) return condition();
      place += 1;
      const inner = either();
      take("“)”", (token) => token.kind === "op" && token.text === ")");
      return inner;
    }

    function condition() {
      const isText = (token) => token.kind === "word" || token.kind === "quoted";
      const name = take("a name", isText);
      if (!names.includes(name)) throw new Error(`no field “${name}”; there are ${names.join(", ")}`);
      if (isOp("=")) throw new Error("“=” does not compare, “==” does");
      const sign = take("one of == != < <= > >=", (token) => token.kind === "op" && Object.hasOwn(COMPARE, token.text));
      return comparison(name, sign, take("a number or a word", isText));
    }

    const decide = either();
    take("“and” or “or”", (token) => token.kind === "end");
    return decide;
  }

  return { parse };
})();
