"""Made-up runs to compare, each with its share of easy and hard tasks. The numbers are nobody's results."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from leaderboards.comparison.comparison import compare, letters
from leaderboards.comparison.findings import Contender, Findings
from leaderboards.demo import demo_record
from leaderboards.outcomes import Outcomes

_STRENGTHS = {
    "fused-13b": 0.76,
    "evolved-13b": 0.68,
    "mixed-13b": 0.70,
    "base-13b-with-a-name-as-long-as-names-on-the-hub-are": 0.36,
}
_TASKS = 164


def demo_findings(contenders: int = 2, *, samples: int = 1) -> Findings:
    """Compare made-up runs.

    Args:
        contenders: How many, at most four.
        samples: Of each task.
    """
    chosen = list(_STRENGTHS)[:contenders]
    return compare([demo_contender(letter, model, samples) for letter, model in zip(letters(), chosen, strict=False)])


def demo_contender(letter: str, model: str, samples: int = 1) -> Contender:
    """Make up one run of 164 tasks; models agree about which are hard, but not wholly.

    Args:
        letter: What it is called.
        model: One of the demo's.
        samples: Of each task.
    """
    hardness = np.random.default_rng(0).random(_TASKS)
    random = np.random.default_rng(list(model.encode()))
    chance = 1 / (1 + np.exp((hardness - _STRENGTHS[model]) * 14))
    base = random.binomial(samples, chance)
    plus = random.binomial(base, 0.95)
    record = demo_record(model, "humaneval+", int((base == samples).sum()), int((plus == samples).sum()))
    record = replace(record, run_id=hashlib.sha256(model.encode()).hexdigest()[:12])
    ids, counted = tuple(f"HumanEval/{number}" for number in range(_TASKS)), np.full(_TASKS, samples)
    outcomes = {
        name: Outcomes(name, ids, counted, passed) for name, passed in (("humaneval", base), ("humaneval+", plus))
    }
    return Contender(letter, (record,), (outcomes,))
