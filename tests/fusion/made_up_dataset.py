"""A small data set as `fuseval fuse` leaves it, made by hand: rows, calls, rejections of every kind, hostile texts."""

from __future__ import annotations

import json
from pathlib import Path

from fusion.dataset import Rejected, Row
from fusion.dataset.record import DatasetRecord, write_record
from fusion.seeds import Seed
from harness.formats.record_json import to_json

HOSTILE = "</script><script>alert(1)</script>\x1b[2J\u202e {{ 7*7 }} [bold]x[/bold]"


def keep_dataset(folder: Path, rows: int = 12) -> Path:
    """Write a data set of so many rows and as many seeds."""
    folder.mkdir(parents=True)
    seeds = [Seed(f"5eed{n:012d}", f"Seed {n}: sort a list of {n} words.", language="python") for n in range(rows)]
    made: list[Row] = []
    calls: list[dict[str, object]] = []
    for n in range(rows):
        keys = tuple(f"{kind}{n}" for kind in ("fuse", "answer", "judge"))
        text = f"Row {n}: sort {n} words and count their vowels, then tell {'both ' * n}of them."
        row = Row(
            f"{n:02x}{'ab' * 7}",
            text if n else f"{text} {HOSTILE}",
            f"```python\ndef solve_{n}(words):\n    return sorted(words)\n```",
            ("python", "java", "")[n % 3],
            "fuse",
            (seeds[n].id, seeds[(n + 1) % rows].id),
            n,
            operator="merge",
            strategy="random",
            teacher="model",
            calls=keys,
            prompt_tokens=310,
            completion_tokens=60,
            cost=0.001,
            verified=("pass", "fail", "untested")[n % 3],
            pass_rate=(1.0, 0.0, None)[n % 3],
            judged_difficulty=float(1 + n % 10),
        )
        made.append(row)
        said = row.instruction, row.output, str(1 + n % 10)
        for key, kind, words, tokens in zip(keys, ("fuse", "answer", "judge"), said, (20, 39, 1), strict=True):
            calls.append(
                {"key": key, "task": kind, "number": n, "draw": 0, "teacher": "model", "request": {}, "text": words}
                | {"finish_reason": "stop", "prompt_tokens": 100, "completion_tokens": tokens, "cost": 0.0003}
                | {"seconds": 0.5}
            )
    calls.append({"key": "no", "task": "answer", "number": 99, "draw": 0, "refused": "content filter"})
    rejected = [
        Rejected(100, "invalid", (seeds[0].id, seeds[1].id)),
        Rejected(101, "contaminated", (seeds[0].id, seeds[2].id), detail="exact humaneval+ HumanEval/0 1.00"),
    ]
    for name, items in (("rows", made), ("seeds", seeds), ("rejected", rejected), ("calls", calls)):
        (folder / f"{name}.jsonl").write_text("".join(f"{to_json(item)}\n" for item in items))
    record = DatasetRecord(
        "fuse",
        {"teacher": "model", "checks": "all", "deduplicated": True, "decontaminated_against": ["humaneval+ v1 abc"]}
        | {"templates": {"merge": "0123456789abcdef"}},
        is_complete=True,
        rows=rows,
        attempts=rows + 2,
        rejected={"invalid": 1, "contaminated": 1},
        tallies={
            "operator": {"merge": [rows, rows + 2]},
            "strategy": {"random": [rows, rows + 2]},
            "languages": {"python+python": [rows, rows + 2]},
        },
        calls=len(calls),
        tokens={"prompt": 300 * rows, "completion": 60 * rows},
        cost=0.0009 * rows,
        licences={"mit": rows},
    )
    write_record(folder, record)
    return folder


def read_lines(path: Path) -> list[dict[str, object]]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in path.read_text().splitlines()]
