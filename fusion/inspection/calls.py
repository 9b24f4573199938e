"""What the teacher was asked and what it took, by kind of call, read from the journal of calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fusion.dataset import Row
from fusion.teachers.call_journal import CALLS, read_calls


@dataclass(frozen=True)
class CallKind:
    """All calls of one kind."""

    kind: str
    """`fuse`, `evolve`, `answer`, `tests`, `judge` or `improved`."""
    calls: int
    refused: int
    prompt_tokens: int | None
    """Absent where the teacher does not count them."""
    completion_tokens: int | None
    cost: float | None
    """US dollars; absent where the price is not known."""
    seconds: float | None
    """Mean time of one call."""


@dataclass(frozen=True)
class Calls:
    """All calls, and the tokens of the texts that became rows."""

    kinds: tuple[CallKind, ...]
    instruction_tokens: tuple[int, ...]
    """Of the rows whose call counted them."""
    answer_tokens: tuple[int, ...]


@dataclass
class _Sum:
    calls: int = 0
    refused: int = 0
    counted: int = 0
    priced: int = 0
    timed: int = 0
    prompt: int = 0
    completion: int = 0
    cost: float = 0.0
    seconds: float = 0.0

    def add(self, line: Mapping[str, object]) -> None:
        self.calls += 1
        if "refused" in line:
            self.refused += 1
            return
        prompt, completion = line.get("prompt_tokens"), line.get("completion_tokens")
        if isinstance(prompt, int) and isinstance(completion, int):
            self.counted, self.prompt, self.completion = (
                self.counted + 1,
                self.prompt + prompt,
                self.completion + completion,
            )
        if isinstance(cost := line.get("cost"), (int, float)):
            self.priced, self.cost = self.priced + 1, self.cost + cost
        if isinstance(seconds := line.get("seconds"), (int, float)):
            self.timed, self.seconds = self.timed + 1, self.seconds + seconds

    def kind(self, name: str) -> CallKind:
        answered = self.calls - self.refused
        is_counted = bool(answered) and self.counted == answered
        return CallKind(
            name,
            self.calls,
            self.refused,
            self.prompt if is_counted else None,
            self.completion if is_counted else None,
            round(self.cost, 9) if answered and self.priced == answered else None,
            round(self.seconds / self.timed, 3) if self.timed else None,
        )


def calls_of(folder: Path, rows: Sequence[Row]) -> Calls | None:
    """Read the journal of a data set; None where it was not kept.

    Args:
        folder: Of the data set.
        rows: Its rows.

    Raises:
        InputError: The journal is damaged.
    """
    path = folder / CALLS
    if not path.is_file():
        return None
    wanted = Counter(key for row in rows for key in row.calls)
    sums: dict[str, _Sum] = {}
    tokens: dict[str, tuple[str, int, str]] = {}
    for key, _, line in read_calls(path):
        kind = str(line.get("task", ""))
        sums.setdefault(kind, _Sum()).add(line)
        completion = line.get("completion_tokens")
        if key in wanted and kind in ("fuse", "evolve", "answer") and isinstance(completion, int):
            tokens[key] = kind, completion, str(line.get("text", "")) if kind == "answer" else ""
    instruction_tokens: list[int] = []
    answer_tokens: list[int] = []
    for row in rows:
        mine = [tokens[key] for key in row.calls if key in tokens]
        made = [count for kind, count, _ in mine if kind != "answer"]
        answered = [count for kind, count, text in mine if kind == "answer" and text == row.output]
        instruction_tokens += made[-1:]
        answer_tokens += answered[:1]
    kinds = tuple(total.kind(kind) for kind, total in sums.items())
    return Calls(kinds, tuple(instruction_tokens), tuple(answer_tokens))
