"""Seeds out of every form of file and row that people have."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from fusion.seeds import Columns, read_pool, read_rows, seed_of
from fusion.seeds.language import detect_language, named_languages
from harness.errors import InputError

ALPACA = [
    {"instruction": "Add two numbers in Python.", "input": "2, 3", "output": "print(2 + 3)"},
    {"instruction": "Say hello in Go.", "input": "", "output": "package main"},
]
FORMS = {
    "alpaca": ALPACA[0],
    "prompt and completion": {"prompt": "Add two numbers in Python.\n\n2, 3", "completion": "print(2 + 3)"},
    "question and answer": {"question": "Add two numbers in Python.\n\n2, 3", "answer": "print(2 + 3)"},
    "messages": {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Add two numbers in Python.\n\n2, 3"},
            {"role": "assistant", "content": "print(2 + 3)"},
        ]
    },
    "sharegpt": {
        "conversations": [
            {"from": "human", "value": "Add two numbers in Python.\n\n2, 3"},
            {"from": "gpt", "value": "print(2 + 3)"},
        ]
    },
    "messages as text": {
        "messages": json.dumps(
            [
                {"role": "user", "content": "Add two numbers in Python.\n\n2, 3"},
                {"role": "assistant", "content": "print(2 + 3)"},
            ]
        )
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_seed(form: str) -> None:
    seed = seed_of(FORMS[form], Columns(), "x.jsonl")
    assert (seed.instruction, seed.response) == ("Add two numbers in Python.\n\n2, 3", "print(2 + 3)")
    assert seed.language == "python"


def _write(path: Path, kind: str) -> Path:
    lines = "".join(json.dumps(row) + "\n" for row in ALPACA)
    place = path / f"seeds.{kind}"
    if kind == "json":
        place.write_text(json.dumps(ALPACA))
    elif kind == "json.gz":
        place.write_bytes(gzip.compress(json.dumps(ALPACA).encode()))
    elif kind == "jsonl":
        place.write_text(lines)
    elif kind == "jsonl.gz":
        place.write_bytes(gzip.compress(lines.encode()))
    elif kind == "csv":
        place.write_text('instruction,input,output\n"Add two numbers in Python.","2, 3",print(2 + 3)\n'
                         "Say hello in Go.,,package main\n")  # fmt: skip
    elif kind == "tsv":
        place.write_text("instruction\tinput\toutput\nAdd two numbers in Python.\t2, 3\tprint(2 + 3)\n"
                         "Say hello in Go.\t\tpackage main\n")  # fmt: skip
    else:
        import duckdb

        source = path / "source.jsonl"
        source.write_text(lines)
        duckdb.sql(f"COPY (SELECT * FROM read_json('{source}')) TO '{place}' (FORMAT parquet)")
        source.unlink()
    return place


@pytest.mark.parametrize("kind", ["json", "json.gz", "jsonl", "jsonl.gz", "csv", "tsv", "parquet"])
def test_every_file_holds_the_same_rows(tmp_path: Path, kind: str) -> None:
    assert list(read_rows(_write(tmp_path, kind))) == ALPACA


def test_a_folder_stands_for_its_files_and_a_list_may_be_held_in_an_object(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"data": ALPACA[:1]}))
    (tmp_path / "b.jsonl").write_text(json.dumps(ALPACA[1]) + "\n")
    (tmp_path / "notes.txt").write_text("no rows")
    assert list(read_rows(tmp_path)) == ALPACA


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"[1, 2]", "x.json", "row 1: expected an object"),
        (b"not json", "x.json", "not JSON"),
        (b"\x1f\x8b\x08\x00broken", "x.jsonl.gz", "cut short"),
        (b"a,b\n1,2,3\n", "x.csv", "more fields than the 2 columns"),
        (b"PAR1 no", "x.parquet", "no Parquet file"),
        (b"\xff\xfe", "x.jsonl", "not UTF-8"),
        (b'"text"', "x.json", "expected a JSON object"),
    ],
)
def test_a_damaged_file_is_named_with_its_fault(tmp_path: Path, content: bytes, name: str, words: str) -> None:
    place = tmp_path / name
    place.write_bytes(content)
    with pytest.raises(InputError, match=words):
        list(read_rows(place))


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "seeds.jsonl").write_text("{}")
    with pytest.raises(InputError) as caught:
        list(read_rows(tmp_path / "seed.jsonl"))
    assert "did you mean 'seeds.jsonl'?" in caught.value.hint


def test_columns_are_mapped_and_a_wrong_one_is_named() -> None:
    row = {"problem": "Sort a list.", "sol": "sorted(x)"}
    seed = seed_of(row, Columns.read("instruction=problem,response=sol"), "x")
    assert (seed.instruction, seed.response) == ("Sort a list.", "sorted(x)")
    with pytest.raises(InputError, match="no column 'problm'") as caught:
        seed_of(row, Columns.read("instruction=problm"), "x")
    assert "problem" in caught.value.hint
    with pytest.raises(InputError, match="no instruction in a row with the columns title, sol"):
        seed_of({"title": "x", "sol": "y"}, Columns(), "x")


def test_a_column_of_the_language_reaches_the_teacher() -> None:
    row = {"instruction": "Reverse a word.", "language": "cpp"}
    assert seed_of(row, Columns(), "x").instruction == "Reverse a word.\n\nUse C++."
    named = {"instruction": "Reverse a word in C++.", "language": "cpp"}
    assert seed_of(named, Columns(), "x").instruction == "Reverse a word in C++."


def test_an_instruction_is_taken_once_and_weights_share_the_draws(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text("".join(json.dumps({"instruction": f"Task {n}."}) + "\n" for n in (1, 2, 2, 3)))
    second.write_text("".join(json.dumps({"instruction": f"Task {n}."}) + "\n" for n in (3, 4)))
    pool = read_pool([str(first), str(second)], shares=[3, 1])
    assert [seed.instruction for seed in pool.seeds] == ["Task 1.", "Task 2.", "Task 3.", "Task 4."]
    assert pool.repeated == 2
    assert pool.weights == (1.0, 1.0, 1.0, 1.0)
    assert pool.sources == {"a.jsonl": 3, "b.jsonl": 1}
    with pytest.raises(InputError, match="1 weights for 2 sources"):
        read_pool([str(first), str(second)], shares=[1])
    with pytest.raises(InputError, match="a pair takes two"):
        read_pool([str(first)], limit=1)


@pytest.mark.parametrize(
    ("instruction", "response", "language"),
    [
        ("How does go work in a list?", "", ""),
        ("Write a Go program.", "", "go"),
        ("Write a Java method.", "", "java"),
        ("Write a JavaScript method.", "", "javascript"),
        ("Write a C program.", "", "c"),
        ("Write a C# program.", "", "csharp"),
        ("Plan c as a variable.", "", ""),
        ("Translate this Java class into Python.", "```python\nclass A: ...\n```", "python"),
        ("Sort a list.", "#include <iostream>\nint main() {}", "cpp"),
        ("Sort a list.", "SELECT * FROM t", "sql"),
        ("Use Node.js to serve a page.", "", "javascript"),
    ],
)
def test_the_language_is_told_by_names_then_by_looks(instruction: str, response: str, language: str) -> None:
    assert detect_language(instruction, response) == language


def test_languages_are_named_in_the_order_of_the_text() -> None:
    assert named_languages("From C++ to Rust, and back to C++.") == ["cpp", "rust"]


def test_the_real_seeds_are_read(fuseval_data: Path) -> None:
    pool = read_pool([str(fuseval_data / "seeds" / name) for name in
                      ("gpteacher-codegen.json.gz", "exercism-tracks.jsonl.gz")])  # fmt: skip
    assert pool.sources == {"gpteacher-codegen.json.gz": 4535, "exercism-tracks.jsonl.gz": 928}
    assert {seed.licence for seed in pool.seeds} == {"", "MIT"}
    exercism = [seed for seed in pool.seeds if seed.licence]
    assert all(seed.difficulty is not None and seed.tests for seed in exercism)
