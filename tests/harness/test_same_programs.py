"""Programs that differ in comments only: executed once where the tests take long, each where they do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.engines.local import LocalEngine
from harness.records import Limits, Status
from harness.run import ScoreRequest, score

LIMITS = Limits(floor_s=1.0)


def bench_with_loop(tmp_path: Path, steps: int) -> Path:
    row = {
        "task_id": "Loop/0",
        "prompt": "def total(n):\n",
        "entry_point": "total",
        "canonical_solution": "    return sum(i % 7 for i in range(n))\n",
        "base_input": [[steps]],
        "plus_input": [],
        "atol": 0,
    }
    file = tmp_path / "loop.jsonl"
    file.write_text(json.dumps(row) + "\n")
    return file


@pytest.mark.parametrize(("steps", "executed"), [(4_000_000, 2), (10, 4)])
def test_comments_cost_nothing_where_tests_are_slow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int, executed: int
) -> None:
    right = "def total(n):\n    return sum(i % 7 for i in range(n))\n"
    programs = [right, right + "# again\n", "# first\n" + right, right.replace("% 7", "% 8")]
    samples = tmp_path / "samples.jsonl"
    samples.write_text("".join(json.dumps({"task_id": "Loop/0", "solution": text}) + "\n" for text in programs))
    judged = []
    hand = LocalEngine._hand
    monkeypatch.setattr(
        LocalEngine,
        "_hand",
        lambda self, judge, job, *rest: judged.append(job.program) or hand(self, judge, job, *rest),
    )
    request = ScoreRequest(
        "model", str(bench_with_loop(tmp_path, steps)), samples, runs_root=tmp_path / "runs", limits=LIMITS, workers=1
    )
    folder = score(request)
    assert len(judged) == executed
    verdicts = folder.verdicts()
    assert [verdict.status is Status.PASS for verdict in verdicts] == [True, True, True, False]
    assert [verdict.solution for verdict in verdicts] == programs
