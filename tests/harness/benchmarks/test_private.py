"""Private benchmarks: EvalPlus's format, checked before anything runs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from harness.benchmarks import load
from harness.errors import InputError
from harness.records import Benchmark

GOOD: dict[str, object] = {
    "task_id": "My/0",
    "prompt": "def inc(x):\n",
    "entry_point": "inc",
    "canonical_solution": "    return x + 1\n",
    "base_input": [[1], [2]],
}
CHECK = {key: value for key, value in GOOD.items() if key != "base_input"} | {
    "test": "def check(candidate):\n    assert candidate(1) == 2\n"
}


def read(folder: Path, *rows: object, name: str = "mine.jsonl") -> Benchmark:
    file = folder / name
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return load(file)


def test_calls(tmp_path: Path) -> None:
    benchmark = read(tmp_path, GOOD, {**GOOD, "task_id": "My/1", "plus_input": [[3]], "atol": 0.5, "family": "mbpp"})
    assert (benchmark.name, benchmark.is_plus, benchmark.base_name) == ("mine", True, "mine-base")
    first, second = benchmark.tasks.values()
    assert (first.kind, first.family, first.base_input, first.plus_input, first.atol) == (
        "calls",
        "humaneval",
        [[1], [2]],
        [],
        0.0,
    )
    assert (second.family, second.plus_input, second.atol) == ("mbpp", [[3]], 0.5)


def test_base_only_and_check_programs(tmp_path: Path) -> None:
    benchmark = read(tmp_path, GOOD, {**CHECK, "task_id": "My/1"})
    assert (benchmark.is_plus, benchmark.base_name) == (False, "mine")
    assert [task.kind for task in benchmark.tasks.values()] == ["calls", "check"]


def test_gzip_gives_the_same_benchmark(tmp_path: Path) -> None:
    plain = read(tmp_path, GOOD)
    packed = tmp_path / "mine.jsonl.gz"
    packed.write_bytes(gzip.compress((tmp_path / "mine.jsonl").read_bytes()))
    assert load(str(packed)).tasks == plain.tasks
    assert (load(packed).name, load(packed).sha256, load(packed).version) == ("mine", plain.sha256, plain.version)


def test_a_public_name_is_not_taken(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD, name="humaneval+.jsonl").name == "private-humaneval+"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task_id": 3}, "field 'task_id': Input should be a valid string, not 3"),
        ({"task_id": ""}, "field 'task_id'"),
        ({"entry_point": "not a name"}, "field 'entry_point'"),
        ({"base_input": [1, 2]}, "field 'base_input.0': Input should be a valid list, not 1"),
        ({"base_input": "text"}, "field 'base_input'"),
        ({"atol": "0.1"}, "field 'atol': Input should be a valid number, not '0.1'"),
        ({"atol": -1}, "field 'atol'"),
        ({"family": "other"}, "field 'family': Input should be 'humaneval' or 'mbpp', not 'other'"),
        ({"base_input": []}, "task 'My/0' has no test"),
        ({"base_input": [], "plus_input": [[1]]}, "field 'base_input': plus_input adds to it"),
        ({"canonical_solution": "    return (\n"}, "prompt + canonical_solution is no Python"),
        ({"canonical_solution": "    return '\0'\n"}, "prompt + canonical_solution is no Python"),
        ({"entry_point": "dec"}, "prompt + canonical_solution does not define 'dec'"),
        ({"base_input": [], "test": "assert True"}, "field 'test' does not define 'check'"),
    ],
)
def test_a_wrong_row_is_named_by_line_and_field(tmp_path: Path, change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, {**GOOD, "task_id": "My/1"}, {**GOOD, **change})
    assert "mine.jsonl line 2: " in str(caught.value)
    assert message in str(caught.value)


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 1: field 'prompt': Field required"):
        read(tmp_path, {key: value for key, value in GOOD.items() if key != "prompt"})


def test_the_same_task_twice_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 2: task_id 'My/0' is already on line 1"):
        read(tmp_path, GOOD, GOOD)


def test_an_empty_or_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no task"):
        read(tmp_path)
    with pytest.raises(InputError, match="no such file") as caught:
        load(tmp_path / "mime.jsonl")
    assert caught.value.hint == "did you mean 'mine.jsonl'?"


def test_the_attack_tasks_load(attacks_folder: Path) -> None:
    benchmark = load(attacks_folder / "tasks.jsonl")
    assert (benchmark.name, len(benchmark.tasks), benchmark.is_plus) == ("tasks", 6, False)
    assert {task.kind for task in benchmark.tasks.values()} == {"calls"}
    assert benchmark.tasks["Attack/similar"].family == "mbpp"
