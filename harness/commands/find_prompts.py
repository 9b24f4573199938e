"""From a run's record to the questions it was asked: what the data on this machine says, or why it can not say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from harness.benchmarks import is_registered, load
from harness.errors import FusevalError
from harness.records import RunRecord


class Prompts(NamedTuple):
    """The questions of a benchmark."""

    texts: Mapping[str, str]
    """Prompts by task id; empty where there are none to be had."""
    trouble: str
    """Why there are none, or that they are from other data than the run's; empty where all is well."""


def find_prompts(record: RunRecord) -> Prompts:
    """Look up what a run was asked. Nothing is downloaded.

    Args:
        record: Of the run.

    Returns:
        Prompts without a text where the benchmark is a private one, or its data is not on this machine.

    Example:
        >>> from harness.records import Limits, ModelInfo
        >>> asked = ("0a1b", ModelInfo("m"), "own", "", "", 1, "", "as-is", Limits())
        >>> find_prompts(RunRecord(*asked, "", {}, [], True, "", "", {}, {})).trouble
        'own is a private benchmark: its questions are not kept with the run'
    """
    if not is_registered(record.benchmark):
        return Prompts({}, f"{record.benchmark} is a private benchmark: its questions are not kept with the run")
    try:
        benchmark = load(record.benchmark)
    except FusevalError as error:
        return Prompts({}, str(error))
    trouble = ""
    if benchmark.sha256 != record.dataset_sha256:
        trouble = f"from other data than the run's ({benchmark.sha256[:12]}, not {record.dataset_sha256[:12]})"
    return Prompts({task_id: task.prompt for task_id, task in benchmark.tasks.items()}, trouble)
