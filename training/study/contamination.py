"""Whether a recipe's rows hold a benchmark's task: the check of `fuseval decontaminate`, without running answers.

Covers the default benchmarks and the study's own, as far as their data is here; what is not here is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fusion.decontamination.benchmark_texts import DEFAULT_BENCHMARKS, TaskTexts, read_texts
from fusion.decontamination.check import check
from harness.formats.record_json import from_plain, to_plain
from training.study.settings import StudySettings
from training.study.stages import Stage
from training.study.trained_rows import Sample


@dataclass(frozen=True)
class Found:
    """What was found of one benchmark."""

    benchmark: str
    tasks: int
    flagged: int
    """Tasks that a row holds."""
    rows: int
    """Rows that hold a task."""
    by_method: Mapping[str, int]
    """Of these, rows by method; a row that several methods find counts for each."""


@dataclass(frozen=True)
class Contamination:
    """What was found in the rows of one recipe."""

    recipe: str
    whole: int
    checked: int
    rows: int
    """Rows that hold a task of any benchmark."""
    found: tuple[Found, ...]
    missing: tuple[str, ...]
    """What could not be checked against, each with the command that fetches it."""


def texts_for(study: StudySettings) -> TaskTexts:
    """Read the benchmarks that rows are checked against.

    Args:
        study: Whose benchmarks come behind the default ones.

    Raises:
        InputError: There is no such benchmark.
    """
    return read_texts([*DEFAULT_BENCHMARKS, *study.score.benchmarks])


def contamination_stage(root: Path, data: Stage, texts: TaskTexts, most: int) -> Stage:
    """Describe the stage.

    Args:
        root: The study's folder.
        data: The recipe's rows.
        texts: The benchmarks' tasks.
        most: Rows that are checked.
    """
    sources = dict.fromkeys(task.source for task in texts.tasks)
    inputs = {
        "data": data.key,
        "rows": most,
        "benchmarks": [f"{source.name} {source.version} {source.sha256}" for source in sources],
        "missing": list(texts.missing),
    }
    return Stage(root, "contamination", inputs)


def make_contamination(stage: Stage, sample: Sample, texts: TaskTexts) -> None:
    """Check the rows.

    Args:
        stage: As `contamination_stage` gave it.
        sample: The recipe's rows.
        texts: The benchmarks' tasks.
    """
    report = check(sample.texts, texts)
    found = tuple(
        Found(
            one.source.name,
            one.source.tasks,
            len(one.flagged),
            one.rows,
            {str(method): count for method, count in one.by_method.items()},
        )
        for one in report.benchmarks
    )
    made = Contamination(sample.recipe, sample.whole, len(report.rows), report.removed, found, report.missing)
    stage.finish({"contamination": to_plain(made)})


def read_contamination(stage: Stage) -> Contamination:
    """Read what was found.

    Args:
        stage: Done.
    """
    return from_plain(Contamination, stage.result()["contamination"], str(stage.folder))
