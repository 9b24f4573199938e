"""Rows for methods: the models that one recipe trained with different seeds, as one row with the seed as the unit.

A difference between two checkpoints is no difference between two recipes: the same recipe with another seed differs
too. So a method's score is the mean over its seeds, with t on seeds - 1 degrees of freedom, and methods are ranked and
compared by their seeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.errors import InputError
from harness.records import Score
from leaderboards.columns import Column
from leaderboards.facts import model_size
from leaderboards.rows import tag_text
from leaderboards.standings import Cell, Row
from leaderboards.statistics import seed_mean

SEED_T = "t-over-seeds-95"
ONE_SEED = "one-seed"
"""The kind of interval where there is none."""


def by_recipe(rows: Iterable[Row]) -> tuple[list[Row], list[str]]:
    """Group the models of one recipe and size into one row.

    Args:
        rows: One a model; those without a `recipe` tag are left out.

    Returns:
        The rows, and what was left out or merged, a sentence each.

    Raises:
        InputError: No row has a recipe.
    """
    grouped: dict[tuple[str, float | None], list[Row]] = {}
    without, remarks = [], []
    for row in rows:
        recipe = _tag(row, "recipe")
        if not recipe:
            without.append(row.model)
        elif not _tag(row, "seed"):
            remarks.append(f"{row.model} has no seed tag: left out of recipe {recipe}")
        else:
            grouped.setdefault((recipe, model_size(row.model, row.records)), []).append(row)
    if not grouped:
        raise InputError(
            "no run says by which recipe and seed its model was trained",
            hint="fuseval score … --tag recipe=if --tag seed=1 (a run that is finished takes the tags over)",
        )
    if without:
        remarks.append(f"{len(without)} row{'s'[: len(without) != 1]} without a recipe tag left out")
    recipes = [recipe for recipe, _ in grouped]
    methods = []
    for (recipe, size), members in grouped.items():
        name = recipe if recipes.count(recipe) == 1 or size is None else f"{recipe} {size:g}b"
        methods.append(_method(name, members))
    return methods, remarks


def _tag(row: Row, name: str) -> str:
    return next((text for text in (tag_text(record, name) for record in row.records) if text), "")


def _method(name: str, members: Sequence[Row]) -> Row:
    columns = list(dict.fromkeys(column for row in members for column in row.cells))
    seeds = sorted({_tag(row, "seed") for row in members})
    remarks = []
    for seed in seeds:
        same = [row.model for row in members if _tag(row, "seed") == seed]
        if len(same) > 1:
            remarks.append(f"seed {seed} has {len(same)} models ({', '.join(same)}): their mean counts once")
    return Row(
        model=name,
        variant="",
        is_self_check=False,
        cells={column: _cell(column, members) for column in columns},
        members=tuple(sorted(row.model for row in members)),
        remarks=tuple(remarks),
    )


def _cell(column: Column, members: Sequence[Row]) -> Cell:
    found = [(_tag(row, "seed"), row.cells[column]) for row in members if column in row.cells]
    # A mean over whole and partial scores would be over nothing in particular.
    whole = [(seed, cell) for seed, cell in found if not cell.is_partial] or found
    by_seed: dict[str, list[float]] = {}
    for seed, cell in whole:
        by_seed.setdefault(seed, []).append(cell.score.value)
    values = tuple(sum(scores) / len(scores) for _, scores in sorted(by_seed.items()))
    mean = seed_mean(values)
    cells = [cell for _, cell in whole]
    first = cells[0].score
    score = Score(
        first.column,
        first.k,
        mean.mean,
        0.0 if mean.low is None else mean.low,
        1.0 if mean.high is None else mean.high,
        min(cell.score.tasks for cell in cells),
        first.of_tasks,
        min(cell.score.samples for cell in cells),
        sum(cell.score.passed for cell in cells),
        ONE_SEED if mean.low is None else SEED_T,
    )
    newest = max((cell.record for cell in cells), key=lambda record: record.finished_utc)
    return Cell(score, newest, tuple(run for cell in cells for run in cell.runs), values)
