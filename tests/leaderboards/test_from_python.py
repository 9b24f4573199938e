"""The example of docs/publishing.md, run as it is printed there, and what a notebook gets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.jupyter import JupyterMixin

from leaderboards.demo import demo_record
from tests.leaderboards.made_up_runs import keep_demo

PAGE = Path(__file__).parents[2] / "docs" / "publishing.md"


def test_the_example_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, passed in (("fused-13b", 121), ("evolved-13b", 118)):
        keep_demo(tmp_path / "runs", demo_record(name, "humaneval+", 130, passed))
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(example, str(PAGE), "exec"), names)
    shown = capsys.readouterr().out
    for words in ("ranked by humaneval+", "Only A solves", "Nobody solves", "2 runs"):
        assert words in shown
    assert len(names["frame"]) == 4  # type: ignore[arg-type]
    tables = names["tables"]
    assert isinstance(tables, list)
    assert all(isinstance(table, JupyterMixin) for table in tables)
