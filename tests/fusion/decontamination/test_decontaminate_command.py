"""`fuseval decontaminate`, as it is typed."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from harness.cli import main
from tests.fusion.decontamination.made_up_tasks import RENAMED, write_benchmark
from tests.fusion.decontamination.test_text_index import QUESTION

ROWS = [
    {"instruction": "Say hello.", "input": "", "output": "print('hello')"},
    {"instruction": f"Solve this: {QUESTION}", "input": "", "output": "I can not."},
    {"instruction": "Fais une somme alternée.", "input": "", "output": RENAMED},
]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


@pytest.fixture
def bench(tmp_path: Path) -> str:
    return str(write_benchmark(tmp_path))


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_table_and_the_rows_are_shown(rows: Path, bench: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decontaminate", str(rows), "--bench", bench]) == 0
    shown = capsys.readouterr().out
    assert "mine" in shown
    assert "1 of 3" in shown
    assert "row 2: removed" in shown
    assert "3 rows checked: 1 to be removed (33.3%)." in shown


def test_clean_and_rejected_rows_are_written(rows: Path, bench: str, tmp_path: Path) -> None:
    clean = tmp_path / "out" / "clean.jsonl"
    assert main(["decontaminate", str(rows), "--bench", bench, "--execute", "--workers", "1", "-o", str(clean)]) == 0
    assert lines(clean) == [ROWS[0]]
    rejected = lines(clean.with_name("clean.rejected.jsonl"))
    assert [row["place"] for row in rejected] == ["2", "3"]
    assert [row["row"] for row in rejected] == ROWS[1:]
    [hit] = rejected[1]["hits"]  # type: ignore[misc]
    assert (hit["task_id"], hit["method"]) == ("My/0", "execution")


def test_it_is_said_how_much_could_be_executed(rows: Path, bench: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decontaminate", str(rows), "--bench", bench, "--execute", "--workers", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["probe"] == {"rows": 1, "functions": 1, "given_up": 0}


def test_json_tells_all_that_is_known(rows: Path, bench: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decontaminate", str(rows), "--bench", bench, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert (plain["rows"], plain["removed"], plain["listed"]) == (3, 1, 0)
    [benchmark] = plain["benchmarks"]
    assert benchmark["flagged"] == ["My/0"]
    assert benchmark["rows_by_method"]["exact"] == 1
    assert benchmark["leakage"]["max"] == 1.0
    assert benchmark["leakage"]["mean"] == pytest.approx(1 / 3, abs=0.2)
    assert [hit["row"] for hit in plain["hits"]] == ["2"]


def test_every_form_of_file_is_read_alike(bench: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    as_list = tmp_path / "rows.json.gz"
    as_list.write_bytes(gzip.compress(json.dumps(ROWS).encode()))
    as_table = tmp_path / "rows.csv"
    with as_table.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["instruction", "input", "output"])
        writer.writeheader()
        writer.writerows(ROWS)
    turns = [[{"from": "human", "value": row["instruction"]}, {"from": "gpt", "value": row["output"]}] for row in ROWS]
    as_chat = tmp_path / "chat.jsonl"
    as_chat.write_text("".join(json.dumps({"conversations": chat}) + "\n" for chat in turns))
    for path in (as_list, as_table, as_chat):
        assert main(["decontaminate", str(path), "--bench", bench, "--json"]) == 0
        plain = json.loads(capsys.readouterr().out)
        assert [hit["row"] for hit in plain["hits"]] == ["2"], path


def test_a_later_turn_of_a_conversation_counts(bench: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = ["Hello.", "Hello.", QUESTION, "Done."]
    roles = ["user", "assistant", "user", "assistant"]
    chat = [{"role": role, "content": text} for role, text in zip(roles, said, strict=True)]
    path = tmp_path / "chat.jsonl"
    path.write_text(json.dumps({"messages": chat}) + "\n")
    assert main(["decontaminate", str(path), "--bench", bench, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["removed"] == 1


def test_rows_of_several_files_are_named_by_their_file(
    rows: Path, bench: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(rows.read_text())
    assert main(["decontaminate", str(rows), str(other), "--bench", bench, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert [hit["row"] for hit in plain["hits"]] == ["rows.jsonl:2", "other.jsonl:2"]


def test_the_memo_says_what_was_done_and_what_is_missed(rows: Path, bench: str, tmp_path: Path) -> None:
    memo = tmp_path / "memo.md"
    assert main(["decontaminate", str(rows), "--bench", bench, "--memo", str(memo)]) == 0
    text = memo.read_text()
    assert text.startswith("## Contamination\n\n3 rows were checked against mine; 1 were removed")
    assert "| mine |" in text
    assert "`minhash`" in text
    assert "jaccard 0.7" in text
    assert "Known gap" in text
    assert "Not used here: embedding, execution." in text


def test_clean_rows_alone_are_said_to_be_clean(bench: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n")
    assert main(["decontaminate", str(path), "--bench", bench]) == 0
    assert "1 row checked: none holds a benchmark's task." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("out", "words"),
    [("rows.jsonl", "would be written over"), ("clean.csv", "JSON lines")],
)
def test_a_wrong_place_for_the_clean_rows_is_refused_before_any_work(
    rows: Path, bench: str, capsys: pytest.CaptureFixture[str], out: str, words: str
) -> None:
    assert main(["decontaminate", str(rows), "--bench", bench, "-o", str(rows.with_name(out))]) == 2
    assert words in capsys.readouterr().err
    assert lines(rows) == ROWS


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decontaminate", str(tmp_path / "nowhere.jsonl")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_a_row_without_an_instruction_is_named(bench: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n" + json.dumps({"colour": "red"}) + "\n")
    assert main(["decontaminate", str(path), "--bench", bench]) == 2
    assert "row 2" in capsys.readouterr().err


def test_escape_sequences_of_a_row_do_not_reach_the_terminal(
    bench: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows\x1b[2J.jsonl"
    path.write_text(json.dumps({"instruction": f"\x1b[31m{QUESTION}", "output": ""}) + "\n")
    other = tmp_path / "b.jsonl"
    other.write_text(json.dumps(ROWS[0]) + "\n")
    assert main(["decontaminate", str(path), str(other), "--bench", bench]) == 0
    assert "\x1b" not in capsys.readouterr().out
