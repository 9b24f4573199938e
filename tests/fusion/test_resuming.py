"""What may not stop a run for ever, and what a record says after a stop, with a teacher behind real HTTP."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from harness import cli

sys.path.insert(0, str(Path(__file__).parent))

from teacher_server import Behaviour, ScriptedServer, teach  # noqa: E402


def _seeds(folder: Path, count: int = 30, name: str = "seeds.jsonl", **more: object) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    lines = [
        {"instruction": f"Write a function number {n} about topic{n} and theme{n} in depth.", **more}
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def _arguments(seeds: Path, server: Any, out: Path, *more: str) -> list[str]:
    return ["fuse", str(seeds), "--teacher", "model", "--base-url", server.base_url, "-n", "8", "-o", str(out),
            "--decontaminate", "none", "--checks", "paper", *more]  # fmt: skip


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


class _Choosy(ScriptedServer):  # type: ignore[misc]
    """Refuses some questions for what they hold, as a content filter does."""

    refuses = "#First#"

    async def _answer(self, path: str, content: bytes, headers: dict[str, str], writer: Any) -> bool:
        is_refused = self.refuses in content.decode() and len(self.requests) == 0
        if not is_refused:
            return bool(await super()._answer(path, content, headers, writer))
        self.requests.append(json.loads(content))
        words = json.dumps({"error": {"message": "content filter", "code": "content_filter"}}).encode()
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n")
        writer.write(f"Content-Length: {len(words)}\r\n\r\n".encode() + words)
        await writer.drain()
        return True


def test_a_first_question_that_is_refused_is_one_rejected_attempt(tmp_path: Path) -> None:
    with _Choosy(Behaviour(answer=teach)) as server:
        assert cli.main(_arguments(_seeds(tmp_path), server, tmp_path / "fused", "--concurrency", "1")) == 0
    rejected = _lines(tmp_path / "fused" / "rejected.jsonl")
    assert [one["detail"] for one in rejected if one["reason"] == "refused"] == ["400: content filter"]
    assert len(_lines(tmp_path / "fused" / "rows.jsonl")) == 8


def test_half_characters_and_odd_numbers_stop_nothing(tmp_path: Path) -> None:
    def odd(body: dict[str, Any]) -> str:
        said = teach(body)
        return said if said == "INVALID PROMPT" else said.replace("function", "func\ud800tion") + " \ud800"

    seeds = _seeds(tmp_path, difficulty=float("nan"), output="\udfff")
    with ScriptedServer(Behaviour(answer=odd)) as server:
        assert cli.main(_arguments(seeds, server, tmp_path / "fused")) == 0
    rows = _lines(tmp_path / "fused" / "rows.jsonl")
    assert {row["instruction"][:18] for row in rows} == {"Write a func\ufffdtion "}
    assert {row["output"][-1] for row in rows} == {"\ufffd"}
    assert '"\\ud800' not in (tmp_path / "fused" / "data" / "alpaca.jsonl").read_text()
    assert any("\\ud800" in line for line in (tmp_path / "fused" / "calls.jsonl").read_text().splitlines())
    assert "difficulty" not in _lines(tmp_path / "fused" / "seeds.jsonl")[0]


@pytest.mark.parametrize("weights", ["nan,1", "inf,1", "0,1"])
def test_a_weight_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], weights: str) -> None:
    places = [str(_seeds(tmp_path)), str(_seeds(tmp_path, 31, "more.jsonl"))]
    assert cli.main(["fuse", *places, "--teacher", "offline", "--weights", weights, "-o", str(tmp_path / "x")]) == 2
    assert "weights are above 0" in capsys.readouterr().err


def test_a_file_nested_too_deeply_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000 + "]" * 100_000)
    assert cli.main(["fuse", str(path), "--teacher", "offline", "-o", str(tmp_path / "x")]) == 2
    assert "nested too deeply" in capsys.readouterr().err


def test_what_changes_a_row_is_another_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = _seeds(tmp_path, 20, "a/x.jsonl"), tmp_path / "b" / "x.jsonl"
    second.parent.mkdir()
    second.write_text(first.read_text().replace("theme", "matter"))
    out = tmp_path / "fused"
    with ScriptedServer(Behaviour(answer=teach)) as server:

        def ended(weights: str) -> str:
            code = cli.main([*_arguments(first, server, out, "--weights", weights), str(second)])
            said = capsys.readouterr()
            assert code == 0 or not said.out
            return said.err if code else ""

        assert not ended("9,1")
        record = json.loads((out / "dataset.json").read_text())
        assert record["settings"]["sources"] == {"x.jsonl": 20, "b/x.jsonl": 20}
        assert not ended("9,1")
        card = (out / "README.md").stat().st_mtime_ns
        assert "weights was" in ended("1,9")
        assert (out / "README.md").stat().st_mtime_ns == card
        second.write_text(second.read_text().replace('"}', '", "difficulty": 3}'))
        assert "seeds was" in ended("9,1")


def test_a_question_that_two_attempts_ask_is_counted_once(tmp_path: Path) -> None:
    def same(body: dict[str, Any]) -> str:
        return "Count all vowels of a text." if "#First#" in body["messages"][-1]["content"] else teach(body)

    with ScriptedServer(Behaviour(answer=same, latency_s=0.02)) as server:
        more = ["--keep-duplicates", "--price", "1,2", "--concurrency", "4"]
        assert cli.main(_arguments(_seeds(tmp_path), server, tmp_path / "fused", *more)) == 0
    record = json.loads((tmp_path / "fused" / "dataset.json").read_text())
    calls = _lines(tmp_path / "fused" / "calls.jsonl")
    assert record["calls"] == len(calls) == 9
    assert record["tokens"]["prompt"] == sum(call["prompt_tokens"] for call in calls) == server.billed[0]
    assert record["cost"] == pytest.approx(sum(call["cost"] for call in calls), abs=1e-6)


def test_a_stop_early_in_a_resume_leaves_record_card_and_files_agreed(tmp_path: Path) -> None:
    seeds, out = _seeds(tmp_path), tmp_path / "fused"
    with ScriptedServer(Behaviour(answer=teach)) as server:
        assert cli.main(_arguments(seeds, server, out)) == 0
    (out / "calls.jsonl").write_text("")  # so that the next sitting, whose server refuses it, comes to nothing
    with ScriptedServer(Behaviour(status=401)) as gone:
        assert cli.main(_arguments(seeds, gone, out)) == 3
    after = json.loads((out / "dataset.json").read_text())
    rows = _lines(out / "rows.jsonl")
    assert not after["is_complete"]
    assert after["rows"] == len(rows) == len(_lines(out / "data" / "alpaca.jsonl"))
    assert after["attempts"] == len(rows) + len(_lines(out / "rejected.jsonl"))
    assert sum(tally[0] for tally in after["tallies"]["operator"].values()) == len(rows)
    assert sum(tally[1] for tally in after["tallies"]["languages"].values()) == after["attempts"]
    assert f"| rows | {len(rows)} |" in (out / "README.md").read_text()


@pytest.mark.parametrize(
    "wrong",
    [[], ["--teacher", "m", "--budget", "5usd"], ["--teacher", "offline", "--decontaminate", "humanevl"],
     ["--teacher", "offline", "--domain", "maths"], ["--replay", "nowhere"]],
)  # fmt: skip
def test_a_wrong_option_moves_no_data_set_away(tmp_path: Path, wrong: list[str]) -> None:
    out = tmp_path / "fused"
    out.mkdir()
    (out / "calls.jsonl").write_text("")
    assert cli.main(["fuse", str(_seeds(tmp_path)), "-o", str(out), "--fresh", *wrong]) == 2
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["fused"]
    assert [path.name for path in out.iterdir()] == ["calls.jsonl"]
