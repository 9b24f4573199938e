"""Boards made up for tests of the formats: with a leader, with names that want out of their cell, on disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from harness.formats.run_folder import RunFolder
from harness.grading.pass_at_k import wilson
from harness.records import Completion, RunRecord, Score, Status, Verdict
from leaderboards.demo import demo_record, demo_runs
from leaderboards.standings import Standings
from leaderboards.store import standings_from
from tests.leaderboards.made_up_runs import keep

HOSTILE = (
    "a_b&c%d$e#f{g}h^i~j\\k",
    "<script>alert(1)</script>",
    "| \"q\" 'x' `y` [z](javascript:1) |",
    "*bold* _it_ ~~gone~~ @somebody #1",
    "=HYPERLINK(A1)",
    "Zoë-β-猫 ő ł ß ą",
    "--x---y ?`!` ,,",
    "emoji \U0001f600 \u202eesrever",
    "line\nbreak \x1b[2J",
    "\\input{/etc/passwd}",
    "a" * 60,
    "2026\ufffe",
)


def board_of_names(names: Iterable[str]) -> Standings:
    """Rank one made-up run of each name; the first solves most."""
    records = [demo_record(name, "humaneval+", 140 - 5 * place, 130 - 7 * place) for place, name in enumerate(names)]
    return standings_from(demo_runs(records))


def board_with_a_leader() -> Standings:
    """Two models, thirty tasks apart."""
    records = [demo_record("first", "humaneval+", 150, 140), demo_record("second", "humaneval+", 120, 110)]
    return standings_from(demo_runs(records))


def board_by_recipe(baseline: str = "") -> Standings:
    """Two recipes of three seeds each, and one that was trained once."""
    records = []
    for recipe, less, seeds in (("if", 0, 3), ("evol", 12, 3), ("once", 20, 1)):
        for seed in range(seeds):
            record = demo_record(f"{recipe}-13b-s{seed}", "humaneval+", 130 - less + seed, 121 - less + seed)
            records.append(replace(record, metadata={"recipe": recipe, "seed": float(seed)}))
    return standings_from(demo_runs(records), by="recipe", baseline=baseline)


def small_record(model: str, **changes: object) -> RunRecord:
    """The record of a run over three tasks of which one passed, and two the base tests."""
    scores = [
        Score(column, 1, passed / 3, *wilson(passed, 3), 3, 3, 1, passed)
        for column, passed in (("humaneval", 2), ("humaneval+", 1))
    ]
    record = replace(
        demo_record(model, "humaneval+", 130, 121),
        run_id="0a1b2c3d4e5f",
        task_count=3,
        scores=scores,
        counts={"pass": 1, "fail": 1, "crash": 1, "infra_error": 1},
        is_complete=False,
        generation={"temperature": 0.2, "top_p": 0.95, "max_tokens": 512, "stop": "\n\n"},
    )
    return replace(record, **changes)  # type: ignore[arg-type]


def keep_small(root: Path, model: str, **changes: object) -> RunFolder:
    """Keep such a run, with a sample that the harness lost beside it."""
    verdicts = [
        Verdict("HumanEval/0", 0, Status.PASS, "def a():\n    return 1\n", rule="chat", base_status=Status.PASS),
        Verdict(
            "HumanEval/1",
            0,
            Status.FAIL,
            "def b():\n    return 2\n",
            base_status=Status.PASS,
            plus_status=Status.FAIL,
            failing_input="b()",
            expected="3",
            got="2",
        ),
        Verdict(
            "HumanEval/2", 0, Status.CRASH, "raise SystemExit\n", base_status=Status.FAIL, error="SystemExit\x1b[2J"
        ),
        Verdict("HumanEval/2", 1, Status.INFRA_ERROR, "x = 1\n"),
    ]
    said = [Completion("HumanEval/0", 0, "Sure! \ud800", "raw", finish_reason="stop", tokens=12)]
    return keep(root, small_record(model, **changes), verdicts, said)
