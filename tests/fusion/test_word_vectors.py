"""Vectors of words: their lengths, what rare words are worth, and texts without any known word."""

from __future__ import annotations

import numpy as np

from fusion.word_vectors import WordVectors

CORPUS = ["Write a function that sorts a list.", "Write a function that sorts a queue.", "Write a poem on rust."] * 5


def test_every_vector_has_length_one() -> None:
    made = WordVectors(CORPUS).embed([*CORPUS, "unheard-of", "+ -", ""])
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1.0, atol=1e-6)


def test_a_shared_rare_word_brings_nearer_than_a_common_one() -> None:
    first, rare, common = WordVectors(CORPUS).embed(["write sorts", "sorts", "write"])
    assert first @ rare > first @ common > 0


def test_texts_without_a_known_word_are_one_point_apart_from_all_others() -> None:
    made = WordVectors(CORPUS).embed(["unheard-of", "+", "Write a poem."])
    assert made[0] @ made[1] == 1.0
    assert made[0] @ made[2] == 0.0


def test_case_order_and_the_order_of_the_corpus_do_not_matter() -> None:
    made = WordVectors(CORPUS).embed(["a list sorts WRITE", "Write sorts: a list"])
    np.testing.assert_array_equal(made[0], made[1])
    np.testing.assert_array_equal(made, WordVectors(CORPUS[::-1]).embed(["a list sorts WRITE", "Write sorts: a list"]))
