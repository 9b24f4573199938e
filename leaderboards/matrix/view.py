"""A matrix of models by tasks as a rich renderable: two tasks a character, wrapped at the width, lists below.

With one sample a task a character holds two tasks, as its left and its right half; with more it holds one, the darker
the more samples pass. Where the output can hold nothing but ASCII a character is one task. Colour only repeats what the
signs say. In a notebook: `Matrix(read_matrix(Path("runs"), column="humaneval+"))`.

`python -m leaderboards.matrix.view` draws made-up runs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.jupyter import JupyterMixin
from rich.padding import Padding
from rich.text import Text

from harness.commands.terminal import printable
from leaderboards.cells import ELLIPSIS, shortened
from leaderboards.matrix.matrix import FEWEST_FOR_SUSPECTS, MatrixRow, TaskMatrix
from leaderboards.task_lists import task_list

_HALVES = " ▐▌█"
"""By 2 x left + right."""
_SHADES, _ASCII_SHADES = " ░▒▓█", ".-=%#"
_MOST_SUSPECTS = 10
_MOST_EASY = 20
"""Tasks that everybody solves are counted, and named only where they are few."""


class Matrix(JupyterMixin):
    """A matrix that fits the terminal, with lists below.

    Args:
        matrix: What `task_matrix` gives.

    Example:
        >>> from leaderboards.matrix.demo import demo_matrix
        >>> Console(width=80, color_system=None).print(Matrix(demo_matrix(3)))  # doctest: +ELLIPSIS
        humaneval+: 3 models, 164 tasks
        ...
    """

    def __init__(self, matrix: TaskMatrix) -> None:
        self.matrix = matrix

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        matrix = self.matrix
        models, tasks = matrix.rates.shape
        yield Text(f"{printable(matrix.column)}: {_count(models, 'model')}, {_count(tasks, 'task')}", style="bold")
        yield Text("")
        yield from self._drawn(options)
        yield from self._lists()
        for line in (_legend(matrix, options), f"Data: {matrix.data}." if matrix.data else "", *matrix.notes):
            if line:
                yield Text(printable(line), style="dim")

    def _drawn(self, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Draw the matrix in blocks of tasks, each as wide as the others."""
        matrix = self.matrix
        # Those that nobody solves come last, and would be blank.
        tasks = int((matrix.solvers > 0).sum())
        labels = [_label(row) for row in matrix.rows]
        width = min(max(map(len, labels)), max(12, options.max_width // 4))
        labels = [_ascii(shortened(label, width), options) for label in labels]
        room = max(1, options.max_width - width - 7)
        per_character = 2 if matrix.samples == 1 and not options.ascii_only else 1
        blocks = max(1, -(-tasks // (room * per_character)))
        step = -(-tasks // (blocks * per_character)) * per_character
        suspects = matrix.suspects if matrix.has_enough_for_suspects else {}
        marked = np.isin(matrix.task_ids, list(suspects))
        for start in range(0, tasks, max(1, step)):
            part = slice(start, min(start + step, tasks))
            characters = -(-(part.stop - start) // per_character)
            yield Text(" " * (width + 7) + _ends(matrix, part, characters), style="dim")
            for label, score, rates in zip(labels, matrix.scores, matrix.rates[:, part], strict=True):
                line = Text(f"{label:<{width}} {100 * score:5.1f} ", no_wrap=True)
                yield line.append(signs(rates, matrix.samples, ascii_only=options.ascii_only), style="green")
            under = _under(marked[part], per_character)
            if under.strip():
                yield Text(" " * (width + 7) + under, style="yellow", no_wrap=True)
            yield Text("")

    def _lists(self) -> Iterator[RenderableType]:
        matrix = self.matrix
        yield from _listed("Nobody solves", matrix.solved_by_nobody)
        easy = matrix.solved_by_everybody
        if len(easy) <= _MOST_EASY:
            yield from _listed("Everybody solves", easy)
        else:
            yield Text(f"Everybody solves ({len(easy)})")
        alone: dict[str, list[str]] = {}
        for task, row in matrix.solved_by_one.items():
            alone.setdefault(_label(row), []).append(task)
        yield Text(f"Exactly one solves ({len(matrix.solved_by_one)})" + (":" if alone else ""))
        for label, tasks in alone.items():
            yield Padding(Text(f"{label}: {printable(task_list(tasks))}"), (0, 0, 0, 2))
        if matrix.has_enough_for_suspects:
            suspects = matrix.suspects
            names = [f"{task} ({tau:+.2f})" for task, tau in list(suspects.items())[:_MOST_SUSPECTS]]
            more = f" and {len(suspects) - _MOST_SUSPECTS} more" if len(suspects) > _MOST_SUSPECTS else ""
            found = f"{len(suspects)}; a tau near 0 may be chance):" if names else "0)"
            yield Text(f"Suspect: weaker models pass, stronger ones fail ({found}")
            if names:
                yield Padding(Text(printable(", ".join(names) + more)), (0, 0, 0, 2))
        else:
            yield Text(
                f"Suspect tasks: {_count(len(matrix.rows), 'model')} can not tell them from chance, "
                f"it takes {FEWEST_FOR_SUSPECTS}."
            )
        yield Text("")


def signs(rates: NDArray[np.float64], samples: int, *, ascii_only: bool) -> str:
    """Draw one model's tasks.

    Args:
        rates: Share of passed samples, shape (tasks,).
        samples: The most samples a task; 1 draws solved and unsolved only.
        ascii_only: Whether the output holds ASCII only.

    Example:
        >>> rates = np.array([1, 1, 1, 0, 0])
        >>> signs(rates, 1, ascii_only=False), signs(rates, 1, ascii_only=True)
        ('█▌ ', '###..')
        >>> signs(np.array([1, 0.9, 0.5, 0.1, 0]), 10, ascii_only=False)
        '█▓▒░ '
    """
    if samples > 1 or ascii_only:
        shades = _ASCII_SHADES if ascii_only else _SHADES
        # All and nothing keep signs of their own, however near to them another rate is.
        return "".join(shades[0 if rate <= 0 else 4 if rate >= 1 else 1 + min(2, int(rate * 3))] for rate in rates)
    solved = (np.append(rates, 0.0) if rates.size % 2 else rates) > 0
    return "".join(_HALVES[2 * left + right] for left, right in zip(solved[::2], solved[1::2], strict=True))


def _ends(matrix: TaskMatrix, part: slice, characters: int) -> str:
    """Say at both ends of a block how many of the models solve its first and its last task."""
    shares = matrix.rates.mean(axis=0)
    first, last = (f"{100 * shares[task]:.0f}%" for task in (part.start, part.stop - 1))
    return first + (last.rjust(characters - len(first)) if characters >= len(first) + len(last) + 1 else "")


def _under(marked: NDArray[np.bool_], per_character: int) -> str:
    """Mark the characters that hold a suspect task."""
    pairs = range(0, marked.size, per_character)
    return "".join("^" if marked[start : start + per_character].any() else " " for start in pairs)


def _listed(title: str, tasks: tuple[str, ...]) -> Iterator[RenderableType]:
    yield Text(f"{title} ({len(tasks)})" + (":" if tasks else ""))
    if tasks:
        yield Padding(Text(printable(task_list(tasks))), (0, 0, 0, 2))


def _legend(matrix: TaskMatrix, options: ConsoleOptions) -> str:
    shades = _ASCII_SHADES if options.ascii_only else _SHADES
    words = "Score, then tasks from the one that most solve to the last that anybody does: "
    if matrix.samples > 1:
        words += f"{shades[4]} every sample passes, {' '.join(shades[3:0:-1])} some do"
    else:
        words += f"{shades[4]} passes" if options.ascii_only else "a left or a right half block is one task that passes"
    return words + (", ^ suspect." if matrix.has_enough_for_suspects and matrix.suspects else ".")


def _label(row: MatrixRow) -> str:
    return printable(f"{row.model}, {row.variant}" if row.variant else row.model).replace("\n", " ")


def _ascii(text: str, options: ConsoleOptions) -> str:
    return text.replace(ELLIPSIS, "~") if options.ascii_only else text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s'[: number != 1]}"


if __name__ == "__main__":
    from leaderboards.matrix.demo import demo_matrix

    Console().print(Matrix(demo_matrix(12)))
