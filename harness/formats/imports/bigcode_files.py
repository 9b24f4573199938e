"""bigcode-evaluation-harness's files: `generations_<task>.json` and `evaluation_results.json`.

    generations_<task>.json      [[program, …], …]: a list a task, in the data's order, without ids
    evaluation_results.json      {task: {"pass@1": fraction, …}, "config": {every argument}}

Neither holds a verdict. The generations become a samples file, to be scored here; the results become a published score:
a row to look at. What the two say together is not a run, because which sample passed is nowhere.

The order is all that ties a program to its task, so it is checked: every task's function is looked for in its programs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.benchmarks.registry import ENTRIES, load
from harness.errors import InputError, nearest
from harness.formats.imports.imported import ForeignFile, ImportedSamples, ImportedTable, json_of
from harness.formats.reference_file import ReferenceRow, ReferenceTable
from harness.records import Completion

TOOL = "bigcode evaluation results"

BENCHMARKS = {"humaneval": "humaneval", "humanevalplus": "humaneval+", "mbpp": "mbpp-500", "mbppplus": "mbpp+"}
"""bigcode's names of our benchmarks; `humaneval-unstripped` and its like differ in the prompt only."""

MOSTLY = 0.9
"""Share of tasks whose programs must name their function: a model may write nonsense, a shifted file holds none."""


def is_generations(plain: object) -> bool:
    """Tell whether decoded JSON is a file of generations.

    Args:
        plain: The decoded file.

    Example:
        >>> is_generations([["def f(): ..."]]), is_generations([{"humaneval": 1}])
        (True, False)
    """
    return (
        isinstance(plain, list)
        and bool(plain)
        and all(isinstance(task, list) and all(isinstance(text, str) for text in task) for task in plain)
    )


def is_results(plain: object) -> bool:
    """Tell whether decoded JSON is a file of evaluation results.

    Args:
        plain: The decoded file.

    Example:
        >>> is_results({"humaneval": {"pass@1": 0.5}, "config": {"model": "m"}})
        True
    """
    return isinstance(plain, dict) and isinstance(plain.get("config"), dict) and bool(_scores(plain))


def read_generations(
    file: ForeignFile, results: Sequence[ForeignFile], *, model: str = "", bench: str = ""
) -> ImportedSamples:
    """Read programs, and find their tasks by their order.

    Args:
        file: The generations.
        results: The evaluation results that lie beside, whose configuration says the model and where it started.
        model: Who answered; empty takes it out of the configuration.
        bench: Which benchmark; empty takes it out of the file's name.

    Raises:
        InputError: The benchmark or the model can not be told, or the programs are not in the benchmark's order.
        EnvironmentLacking: The benchmark's data is not on this machine.
    """
    generations = json_of(file)
    if not is_generations(generations):
        raise InputError(f"{file.path} holds no generations of bigcode: a list of lists of texts")
    assert isinstance(generations, list)
    name = bench or _benchmark_name(file.path)
    config = _config(file, results)
    model = model or str(config.get("model") or "")
    if not model:
        raise InputError(f"{file.path} does not say whose programs they are", hint="--model NAME")
    tasks = list(load(name).tasks.values())
    first = int(config.get("limit_start") or 0)
    chosen = tasks[first : first + len(generations)]
    if len(chosen) < len(generations) or (len(chosen) < len(tasks) and not config):
        raise InputError(
            f"{file.path} holds programs for {len(generations)} tasks, {name} has {len(tasks)}: which they are is not "
            "in the file",
            hint="put evaluation_results.json beside it, whose configuration says limit and limit_start",
        )
    named = [
        bool(re.search(rf"\b{re.escape(task.entry_point)}\b", "\n".join(programs)))
        for task, programs in zip(chosen, generations, strict=True)
    ]
    if sum(named) < MOSTLY * len(named):
        raise InputError(
            f"{file.path}: only {sum(named)} of {len(named)} programs name the function of the {name} task in their "
            f"place (the first that does not is {chosen[named.index(False)].task_id})",
            hint="the file is of another benchmark (--bench NAME), or does not begin with the first task",
        )
    completions = [
        Completion(task.task_id, number, program)
        for task, programs in zip(chosen, generations, strict=True)
        for number, program in enumerate(programs)
    ]
    return ImportedSamples(file.path, model, name, completions)


def read_results(file: ForeignFile, *, model: str = "") -> ImportedTable:
    """Read the scores of one model as published ones.

    Args:
        file: The evaluation results.
        model: Who answered; empty takes it out of the configuration.

    Raises:
        InputError: It is another file, or a score is no fraction.
    """
    plain = json_of(file)
    if not is_results(plain):
        raise InputError(f"{file.path} holds no evaluation results of bigcode")
    assert isinstance(plain, dict)
    config = plain["config"]
    model = model or str(config.get("model") or "")
    if not model:
        raise InputError(f"{file.path} does not say whose scores they are", hint="--model NAME")
    values, tasks = {}, {}
    for task, score in _scores(plain).items():
        column = BENCHMARKS.get(_plain_task(task), task)
        if not 0 <= score <= 1:
            raise InputError(f"{file.path}: pass@1 of {task} is {score!r}, not a fraction between 0 and 1")
        values[column] = score
        entry = ENTRIES.get(column)
        limit = config.get("limit")
        if entry and entry.task_count != 378:  # its MBPP+ comes from the Hub, whichever version lies there
            rest = entry.task_count - int(config.get("limit_start") or 0)
            tasks[column] = min(int(limit), rest) if limit else rest
    samples = config.get("n_samples")
    row = ReferenceRow(
        model,
        values,
        tasks,
        source=f"bigcode-evaluation-harness, {file.path.name}",
        decimals=10,
        samples=samples if isinstance(samples, int) else None,
    )
    name = f"bigcode-{model}-{file.sha256[:8]}"
    return ImportedTable(name, ReferenceTable(TOOL, str(file.path), file.sha256, [row]))


def _scores(plain: Mapping[str, Any]) -> dict[str, float]:
    return {
        task: float(score["pass@1"])
        for task, score in plain.items()
        if task != "config" and isinstance(score, dict) and isinstance(score.get("pass@1"), int | float)
    }


def _config(file: ForeignFile, results: Sequence[ForeignFile]) -> Mapping[str, Any]:
    """The arguments that bigcode kept with its results; empty where none lie beside."""
    found = [other.plain["config"] for other in results if isinstance(other.plain, dict) and is_results(other.plain)]
    if any(config != found[0] for config in found):
        raise InputError(
            f"several evaluation results lie beside {file.path}: whose programs it holds can not be told",
            hint="put each model's files into a folder of its own",
        )
    return found[0] if found else {}


def _plain_task(task: str) -> str:
    return task.removesuffix("-unstripped")


def _benchmark_name(path: Path) -> str:
    match = re.fullmatch(r".*generations_(?P<task>.+?)(_intermediate)?\.json(\.gz)?", path.name)
    task = _plain_task(match["task"]) if match else ""
    name = BENCHMARKS.get(task, task.replace("multiple-", "multipl-e:", 1))
    if name not in ENTRIES:
        raise InputError(
            f"{path} does not say which benchmark it answers: bigcode names it generations_<task>.json"
            if not match
            else f"{path}: no benchmark of fuseval is bigcode's {task!r}",
            hint=f"--bench NAME, {nearest(name, ENTRIES)}",
        )
    return name
