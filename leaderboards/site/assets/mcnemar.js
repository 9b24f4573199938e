"use strict";

// Two models with one sample a task, as leaderboards/statistics/binary.py and power.py count them: McNemar's mid-p value,
// Newcombe's interval, and the smallest difference that the tasks can show. The tests hold both against each other.

const mcnemar = (() => {
  const Z_975 = 1.959963984540054;
  const Z_80 = 0.8416212335729142;
  const LEVEL = 0.05;

  // Whole numbers of any size are exact; their ratio is rounded once.
  function ratioToPowerOfTwo(number, exponent) {
    const surplus = Math.max(0, number.toString(16).length * 4 - 64);
    return Number(number >> BigInt(surplus)) * 2 ** (surplus - exponent);
  }

  function midP(onlyA, onlyB) {
    const tosses = onlyA + onlyB;
    let at = 1n;
    let below = 0n;
    for (let heads = 0; heads < Math.min(onlyA, onlyB); heads += 1) {
      below += at;
      at = (at * BigInt(tosses - heads)) / BigInt(heads + 1);
    }
    return ratioToPowerOfTwo(2n * below + at, tosses);
  }

  function wilson(passed, tasks) {
    const square = Z_975 ** 2;
    const centre = (passed + square / 2) / (tasks + square);
    const reach = Math.sqrt(square * ((passed * (tasks - passed)) / tasks + square / 4)) / (tasks + square);
    return [passed === 0 ? 0 : Math.max(0, centre - reach), passed === tasks ? 1 : Math.min(1, centre + reach)];
  }

  function combined(reachA, reachB, correlation) {
    return Math.sqrt(Math.max(0, reachA ** 2 + reachB ** 2 - 2 * correlation * reachA * reachB));
  }

  function newcombe(both, onlyA, onlyB, neither) {
    const tasks = both + onlyA + onlyB + neither;
    const [lowA, highA] = wilson(both + onlyA, tasks);
    const [lowB, highB] = wilson(both + onlyB, tasks);
    const shareA = (both + onlyA) / tasks;
    const shareB = (both + onlyB) / tasks;
    const margins = (both + onlyA) * (onlyB + neither) * (both + onlyB) * (onlyA + neither);
    const product = both * neither - onlyA * onlyB;
    const corrected = product > 0 ? Math.max(product - tasks / 2, 0) : product;
    const correlation = margins ? corrected / Math.sqrt(margins) : 0;
    const difference = shareA - shareB;
    return [
      Math.max(-1, difference - combined(shareA - lowA, highB - shareB, correlation)),
      Math.min(1, difference + combined(highA - shareA, shareB - lowB, correlation)),
    ];
  }

  // Null where these tasks can't say.
  function detectable(onlyA, onlyB, tasks) {
    if (tasks < 2) return null;
    const difference = (onlyA - onlyB) / tasks;
    const variance = (((onlyA + onlyB) / tasks - difference ** 2) * tasks) / (tasks - 1);
    const effect = Math.max((Z_975 + Z_80) * Math.sqrt(Math.max(0, variance) / tasks), 5 / tasks);
    return effect <= 1 ? effect : null;
  }

  function compare(both, onlyA, onlyB, neither) {
    const [low, high] = newcombe(both, onlyA, onlyB, neither);
    const tasks = both + onlyA + onlyB + neither;
    return { low, high, p: midP(onlyA, onlyB), test: "mid-p McNemar", detectable: detectable(onlyA, onlyB, tasks) };
  }

  return { LEVEL, midP, newcombe, detectable, compare };
})();
