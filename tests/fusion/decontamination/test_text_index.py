"""Which texts are taken for a task's, and which are not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.decontamination import BenchmarkText, TextIndex, read_texts
from fusion.decontamination.benchmark_texts import BenchmarkSource
from fusion.embedding import Vectors
from tests.fusion.decontamination.made_up_tasks import write_benchmark

QUESTION = (
    "Add up the values of a list with alternating signs, beginning with a plus for the first value, and give back the"
    " total squared if the number of values is odd, or the plain total if it is even."
)
PROMPT = "def zigzag_sum(values):\n    ..."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    return TextIndex(read_texts([str(write_benchmark(tmp_path_factory.mktemp("tasks")))]).tasks)


def found(index: TextIndex, text: str) -> set[tuple[str, str]]:
    return {(hit.task_id, hit.method) for hit in index.check(text)}


def test_a_copy_in_another_layout_is_found(index: TextIndex) -> None:
    text = f"Please help me!\n\n* {QUESTION.upper().replace(' ', chr(10))}\n```python\n{PROMPT}\n```"
    assert {("My/0", "exact"), ("My/0", "ngram")} <= found(index, text)


def test_a_copy_with_its_sentences_moved_is_found(index: TextIndex) -> None:
    first, second = QUESTION.split(", and ")
    assert found(index, f"{second} {first}") == {("My/0", "ngram")}


def test_a_solution_in_an_answer_is_found(index: TextIndex) -> None:
    solution = index.tasks[0].solution
    assert ("My/0", "exact") in found(index, f"Here you are:\n```\ndef f(values):\n{solution}```")


def test_the_excerpt_is_of_the_row(index: TextIndex) -> None:
    [hit] = [hit for hit in index.check(f"well then {QUESTION}") if hit.method == "exact"]
    assert hit.matched.startswith("add up the values of a list")
    assert len(hit.matched) <= 80


def test_the_words_that_many_tasks_begin_with_are_no_copy(index: TextIndex) -> None:
    assert found(index, "Write a function to count the words of a list that are written in capitals.") == set()


def test_a_task_told_in_other_words_is_not_found_by_words(index: TextIndex) -> None:
    assert (
        found(index, "Subtract and add the numbers in turn; with an odd count, the result goes to the power of 2.")
        == set()
    )


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_whatever_stands_around_a_question_does_not_hide_it(index: TextIndex, before: str, after: str) -> None:
    assert ("My/0", "exact") in found(index, f"{before}\n{QUESTION}\n{after}")


@given(st.text(alphabet="ab ", max_size=200))
def test_no_text_of_other_words_is_a_copy(index: TextIndex, text: str) -> None:
    assert index.check(text) == ()


def test_settings_name_the_data_and_every_threshold(index: TextIndex) -> None:
    [benchmark] = index.settings["benchmarks"]  # type: ignore[misc]
    assert benchmark["name"] == "mine"
    assert benchmark["tasks"] == 3
    assert len(benchmark["sha256"]) == 64
    methods = index.settings["methods"]
    assert isinstance(methods, dict)
    assert set(methods) == {"exact", "ngram", "minhash"}
    assert methods["minhash"]["jaccard"] == 0.7


class LetterCounts:
    """An embedder that can be reckoned by hand: how often each letter stands in a text."""

    name = "letters"

    def embed(self, texts: Sequence[str]) -> Vectors:
        counts = np.array([[text.lower().count(chr(97 + n)) for n in range(26)] for text in texts], np.float32)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


SOURCE = BenchmarkSource("demo", "1", "", 2)
TWO = [BenchmarkText(SOURCE, f"D/{n}", "f", (text,)) for n, text in enumerate(("listen", "qqqq zzzz"))]


def test_candidates_are_listed_and_not_removed_without_a_judge() -> None:
    index = TextIndex(TWO, embedder=LetterCounts())
    [[hit]] = index.candidates(["silent"])
    assert (hit.task_id, hit.method, hit.is_removal) == ("D/0", "embedding", False)
    assert hit.score == pytest.approx(1.0)
    assert index.check("silent") == ()


def test_a_judge_turns_a_candidate_into_a_hit() -> None:
    asked: list[tuple[str, str]] = []

    def judge(text: str, task: BenchmarkText) -> bool:
        asked.append((text, task.task_id))
        return text == "silent"

    index = TextIndex(TWO, embedder=LetterCounts(), judge=judge)
    assert [hit.task_id for hit in index.check("silent")] == ["D/0"]
    assert index.check("tinsel") == ()
    assert index.check("wwww") == ()
    assert asked == [("silent", "D/0"), ("tinsel", "D/0")]


def test_real_tasks_are_found_word_for_word_in_every_benchmark(fuseval_data: Path) -> None:
    texts = read_texts(["humaneval+", "mbpp+"])
    index = TextIndex(texts.tasks)
    missed = []
    for task in texts.tasks:
        row = f"Solve this in Python.\n\n{task.questions[0]}\n" + "\n".join(task.tests)
        if task.task_id not in {hit.task_id for hit in index.check(row)}:
            missed.append(task.task_id)
    assert missed == []
