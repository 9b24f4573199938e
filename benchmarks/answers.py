"""The samples that are scored: reference solutions, once or several times, and draws with repetitions.

All tools get the same file. Samples are told apart by a statement behind the program: a comment would not do, since
programs that differ in comments only are executed once where that pays.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Problem = dict[str, Any]


def read_problems(path: Path, limit: int | None = None) -> list[Problem]:
    """Read a .jsonl.gz file of problems, all or the first so many."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if not line.isspace()][:limit]


def write_problems(path: Path, problems: Sequence[Problem]) -> None:
    """Write problems as a .jsonl.gz file, for tools that insist on an answer to every problem of their file."""
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(problem) + "\n" for problem in problems)


def write_references(path: Path, problems: Sequence[Problem], copies: int = 1) -> int:
    """Write each reference solution so many times, all different, and give the number of samples."""
    rows = [_row(problem, copy) for copy in range(copies) for problem in problems]
    return _write(path, rows)


def write_draws(path: Path, problems: Sequence[Problem], samples: int, distinct: int, seed: int) -> int:
    """Write `samples` a problem of which `distinct` are different, in an order drawn with `seed`."""
    draw = random.Random(seed)
    rows = []
    for problem in problems:
        chosen = list(range(distinct)) + [draw.randrange(distinct) for _ in range(samples - distinct)]
        draw.shuffle(chosen)
        rows += [_row(problem, copy) for copy in chosen]
    return _write(path, rows)


def _row(problem: Problem, copy: int) -> dict[str, str]:
    completion = f"{problem['canonical_solution'].rstrip()}\n\n\n_copy = {copy}\n"
    return {"task_id": problem["task_id"], "completion": completion}


def _write(path: Path, rows: Sequence[dict[str, str]]) -> int:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return len(rows)
