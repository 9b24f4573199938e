"""Answers on a benchmark's tests, in the real sandbox."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from fusion.decontamination import Hit, read_texts
from fusion.decontamination.execution_probe import probe
from harness.benchmarks import load
from tests.fusion.decontamination.made_up_tasks import RENAMED, write_benchmark

STRETCHED = "def g(s): return ''.join(c * (i + 1) for i, c in enumerate(s) if c.isalpha())"
GIVES = "    return ''.join(c * i for i, c in enumerate(s, 1) if c.isalpha())"
SPINS = f"def g(s):\n    while not isinstance(s, str): pass\n{GIVES}"
DIES = f"import os\ndef g(s):\n    if not isinstance(s, str): os._exit(1)\n{GIVES}"
FORGES = """
import os, sys
class Same(list):
    def __eq__(self, other): return True
    __hash__ = None
def g(values):
    return Same()
"""


def hits(folder: Path, answers: Iterable[str], **options: object) -> list[tuple[Hit, ...]]:
    path = str(write_benchmark(folder))
    rows = [(str(number), answer) for number, answer in enumerate(answers)]
    found = list(probe(rows, [load(path)], read_texts([path]).tasks, workers=1, **options))  # type: ignore[arg-type]
    assert [row_id for row_id, _ in found] == [row_id for row_id, _ in rows]
    return [of_row for _, of_row in found]


def test_what_answers_as_a_task_asks_is_found_whatever_its_words(tmp_path: Path) -> None:
    wrong = RENAMED.replace("** 2", "** 3")
    by_row = hits(tmp_path, [RENAMED, wrong, f"Voilà :\n```python\n{STRETCHED}\n```", "no code at all"])
    assert [[(hit.task_id, hit.is_removal) for hit in row] for row in by_row] == [
        [("My/0", True)],
        [],
        [("My/1", True)],
        [],
    ]
    assert by_row[0][0].matched == "def kettle"


def test_a_line_that_anybody_writes_is_only_listed_unless_the_texts_are_alike(tmp_path: Path) -> None:
    [[listed], [removed]] = hits(
        tmp_path,
        ["def add_all(numbers): return sum(numbers)", "def count_true(values): return sum(values)"],
        instructions={"1": "Count how many values of a list are true."},
    )
    assert (listed.task_id, listed.is_removal) == ("My/2", False)
    assert (removed.task_id, removed.is_removal) == ("My/2", True)
    assert removed.score >= 0.3 > listed.score


@pytest.mark.parametrize("answer", [SPINS, DIES], ids=["spins", "dies"])
def test_what_hangs_or_dies_on_another_task_is_tried_on_the_rest(tmp_path: Path, answer: str) -> None:
    [[hit]] = hits(tmp_path, [answer])
    assert hit.task_id == "My/1"


def test_a_value_that_calls_itself_equal_passes_nothing(tmp_path: Path) -> None:
    assert hits(tmp_path, [FORGES]) == [()]


@pytest.mark.parametrize(
    "program",
    [
        "import numpy as np\ndef g(values): return [np.array(values), np.array([1, 2])]",
        "import numpy as np\ndef g(values): return np.array(values)",
        "def g(values): return g",
        "def g(values): return [values] * 100000",
        "def g(values): return g(values)",
        "def g(values):\n    while True: pass\n    return 1",
        "import time\ndef g(values):\n    time.sleep(60)\n    return 1",
        "def g(values): return input()",
        "def g(values): return open(values[0]).read()",
    ],
    ids=["arrays", "array", "itself", "huge", "recursion", "spins", "sleeps", "reads", "opens descriptors"],
)
def test_whatever_comes_back_or_not_does_no_harm(tmp_path: Path, program: str) -> None:
    assert hits(tmp_path, [program]) == [()]


def test_an_answer_can_not_reach_the_machine(tmp_path: Path) -> None:
    marker = tmp_path / "was-here"
    program = f"def g(x):\n    open({str(marker)!r}, 'w').write('x')\n    return x\n"
    assert hits(tmp_path, [program]) == [()]
    assert not marker.exists()


def test_several_sandboxes_say_what_one_says(tmp_path: Path) -> None:
    path = str(write_benchmark(tmp_path))
    rows = [(str(number), answer) for number, answer in enumerate([RENAMED, STRETCHED, SPINS] * 2)]
    texts = read_texts([path]).tasks
    found = [list(probe(rows, [load(path)], texts, workers=workers)) for workers in (1, 3)]
    assert found[0] == found[1]


def test_progress_counts_each_function_once(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    hits(tmp_path, [RENAMED, RENAMED, STRETCHED], on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.skipif(not os.environ.get("FUSEVAL_DATA"), reason="FUSEVAL_DATA is not set")
@pytest.mark.long
def test_every_reference_is_found_as_its_own_task(fuseval_data: Path) -> None:
    benchmarks = [load("humaneval+"), load("mbpp+")]
    tasks = [(benchmark.name, task) for benchmark in benchmarks for task in benchmark.tasks.values()]
    rows = [(f"{name} {task.task_id}", task.reference) for name, task in tasks]
    missed = []
    for row_id, found in probe(rows, benchmarks, read_texts(["humaneval+", "mbpp+"]).tasks):
        if row_id not in {f"{hit.benchmark} {hit.task_id}" for hit in found}:
            missed.append(row_id)
    # Three only have to return something, and one has three tests: they are left out on purpose.
    assert missed == [f"mbpp+ Mbpp/{number}" for number in (737, 787, 793, 794)]
