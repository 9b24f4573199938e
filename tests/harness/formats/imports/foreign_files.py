"""Files as other tools write them, made up for tests, and importing them as the command does."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from harness.formats.imports import keep, recognise
from harness.formats.imports.imported import ImportedRun
from harness.formats.run_folder import RunFolder

HUMANEVAL_PLUS_MD5 = "fe585eb4df8c88d844eeb463ea4d0302"
OTHER_MD5 = "0123456789abcdef0123456789abcdef"


def write(path: Path, content: object) -> Path:
    """Write JSON, or JSON lines if it is a list and the name says so; gzipped if the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_lines = ".jsonl" in path.name
    rows = content if is_lines and isinstance(content, list) else [content]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def evalplus_file(tasks: dict[str, list[tuple[str, str | None]]], md5: str = OTHER_MD5) -> dict[str, Any]:
    """EvalPlus's newer layout: for each task the base and plus status of its samples."""
    rows = {
        task_id: [
            {
                "task_id": task_id,
                "solution": f"def f():\n    return {number}\n",
                "base_status": base,
                "plus_status": plus,
                "base_fail_tests": [],
                "plus_fail_tests": [],
            }
            for number, (base, plus) in enumerate(samples)
        ]
        for task_id, samples in tasks.items()
    }
    return {"date": "2024-05-06 07:08", "hash": md5, "eval": rows}


def old_evalplus_file(tasks: dict[str, list[tuple[str, str | None]]], md5: str = OTHER_MD5) -> dict[str, Any]:
    """EvalPlus's older layout: lists of pairs of a status and what came of each test."""
    rows = {
        task_id: {
            "nfiles": len(samples),
            "base": [[base, [True, False]] for base, _ in samples],
            "plus": [[plus, []] for _, plus in samples if plus is not None],
        }
        for task_id, samples in tasks.items()
    }
    return {"date": "2023-05-06 07:08", "hash": md5, "eval": rows}


def read_run(path: Path, **asked: str) -> ImportedRun:
    """Read the one run in a file or folder."""
    reading = recognise.read(path, **asked)
    (found,) = reading.imported
    assert isinstance(found, ImportedRun)
    return found


def imported(path: Path, runs_root: Path, **asked: str) -> RunFolder:
    """Import the one run in a file or folder."""
    return RunFolder(keep.keep_run(read_run(path, **asked), runs_root).path)


def statuses(folder: RunFolder) -> dict[str, list[str]]:
    """Each task's statuses, in the order of its samples."""
    found: dict[str, list[str]] = {}
    for verdict in folder.verdicts():
        found.setdefault(verdict.task_id, []).append(verdict.status.value)
    return found
