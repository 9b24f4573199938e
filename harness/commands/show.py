"""`fuseval show`: what a run scored, which tasks failed and why, and one task in full."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from harness.benchmarks import is_registered, load
from harness.commands.diagnosis_view import diagnosis_view
from harness.commands.find_run import find_run
from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs, runs_ending
from harness.commands.summary import summary
from harness.commands.terminal import output, print_json, printable
from harness.diagnosis import Diagnosis, diagnose
from harness.errors import FusevalError, InputError, nearest
from harness.formats.record_json import to_plain
from harness.formats.reference_file import ReferenceRow, read_table, reference_files
from harness.formats.run_folder import RunFolder
from harness.records import Benchmark, Completion, RunRecord, Status, Verdict


def show(
    run: Annotated[
        str,
        typer.Argument(envvar="FUSEVAL_RUN", metavar="RUN", help="A run's folder, its id or its start, or a model."),
    ],
    task: Annotated[
        str | None, typer.Argument(envvar="FUSEVAL_TASK", metavar="TASK", help="A task, as in HumanEval/32 or 32.")
    ] = None,
    *,
    bench: Annotated[
        list[str] | None,
        typer.Option(
            envvar="FUSEVAL_BENCH", metavar="NAME|FILE", help="Only runs on this; a private benchmark's file."
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            envvar="FUSEVAL_SAMPLE",
            min=0,
            metavar="N",
            help="Which sample of the task; the first failing one if not given.",
        ),
    ] = None,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show what a run scored and why its tasks failed.

    With a TASK: its prompt, the program that ran, the failing input, what was expected and what came.

    Example:
        fuseval show reference
        fuseval show reference HumanEval/2
    """
    private = {name: load(name) for name in bench or () if Path(name).is_file()}
    wanted = [private[name].name if name in private else name for name in bench or ()]
    folder, record = find_run(run, runs, benchmarks=wanted)
    verdicts = sorted(folder.verdicts(), key=lambda verdict: (task_order(verdict.task_id), verdict.sample_index))
    if task is None:
        _show_run(folder, record, verdicts, runs, as_json)
        return
    verdict = _chosen(verdicts, task, sample)
    said = {(completion.task_id, completion.sample_index): completion for completion in folder.completions()}
    completion = said.get((verdict.task_id, verdict.sample_index))
    prompt, trouble = _prompt(record, verdict.task_id, private.values())
    if as_json:
        print_json({"verdict": to_plain(verdict), "completion": to_plain(completion), "prompt": prompt})
        return
    console = output()
    is_plus = len({score.column for score in record.scores}) > 1
    for part in _task(verdict, completion, prompt, trouble, is_plus=is_plus, console=console):
        console.print(part, soft_wrap=isinstance(part, Text))


def _show_run(folder: RunFolder, record: RunRecord, verdicts: list[Verdict], runs: Path, as_json: bool) -> None:
    failing = [verdict for verdict in verdicts if verdict.status is not Status.PASS]
    diagnosis = diagnose(record, verdicts, folder.completions(), _published(runs)) if failing else None
    if as_json:
        plain = {"record": to_plain(record), "failing": to_plain(failing), "diagnosis": to_plain(diagnosis)}
        print_json({"folder": str(folder.path), **plain})
        return
    for part in _overview(folder, record, failing, diagnosis, runs_ending(runs)):
        output().print(part, soft_wrap=isinstance(part, Text))


def _published(runs: Path) -> list[ReferenceRow]:
    """Published scores that were imported beside the runs; a damaged table is the board's to complain about."""
    rows: list[ReferenceRow] = []
    for file in reference_files(runs):
        with contextlib.suppress(InputError):
            rows += read_table(file).rows
    return rows


def task_order(task_id: str) -> tuple[str, int, str]:
    """Give a sort key that puts `HumanEval/9` before `HumanEval/10`.

    Args:
        task_id: Any.

    Example:
        >>> sorted(["HumanEval/10", "HumanEval/9", "own"], key=task_order)
        ['HumanEval/9', 'HumanEval/10', 'own']
    """
    family, _, number = task_id.rpartition("/")
    return (family, int(number), "") if number.isdecimal() else (task_id, -1, "")


def _overview(
    folder: RunFolder, record: RunRecord, failing: list[Verdict], diagnosis: Diagnosis | None, ending: str
) -> Iterator[RenderableType]:
    yield from summary(record, folder)
    yield Text("")
    if diagnosis is None:
        yield Text("Every sample passed.", style="green")
        return
    yield from diagnosis_view(diagnosis)
    yield Text("")
    several = any(score.samples > 1 for score in record.scores)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    rows = [
        [printable(verdict.task_id), *([str(verdict.sample_index)] if several else []), status_of(verdict)]
        for verdict in failing
    ]
    titles = ["task", *(["sample"] if several else []), "status"]
    for place, title in enumerate(titles):
        # Only the reason may be cut to the terminal's width.
        table.add_column(title, no_wrap=True, min_width=max(len(row[place]) for row in [*rows, titles]))
    # The column may shrink, its cells are cut: with `no_wrap` for the column, rich would shrink all columns alike.
    table.add_column("why")
    for row, verdict in zip(rows, failing, strict=True):
        table.add_row(*row, Text(reason(verdict), no_wrap=True, overflow="ellipsis"))
    yield table
    yield Text("")
    yield Text(f"Why in full: fuseval show {record.run_id} {printable(failing[0].task_id)}{ending}", style="dim")


