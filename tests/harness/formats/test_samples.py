"""Samples files: what is read, and every way in which one can be wrong."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.benchmarks import load
from harness.errors import InputError
from harness.formats.samples import SampleFile, read_samples
from harness.models.extraction.plain_rules import as_is
from harness.records import Benchmark, Completion, Task

IDS = [f"Demo/{number}" for number in range(12)]
DEMO = Benchmark("demo", "1", "", {task_id: Task(task_id, "def f():\n", "f", "    return 1\n") for task_id in IDS})


def write(folder: Path, rows: Sequence[object]) -> Path:
    file = folder / "samples.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def read(folder: Path, rows: Sequence[object], benchmark: Benchmark = DEMO) -> SampleFile:
    return read_samples(write(folder, rows), benchmark)


def problem(folder: Path, rows: Sequence[object], benchmark: Benchmark = DEMO) -> InputError:
    with pytest.raises(InputError) as caught:
        read(folder, rows, benchmark)
    return caught.value


def one_each(text: str = "x") -> list[object]:
    return [{"task_id": task_id, "solution": text} for task_id in IDS]


def test_rows_are_numbered_in_file_order_and_a_part_of_the_benchmark_is_enough(tmp_path: Path) -> None:
    rows = [
        {"task_id": "Demo/3", "completion": "a", "model": "passed over"},
        {"task_id": "Demo/1", "solution": "b", "completion": "loses"},
        {"task_id": "Demo/3", "solution": "c"},
    ]
    assert read(tmp_path, rows).completions == [
        Completion("Demo/3", 0, "a", "completion"),
        Completion("Demo/1", 0, "b", "solution"),
        Completion("Demo/3", 1, "c", "solution"),
    ]


def test_gzip_and_plain_are_the_same_samples(tmp_path: Path) -> None:
    plain = write(tmp_path, one_each())
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    first, second = read_samples(plain, DEMO), read_samples(packed, DEMO)
    assert first.completions == second.completions
    assert first.sha256 == second.sha256


def test_text_survives_whatever_it_is(tmp_path: Path) -> None:
    texts = ["", "\ud800", "\0", "a\r\nb", "\u2028", "é" * 1000]
    rows = [{"task_id": task_id, "solution": text} for task_id, text in zip(IDS, texts, strict=False)]
    assert [sample.text for sample in read(tmp_path, rows).completions] == texts


@pytest.mark.parametrize(
    ("row", "message", "hint"),
    [
        ({"id": 1, "solution": "x"}, "line 1: no task_id (fields: id, solution)", "as in"),
        ({"task_id": 3, "solution": "x"}, "line 1: task_id is not a string: 3", 'as in "HumanEval/0"'),
        ({"task_id": "Demo/0"}, "line 1: neither solution nor completion for 'Demo/0'", "as in"),
        ({"task_id": "Demo/0", "raw": "x"}, "neither solution nor completion", "as in"),
        ({"task_id": "Demo/0", "solution": None}, "neither solution nor completion", "as in"),
        (
            {"task_id": "Demo/0", "solution": ["a", "b"]},
            "solution is not a string but a list of 2",
            "repeat the task_id",
        ),
        ({"task_id": "Demo/0", "completion": 7}, "completion is not a string but int 7", "as in"),
        (["Demo/0", "x"], "line 1: expected a JSON object, found a list", "one object a line"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: object, message: str, hint: str) -> None:
    error = problem(tmp_path, [row])
    assert message in str(error)
    assert hint in error.hint


def test_unknown_tasks_are_counted_and_named(tmp_path: Path) -> None:
    rows = [*one_each(), *({"task_id": f"Demos/{number}", "solution": "x"} for number in range(7))]
    error = problem(tmp_path, rows)
    assert "7 task ids are not in demo: 'Demos/0' (line 13), 'Demos/1' (line 14)" in str(error)
    assert "and 2 more" in str(error)
    assert error.hint == "did you mean 'Demo/0'?"


def test_a_missing_empty_or_unreadable_file_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "samples.jsonl").write_text("\n \n")
    with pytest.raises(InputError, match="is empty"):
        read_samples(tmp_path / "samples.jsonl", DEMO)
    with pytest.raises(InputError, match="no such file") as caught:
        read_samples(tmp_path / "samples.json", DEMO)
    assert caught.value.hint == "did you mean 'samples.jsonl'?"


@pytest.mark.parametrize("field", ["sample_index", "completion_id", "_identifier", "sample_id"])
def test_the_same_number_twice_names_both_lines(tmp_path: Path, field: str) -> None:
    rows: list[object] = [{"task_id": "Demo/0", "solution": str(number), field: number % 2} for number in range(3)]
    message = str(problem(tmp_path, rows))
    assert "duplicate sample of 'Demo/0': line 1 and line 3" in message
    assert f"both have {field} 0" in message


def test_numbered_samples_may_say_the_same(tmp_path: Path) -> None:
    rows = [*one_each(), {"task_id": "Demo/0", "solution": "x"}]
    numbered = [{**row, "sample_index": line} for line, row in enumerate(rows) if isinstance(row, dict)]
    assert len(read(tmp_path, numbered).completions) == 13


def test_a_row_twice_in_a_file_of_one_sample_a_task_is_an_error(tmp_path: Path) -> None:
    rows = [*one_each(), {"task_id": "Demo/2", "solution": "x"}, {"task_id": "Demo/5", "solution": "x"}]
    message = str(problem(tmp_path, rows))
    assert "duplicate rows: line 3 and line 13 are the same sample of 'Demo/2', and 1 more task" in message


def test_two_different_answers_to_one_task_are_no_duplicates(tmp_path: Path) -> None:
    assert len(read(tmp_path, [*one_each(), {"task_id": "Demo/2", "solution": "y"}]).completions) == 13


def test_sampling_may_repeat_itself(tmp_path: Path) -> None:
    assert len(read(tmp_path, one_each() * 3).completions) == 36
    # A run of n = 3 that was stopped before its last task.
    assert len(read(tmp_path, one_each() * 3 + one_each()[:5]).completions) == 41


def test_another_benchmarks_samples_name_the_one_to_use(tmp_path: Path) -> None:
    rows = [{"task_id": f"HumanEval/{number}", "solution": "x"} for number in range(164)]
    error = problem(tmp_path, rows)
    assert "looks like samples of humaneval+, not of demo: 164 of its 164 task ids" in str(error)
    assert error.hint == "use --bench humaneval+ or --bench humaneval"


def test_folders_are_read_in_number_order(tmp_path: Path) -> None:
    for name, text in {"Demo_10/0.py": "a", "Demo_2/10.py": "b", "Demo_2/9.py": "c", "Demo_2/notes.txt": "no"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "eval_results.json").write_text("{}")
    (tmp_path / "__pycache__").mkdir()
    found = read_samples(tmp_path, DEMO)
    assert found.completions == [
        Completion("Demo/2", 0, "c"),
        Completion("Demo/2", 1, "b"),
        Completion("Demo/10", 0, "a"),
    ]
    before = found.sha256
    (tmp_path / "Demo_10/0.py").write_text("other")
    assert read_samples(tmp_path, DEMO).sha256 != before


def test_a_folder_without_samples_or_with_unknown_tasks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no TASK/0\.py"):
        read_samples(tmp_path, DEMO)
    (tmp_path / "Demo_99").mkdir()
    (tmp_path / "Demo_99/0.py").write_bytes(b"\xff")
    with pytest.raises(InputError, match=r"0\.py is not UTF-8"):
        read_samples(tmp_path, DEMO)
    (tmp_path / "Demo_99/0.py").write_bytes(b"x")
    with pytest.raises(InputError, match=r"1 task id is not in demo: 'Demo/99' \(Demo_99/0\.py\)"):
        read_samples(tmp_path, DEMO)


@pytest.mark.usefixtures("fuseval_data")
class TestRealSamples:
    """StarCoder2-15B-Instruct's answers, and the real benchmarks."""

    def test_humaneval(self, fuseval_data: Path) -> None:
        found = read_samples(fuseval_data / "samples/starcoder2-15b-instruct-humaneval.jsonl", load("humaneval+"))
        assert (len(found.completions), found.warning) == (164, "")

    @pytest.mark.parametrize("name", ["mbpp", "mbpp+"])
    def test_tasks_that_mbpp_plus_dropped_are_ignored_and_named(self, fuseval_data: Path, name: str) -> None:
        benchmark = load(name)
        found = read_samples(fuseval_data / "samples/starcoder2-15b-instruct-mbpp.jsonl", benchmark)
        assert {sample.task_id for sample in found.completions} == benchmark.tasks.keys()
        assert len(found.ignored_task_ids) == 21
        assert "21 tasks of an older release are" in found.warning
        assert "'Mbpp/783'" in found.warning

    def test_mbpp_plus_samples_are_not_the_test_splits(self, fuseval_data: Path) -> None:
        with pytest.raises(InputError, match=r"looks like samples of mbpp\+") as caught:
            read_samples(fuseval_data / "samples/starcoder2-15b-instruct-mbpp.jsonl", load("mbpp-500"))
        assert caught.value.hint == "use --bench mbpp+ or --bench mbpp"

    def test_mbpp_samples_on_humaneval(self, fuseval_data: Path) -> None:
        with pytest.raises(InputError, match=r"399 of its 399 task ids are of that benchmark, 0 of humaneval"):
            read_samples(fuseval_data / "samples/starcoder2-15b-instruct-mbpp.jsonl", load("humaneval"))

    def test_only_dropped_tasks_leave_nothing_to_score(self, tmp_path: Path) -> None:
        error = problem(tmp_path, [{"task_id": "Mbpp/783", "solution": "x"}], load("mbpp+"))
        assert "answers only tasks that mbpp+ v0.2.0 dropped" in str(error)

    def test_a_folder_holds_the_same_as_its_file(self, fuseval_data: Path, tmp_path: Path) -> None:
        benchmark = load("humaneval+")
        found = read_samples(fuseval_data / "samples/starcoder2-15b-instruct-humaneval.jsonl", benchmark)
        programs = {
            item.task_id: as_is(item.text, benchmark.tasks[item.task_id], item.kind) for item in found.completions
        }
        for task_id, program in programs.items():
            place = tmp_path / "folder" / task_id.replace("/", "_") / "0.py"
            place.parent.mkdir(parents=True)
            place.write_text(program)
        folder = read_samples(tmp_path / "folder", benchmark)
        assert {item.task_id: item.text for item in folder.completions} == programs
        assert Counter(item.kind for item in folder.completions) == {"solution": 164}
