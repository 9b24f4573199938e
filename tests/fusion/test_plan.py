"""What a pilot says of the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusion.dataset import Row
from fusion.plan import attempts_of, forecast
from harness import cli
from harness.formats.record_json import to_json


def _row(number: int) -> Row:
    return Row(str(number), "Do.", "x", "python", "fuse", (), number)


def _attempts_with(folder: Path, *calls: dict[str, object]) -> list[object]:
    lines = [{"key": str(place), "number": 0, "cost": 0.1, **call} for place, call in enumerate(calls)]
    (folder / "calls.jsonl").write_text("".join(f"{to_json(line)}\n" for line in lines))
    return [attempt.seconds for attempt in attempts_of(folder, [_row(0)], [])]


def test_hours_are_told_only_where_every_answer_was_timed(tmp_path: Path) -> None:
    assert _attempts_with(tmp_path, {"seconds": 1.5}, {"seconds": 2.0}) == [3.5]
    assert _attempts_with(tmp_path, {"seconds": 1.5}, {"refused": "too long"}) == [1.5]
    assert _attempts_with(tmp_path, {"seconds": 1.5}, {"text": "of a batch"}) == [None]
    assert forecast(attempts_of(tmp_path, [_row(0)], []), 10, 1).hours is None


def test_a_plan_says_that_hours_are_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["fuse", "offline:100", "--teacher", "offline", "-n", "100", "-o", str(tmp_path / "fused")]
    assert cli.main([*arguments, "--decontaminate", "none", "--plan"]) == 0
    assert "the pilot's calls were not timed" in " ".join(capsys.readouterr().out.split())