def status_of(verdict: Verdict) -> str:
    """Say a verdict's status, and that the base tests passed where only the plus tests did not.

    Args:
        verdict: Of one sample.

    Example:
        >>> status_of(Verdict("t", 0, Status.FAIL, "", base_status=Status.PASS, plus_status=Status.FAIL))
        'fail (plus only)'
    """
    if verdict.base_status is Status.PASS and verdict.plus_status not in (None, Status.PASS):
        return f"{verdict.status} (plus only)"
    return str(verdict.status)


def reason(verdict: Verdict) -> str:
    r"""Say in one line why a sample failed: its failing input, what was expected, what came, and the error.

    Args:
        verdict: Of one sample.

    Example:
        >>> reason(Verdict("t", 0, Status.FAIL, "", failing_input="f(2)", expected="4", got="5"))
        'f(2): expected 4, got 5'
        >>> reason(Verdict("t", 0, Status.CRASH, "", failing_input="f(2)", error="MemoryError\n..."))
        'f(2): MemoryError'
    """
    parts = [
        f"expected {verdict.expected}" if verdict.expected is not None else "",
        f"got {verdict.got}" if verdict.got is not None else "",
        (verdict.error or "").strip().partition("\n")[0],
    ]
    words = ", ".join(filter(None, parts))
    return printable(" ".join(": ".join(filter(None, [verdict.failing_input, words])).split()))


def _chosen(verdicts: list[Verdict], task: str, sample: int | None) -> Verdict:
    """Find the verdict that is meant; `32` means the one task whose id ends with `/32`."""
    task_ids = list(dict.fromkeys(verdict.task_id for verdict in verdicts))
    meant = [name for name in task_ids if name == task] or [name for name in task_ids if name.endswith(f"/{task}")]
    if len(meant) != 1:
        raise InputError(f"this run has no verdict of task {task!r}", hint=nearest(task, task_ids))
    of_task = [verdict for verdict in verdicts if verdict.task_id == meant[0]]
    if sample is None:
        failing = [verdict for verdict in of_task if verdict.status is not Status.PASS]
        return (failing or of_task)[0]
    chosen = [verdict for verdict in of_task if verdict.sample_index == sample]
    if not chosen:
        known = ", ".join(str(verdict.sample_index) for verdict in of_task)
        raise InputError(f"task {meant[0]!r} has no sample {sample}", hint=f"its samples: {known}")
    return chosen[0]


def _prompt(record: RunRecord, task_id: str, private: Iterable[Benchmark]) -> tuple[str | None, str]:
    """Give a task's prompt, or why there is none: the data may be gone, or another version of it here."""
    benchmark = next((found for found in private if found.name == record.benchmark), None)
    if benchmark is None and not is_registered(record.benchmark):
        return None, f"{record.benchmark} is a private benchmark: --bench FILE.jsonl shows it"
    try:
        benchmark = benchmark or load(record.benchmark)
    except FusevalError as error:
        return None, str(error)
    task = benchmark.tasks.get(task_id)
    if task is None:
        return None, f"{benchmark.source} has no task {task_id}"
    if benchmark.sha256 != record.dataset_sha256:
        return (
            task.prompt,
            f"from other data than the run's ({benchmark.sha256[:12]}, not {record.dataset_sha256[:12]})",
        )
    return task.prompt, ""


def _task(
    verdict: Verdict,
    completion: Completion | None,
    prompt: str | None,
    trouble: str,
    *,
    is_plus: bool,
    console: Console,
) -> Iterator[RenderableType]:
    colour = "green" if verdict.status is Status.PASS else "red"
    title = Text(f"{printable(verdict.task_id)} ", style="bold").append(str(verdict.status), style=f"bold {colour}")
    if is_plus:
        halves = f"base {verdict.base_status or 'not run'}, plus {verdict.plus_status or 'not run'}"
        title.append(f"  ({halves})", style="not bold")
    yield title
    facts = {
        "sample": str(verdict.sample_index),
        "input": verdict.failing_input,
        "expected": verdict.expected,
        "got": verdict.got,
        "error": verdict.error,
        "time": f"{verdict.cpu_s:.2f} s of CPU, {verdict.wall_s:.2f} s",
        "assurance": "low: the tests ran beside the candidate" if verdict.is_low_assurance else None,
    }
    for name, value in facts.items():
        if value is not None:
            # Lines after the first stand under the first.
            yield Text(f"  {name:<10}", style="dim").append(
                printable(value).strip("\n").replace("\n", "\n" + " " * 12), style="not dim"
            )
    # What the program holds already is not said twice: the verdict above should not scroll out of sight.
    has_prompt = bool(prompt) and verdict.solution.startswith((prompt or "").rstrip())
    if prompt is None:
        yield from _source("prompt", f"not available: {trouble}", console)
    elif not has_prompt:
        yield from _source("prompt", prompt, console, trouble)
    begin = ", begins with the prompt" if has_prompt else ""
    yield from _source("program", verdict.solution, console, f"extracted by rule {verdict.rule}{begin}")
    if completion is not None and not verdict.solution.strip().endswith(completion.text.strip()):
        remark = f"{completion.kind}, as the model gave it"
        if completion.finish_reason:
            remark += f"; it stopped for {completion.finish_reason!r}"
        yield from _source("completion", completion.text, console, remark)


def _source(title: str, source: str, console: Console, remark: str = "") -> Iterator[RenderableType]:
    """Give a titled text; Python is highlighted where there is colour, and plain (to be copied) where there is none."""
    yield Text("")
    yield Rule(f"{title} ({remark})" if remark else title, align="left", style="dim", characters="─")
    text = printable(source).strip("\n")
    if console.is_terminal and console.color_system:
        yield Syntax(text, "python", theme="ansi_dark", background_color="default", word_wrap=True)
    else:
        yield Text(text or "(nothing)")
