"""What the comparison page counts with: what every model did on every task, and the tests that a page can not make.

Two models with one sample a task are compared in the page (`assets/mcnemar.js`), so that a board of a thousand needs no
half million pairs. A t test is made here, for all pairs of the first models; of other pairs the page says that it has
none.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from harness.commands.terminal import printable
from harness.formats.run_folder import slug
from leaderboards.columns import Column
from leaderboards.outcomes import Outcomes, on_common_tasks, problem_of
from leaderboards.rows import clusters_of, weights_of
from leaderboards.site.contents import Contents, Model
from leaderboards.site.settings import compared_settings
from leaderboards.statistics import all_pairs, minimum_detectable_effect
from leaderboards.task_lists import task_order

MOST_TESTED = 40
"""Models of which all pairs are tested here, where one sample a task is not all there is."""
_DIGITS = 9


def comparison_data(contents: Contents) -> dict[str, object]:
    """Give the page's data, ready for JSON.

    Args:
        contents: The site's.
    """
    return {
        "models": [
            {
                "name": printable(model.title),
                "stem": model.stem,
                "isSelfCheck": model.row.is_self_check,
                "hasAnswers": model.has_answers,
            }
            for model in contents.comparable
        ],
        "columns": [
            _column(contents, column)
            for column in contents.columns
            if sum(column in model.outcomes for model in contents.comparable) > 1
        ],
    }


def _column(contents: Contents, column: Column) -> dict[str, object]:
    models = contents.comparable
    found = {place: model.outcomes[column] for place, model in enumerate(models) if column in model.outcomes}
    tasks = _in_order({task for outcomes in found.values() for task in outcomes.tasks}, column)
    places = {task: place for place, task in enumerate(tasks)}
    is_clustered = bool(column.parts) or len({problem_of(task) for task in tasks}) < len(tasks)
    return {
        "key": slug(column.label),
        "label": printable(column.label),
        "isSorted": column == contents.standings.sort,
        "isClustered": is_clustered,
        "tasks": [printable(task) for task in tasks],
        "pages": [_page(contents, column, task) for task in tasks],
        "runs": {str(place): _run(models[place], column, found[place], places) for place in found},
        "pairs": _pairs(found, column, is_clustered=is_clustered),
    }


def _in_order(tasks: set[str], column: Column) -> list[str]:
    """Sort tasks as the benchmark does; those of a mean by language first."""

    def key(task: str) -> tuple[str, tuple[str, int, str]]:
        language, _, name = task.partition(" ") if column.parts else ("", "", task)
        return language, task_order(name)

    return sorted(tasks, key=key)


def _page(contents: Contents, column: Column, task: str) -> str:
    if not column.parts:
        return contents.by_data[column.dataset_sha256].page(task)
    language, _, name = task.partition(" ")
    part = next(part for part in column.parts if part.benchmark == language)
    return contents.by_data[part.dataset_sha256].page(name)


def _run(model: Model, column: Column, outcomes: Outcomes, places: Mapping[str, int]) -> dict[str, object]:
    record = model.row.cells[column].record
    samples, passed = [0] * len(places), [0] * len(places)
    for task, counted, good in zip(outcomes.tasks, outcomes.samples.tolist(), outcomes.passed.tolist(), strict=True):
        samples[places[task]], passed[places[task]] = counted, good
    shown: dict[str, object] = {"passed": passed, "samples": samples}
    if max(samples, default=0) <= 1:
        shown = {
            "passed": "".join(str(good) if counted else "." for good, counted in zip(passed, samples, strict=True))
        }
    return {
        # Where some samples were lost, the largest number is what was asked for.
        "n": max(samples, default=0),
        "prompt": record.prompt_style or "unknown",
        "settings": {name: printable(value) for name, value in compared_settings(record).items()},
        **shown,
    }


def _pairs(found: Mapping[int, Outcomes], column: Column, *, is_clustered: bool) -> dict[str, object]:
    """Test all pairs that the page does not test itself, as `first second`: both scores, interval, p and so on."""
    pairs: dict[str, object] = {}
    for first, second in itertools.combinations(sorted(found)[:MOST_TESTED], 2):
        one, other = found[first], found[second]
        if not is_clustered and one.is_binary and other.is_binary:
            continue
        tasks, samples, passed = on_common_tasks([one, other])
        if tasks:
            pairs[f"{first} {second}"] = _tested(tasks, samples, passed, column, is_clustered=is_clustered)
    return pairs


def _tested(
    tasks: Sequence[str],
    samples: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    passed: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    column: Column,
    *,
    is_clustered: bool,
) -> list[object]:
    from scipy.special import stdtrit

    weights = weights_of(tasks) if column.parts else None
    clusters = clusters_of(tasks) if column.parts else [problem_of(task) for task in tasks]
    result = all_pairs(samples, passed, clusters=clusters if is_clustered else None, weights=weights)
    difference, variance = float(result.differences[0, 1]), float(result.variance[0, 1])
    independent = len(set(clusters)) if is_clustered else len(tasks)
    reach = math.sqrt(variance / len(tasks)) * (float(stdtrit(independent - 1, 0.975)) if independent > 1 else math.inf)
    low, high = (max(-1.0, difference - reach), min(1.0, difference + reach)) if independent > 1 else (-1.0, 1.0)
    shares = np.full(len(tasks), 1 / len(tasks)) if weights is None else weights
    scores = ((passed / samples) @ shares).tolist()
    effect = minimum_detectable_effect(variance, len(tasks))
    numbers = [*scores, low, high, float(result.p_values[0, 1])]
    (test,) = result.tests
    return [*(round(number, _DIGITS) for number in numbers), test, round(effect, _DIGITS) if 0 < effect <= 1 else None]
