"""The rows of a recipe as they are trained on, read back: facts of all of them, and some to look at closely.

Rows lie in the order of a hash of their text, so the first so many are a fair sample, and the same one each time.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fusion.dataset import Row
from fusion.decontamination.rows import RowTexts, texts_of
from fusion.seeds import Columns
from fusion.seeds.seed import text_id
from harness.formats.jsonl import Row as StoredRow
from harness.formats.jsonl import read_bytes, rows
from training.data.sources import measures_of
from training.study.data import ROWS, row_count
from training.study.stages import Stage


@dataclass(frozen=True)
class DataFacts:
    """What is known of the rows of one recipe and size."""

    recipe: str
    rows: int
    instruction_words: float
    """Median."""
    answer_words: float
    """Median."""
    distinct: int
    """Instructions that are not the same."""
    costs: Sequence[dict[str, object]] = field(default_factory=tuple)
    """Of the commands that made it."""


@dataclass(frozen=True)
class Sample:
    """Some rows of a recipe."""

    recipe: str
    whole: int
    """Rows that it has."""
    rows: tuple[Row, ...]
    """Instruction, first answer, and what they say of their difficulty."""
    texts: tuple[RowTexts, ...]
    """The same rows with all their turns."""
    own_difficulty: tuple[float, ...]
    """Of those rows whose data set gives one, in its own unit."""


def data_facts(recipe: str, stage: Stage) -> DataFacts:
    """Sum up all rows of a recipe at one size.

    Args:
        recipe: Its name.
        stage: The data, done.
    """
    asked: list[str] = []
    answered: list[str] = []
    for row in _stored(stage):
        turns = row["messages"]
        assert isinstance(turns, list)
        asked += [turn["content"] for turn in turns if turn["role"] == "user"]
        answered += [turn["content"] for turn in turns if turn["role"] == "assistant"]
    costs = stage.result()["costs"]
    assert isinstance(costs, list)
    return DataFacts(
        recipe,
        row_count(stage),
        statistics.median(len(text.split()) for text in asked),
        statistics.median(len(text.split()) for text in answered),
        len(set(asked)),
        costs,
    )


def sample_of(recipe: str, stage: Stage, most: int) -> Sample:
    """Read the first rows of a recipe.

    Args:
        recipe: Its name.
        stage: The data, done.
        most: Rows that are read.
    """
    made: list[Row] = []
    texts: list[RowTexts] = []
    own: list[float] = []
    for number, stored in enumerate(itertools.islice(_stored(stage), most)):
        text = texts_of(stored, str(number + 1), Columns(), recipe)
        measures = measures_of(stored)
        texts.append(text)
        made.append(
            Row(
                text_id(text.instruction),
                text.instruction,
                text.answer,
                "",
                "seed",
                (),
                number,
                pass_rate=measures.get("pass_rate"),
                judged_difficulty=measures.get("judged_difficulty"),
            )
        )
        own += [measures["difficulty"]] if "difficulty" in measures else []
    return Sample(recipe, row_count(stage), tuple(made), tuple(texts), tuple(own))


def _stored(stage: Stage) -> Iterator[StoredRow]:
    path = stage.folder / ROWS
    return (row for _, row in rows(read_bytes(path), path))
