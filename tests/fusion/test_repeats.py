"""Attempts that repeat a row: what comes out, and what is asked for, depends on no reply's time."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fusion.dataset import Rejected, Row
from fusion.duplicates import Duplicates
from fusion.earlier import PASSED_OVER, Earlier
from fusion.production import Line, Outcome
from harness import cli
from harness.errors import EnvironmentLacking

sys.path.insert(0, str(Path(__file__).parent))

from teacher_server import Behaviour, ScriptedServer, teach  # noqa: E402

SUBJECTS = "anchors bridges candles deserts engines forests guitars harbors islands jackets kettles ladders".split()


def _repeating(body: dict[str, Any]) -> str:
    """Teach, with few different instructions, and with answers of which some are no good."""
    text = body["messages"][-1]["content"]
    chance = random.Random(hashlib.sha256(text.encode()).hexdigest())
    if "#First#" in text:
        one, other = chance.choice(SUBJECTS), chance.choice(SUBJECTS)
        return f"Write a function that puts {one} beside {other} and tells how many of {one} are left over at the end."
    if "#Harder#" in text:
        one = chance.choice(SUBJECTS)
        return f"Write a function that sorts {one} by their weight and tells which of all these {one} weighs the most."
    if "NO TESTS" not in text and "#Judgement#" not in text and chance.random() < 0.2:
        return ""
    return teach(body)


def _seeds(folder: Path) -> Path:
    path = folder / "seeds.jsonl"
    lines = [{"instruction": f"Write a function number {n} about {SUBJECTS[n % 12]}."} for n in range(40)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def _made(folder: Path) -> list[str]:
    return [(folder / name).read_text() for name in ("rows.jsonl", "rejected.jsonl")]


@pytest.mark.parametrize(
    "verb",
    [
        ["fuse", "-n", "40", "--checks", "paper", "--pairing", "random", "--verify", "2"],
        ["evolve", "--rounds", "2"],
    ],
    ids=["fuse", "evolve"],
)
def test_repeats_are_the_same_at_every_pace_and_in_a_replay(tmp_path: Path, verb: list[str]) -> None:
    name, *more = verb
    common = [name, str(_seeds(tmp_path)), *more, "--decontaminate", "none"]
    asked = []
    with ScriptedServer(Behaviour(answer=_repeating, latency_s=0.01, faults={"500": 0.02})) as server:
        teacher = ["--teacher", "model", "--base-url", server.base_url, "--price", "1,2"]
        for out, concurrency in (("slow", "1"), ("fast", "16"), ("fast", "16"), ("fast", "2")):
            options = ["-o", str(tmp_path / out), "--concurrency", concurrency]
            assert cli.main([*common, *teacher, *options]) == 0
            asked.append(server.counts["ok"])
    assert asked[1] == asked[2] == asked[3]
    assert _made(tmp_path / "slow") == _made(tmp_path / "fast")
    assert '"reason": "duplicate"' in _made(tmp_path / "fast")[1]
    assert (tmp_path / "slow" / PASSED_OVER).stat().st_size > 0
    for out in ("slow", "fast"):
        again = tmp_path / f"{out} again"
        assert cli.main([*common, "--replay", str(tmp_path / out), "-o", str(again)]) == 0
        assert _made(again) == _made(tmp_path / out)


def _row(number: int, text: str) -> Row:
    return Row(str(number), text, "...", "", "fuse", (), number, cost=0.5)


def _repeat(number: int, text: str) -> Rejected:
    return Rejected(number, "duplicate", (), text, languages=("go",), cost=0.1)


def test_what_was_passed_over_stays_so_in_the_next_sitting(tmp_path: Path) -> None:
    text = "Sort a list of words."
    with Earlier(Duplicates(), tmp_path) as earlier:
        assert not earlier.is_repeated(_repeat(0, text))
        assert not earlier.is_repeated(_repeat(1, text))  # the first is not settled yet
        assert earlier.settle(_row(0, text)) == _row(0, text)
        assert earlier.is_repeated(_repeat(2, text))
        settled = [earlier.settle(outcome) for outcome in (_row(1, text), _repeat(2, text))]
        answerless = Rejected(3, "answer_empty", (), text)
        assert not earlier.is_repeated(_repeat(3, "Count the vowels."))
        assert earlier.settle(answerless) == answerless
    assert [(one.number, one.cost, one.detail) for one in settled if isinstance(one, Rejected)] == [
        (1, 0.1, "exact 0 1.00"),
        (2, 0.1, "exact 0 1.00"),
    ]
    with Earlier(Duplicates(), tmp_path) as earlier:
        assert not earlier.is_repeated(_repeat(1, text))
        assert earlier.is_repeated(_repeat(2, text))  # though nothing is settled


def test_a_note_that_fits_no_more_is_dropped(tmp_path: Path) -> None:
    (tmp_path / PASSED_OVER).write_text("0\n")
    with Earlier(Duplicates(), tmp_path) as earlier:
        repeat = _repeat(0, "Sort a list of words.")
        assert earlier.is_repeated(repeat)
        with pytest.raises(EnvironmentLacking, match="attempt 0 repeats no row any more"):
            earlier.settle(repeat)
    with Earlier(Duplicates(), tmp_path) as earlier:
        assert not earlier.is_repeated(repeat)


def test_an_answer_that_can_not_be_had_ends_the_line_where_it_is_needed(tmp_path: Path) -> None:
    texts = ["Sort words.", "Sort words.", "Count vowels.", "Draw a tree."]
    settled: list[int] = []

    with Earlier(Duplicates(), tmp_path) as earlier:

        async def make(job: Rejected) -> Outcome:
            assert not earlier.is_repeated(job)
            if job.number in (1, 2):
                return earlier.without_answer(job.number, EnvironmentLacking("no reply"))
            await asyncio.sleep(0.01)
            return _row(job.number, job.instruction)

        def settle(outcome: Outcome) -> Outcome:
            outcome = earlier.settle(outcome)
            settled.append(outcome.number)
            return outcome

        jobs: Iterator[Rejected] = iter([_repeat(number, text) for number, text in enumerate(texts)])
        line: Line[Rejected] = Line(jobs, make, settle, target=None, workers=4)
        with pytest.raises(EnvironmentLacking, match="no reply"):
            asyncio.run(line.run())
        assert settled == [0, 1]
        line.settle_rest()
        assert settled == [0, 1, 3]
