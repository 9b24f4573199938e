"""The programs that contenders wrote for one task, and what came of them; side by side where the terminal is wide.

Of several samples the first failing one is shown, as `fuseval show` does. Only this task's verdicts are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.jupyter import JupyterMixin
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from harness.commands.show import status_of
from harness.commands.terminal import printable
from harness.errors import InputError
from harness.formats.outcomes_file import column_passes
from harness.formats.record_json import from_json, to_plain
from harness.formats.run_folder import RunFolder
from harness.records import Verdict
from leaderboards.comparison.findings import ColumnComparison, Findings

SIDE_BY_SIDE_FROM = 120
"""Columns of a terminal in which two programs have room beside each other."""


@dataclass(frozen=True)
class Program:
    """What one contender did on the task."""

    letter: str
    model: str
    run_id: str
    verdict: Verdict
    samples: int
    """How many were counted."""
    passed: int
    is_passed: bool
    """Whether the sample shown passes in the column that is compared: its base tests may be all that count there."""


def read_programs(findings: Findings, column: ColumnComparison, task_id: str) -> list[Program]:
    """Read what every contender did on one task.

    Args:
        findings: A comparison of runs on disk.
        column: One of its columns that has the task.
        task_id: The task.

    Raises:
        InputError: A run's verdicts are gone or damaged.
    """
    assert column.place is not None
    programs = []
    for one in findings.contenders:
        record, folder = one.records[column.place], one.folders[column.place]
        passes = column_passes(record.benchmark, [column.column])[column.column]
        verdicts = [verdict for verdict in task_verdicts(folder, task_id) if verdict.status.is_counted]
        if not verdicts:
            raise InputError(f"{folder.verdicts_path} has no verdict of {task_id}", hint="score the run again")
        failing = [verdict for verdict in verdicts if not passes(verdict)]
        shown = (failing or verdicts)[0]
        passed = len(verdicts) - len(failing)
        programs.append(Program(one.letter, one.model, record.run_id, shown, len(verdicts), passed, not failing))
    return programs


def task_verdicts(folder: RunFolder, task_id: str) -> list[Verdict]:
    """Read one task's verdicts, by sample; of one that was graded again, the newest.

    Args:
        folder: The run's folder.
        task_id: The task.

    Raises:
        InputError: The file can not be read, or a line that names the task is damaged.
    """
    try:
        lines = folder.verdicts_path.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(f"{folder.verdicts_path} can not be read: {error.strerror}") from None
    # A program could hold the id too, so the line is read before it is believed; what follows the last newline is torn.
    sought = json.dumps(task_id).encode("ascii")
    found: dict[int, Verdict] = {}
    for number, line in enumerate(lines[:-1], start=1):
        if sought in line:
            verdict = from_json(Verdict, line.decode("ascii"), f"{folder.verdicts_path} line {number}")
            if verdict.task_id == task_id:
                found[verdict.sample_index] = verdict
    return [found[index] for index in sorted(found)]


class TaskPrograms(JupyterMixin):
    """Programs for one task: two of them side by side from 120 columns on, else one below the other.

    Args:
        programs: Of one task.

    Example:
        >>> from harness.records import Status
        >>> verdict = Verdict("Demo/0", 0, Status.FAIL, "def f():\\n    return 1", expected="2", got="1")
        >>> programs = [Program("A", "fused-13b", "0a1b", verdict, 1, 0, False)]
        >>> Console(width=40, color_system=None).print(TaskPrograms(programs))
        Demo/0
        <BLANKLINE>
        A  fused-13b: fail
          expected  2
          got       1
        ────────────────────────────────────────
        def f():
            return 1
    """

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = programs

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(printable(self.programs[0].verdict.task_id), style="bold")
        yield Text("")
        is_beside = len(self.programs) == 2 and options.max_width >= SIDE_BY_SIDE_FROM
        has_colour = bool(console.color_system) and (console.is_terminal or console.is_jupyter)
        heads = [Group(*_head(program)) for program in self.programs]
        sources = [Group(*_source(program, has_colour=has_colour, is_wrapped=is_beside)) for program in self.programs]
        if is_beside:
            table = Table.grid(expand=True, padding=(0, 2, 0, 0), pad_edge=False)
            table.add_column(ratio=1, overflow="fold")
            table.add_column(ratio=1, overflow="fold")
            # Two rows, so that the programs begin on one line however much is said above them.
            table.add_row(*heads)
            table.add_row(*sources)
            yield table
            return
        for place, parts in enumerate(zip(heads, sources, strict=True)):
            if place:
                yield Text("")
            yield from parts


def _head(program: Program) -> Iterator[RenderableType]:
    verdict = program.verdict
    title = Text(f"{program.letter}  {printable(program.model)}: ", style="bold")
    title.append("pass" if program.is_passed else status_of(verdict), style="green" if program.is_passed else "red")
    if program.samples > 1:
        title.append(
            f"  ({program.passed} of {program.samples} samples pass; sample {verdict.sample_index})", "not bold"
        )
    yield title
    if not program.is_passed:
        facts = {
            "input": verdict.failing_input,
            "expected": verdict.expected,
            "got": verdict.got,
            "error": verdict.error,
        }
        for name, value in facts.items():
            if value is not None:
                # Lines after the first stand under the first.
                text = printable(value).strip("\n").replace("\n", "\n" + " " * 12)
                yield Text(f"  {name:<10}", style="dim").append(text, style="not dim")


def _source(program: Program, *, has_colour: bool, is_wrapped: bool) -> Iterator[RenderableType]:
    yield Rule(style="dim", characters="─")
    source = printable(program.verdict.solution).strip("\n")
    if has_colour:
        yield Syntax(source, "python", theme="ansi_dark", background_color="default", word_wrap=True)
    elif is_wrapped:
        yield Text(source, overflow="fold")
    else:
        # Lines stay whole, to be copied; they are cut only where the console is told to crop.
        yield Text(source, no_wrap=True, overflow="ignore")


def to_plain_programs(programs: Sequence[Program]) -> dict[str, object]:
    """Turn programs into dicts, lists and scalars.

    Args:
        programs: Of one task.
    """
    return {"task_id": programs[0].verdict.task_id, "programs": to_plain(list(programs))}
