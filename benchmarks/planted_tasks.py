"""Copies of benchmark tasks as training rows: word for word, renamed, re-ordered, and retold by hand.

Every copy has the reference as its answer; all but the verbatim ones with every name of its own replaced, so that no
method finds the answer by its names.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fusion.decontamination.benchmark_texts import question_of
from harness.records import Benchmark, Task

RETOLD = Path(__file__).resolve().parent.parent / "tests" / "data" / "retold-tasks.jsonl"
KINDS = ("verbatim", "renamed", "re-ordered", "paraphrased", "translated")
_NAMES = ("fetch", "ratio", "heap", "panel", "token", "slot", "bundle", "marker", "crate", "shelf", "petal", "lantern")


@dataclass(frozen=True)
class Plant:
    """One planted row."""

    kind: str
    benchmark: str
    task_id: str
    instruction: str
    answer: str


def plants(benchmarks: Sequence[Benchmark], count: int, seed: int) -> Iterator[Plant]:
    """Make the rows.

    Args:
        benchmarks: Where the tasks come from; as many of each.
        count: Tasks copied by code, in all; each gives a verbatim, a renamed and a re-ordered row.
        seed: Draws the tasks.
    """
    rng = np.random.default_rng(seed)
    for benchmark in benchmarks:
        tasks = list(benchmark.tasks.values())
        for number in sorted(rng.choice(len(tasks), count // len(benchmarks), replace=False)):
            task = tasks[number]
            question, examples = question_of(task.prompt, task.entry_point)
            text = f"{question}\n{examples}".strip()
            yield Plant("verbatim", benchmark.name, task.task_id, text, task.reference)
            names = own_names(task)
            answer = with_names(task.reference, names)
            yield Plant("renamed", benchmark.name, task.task_id, words_renamed(text, names), answer)
            yield Plant("re-ordered", benchmark.name, task.task_id, re_ordered(question), answer)
    by_id = {task_id: (benchmark, task) for benchmark in benchmarks for task_id, task in benchmark.tasks.items()}
    for line in RETOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        benchmark, task = by_id[row["task_id"]]
        answer = with_names(task.reference, own_names(task))
        yield Plant(row["kind"], benchmark.name, task.task_id, row["instruction"], answer)


def own_names(task: Task) -> dict[str, str]:
    """Give new names for all that a reference names itself: functions, arguments, variables."""
    tree = ast.parse(task.reference)
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found[node.name] = None
        elif isinstance(node, ast.arg):
            found[node.arg] = None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = None
    kept = [name for name in found if name not in vars(builtins)]
    return {name: f"{_NAMES[number % len(_NAMES)]}_{number}" for number, name in enumerate(kept)}


def with_names(program: str, names: dict[str, str]) -> str:
    """Give a program with other names and without docstrings."""
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.name = names.get(node.name, node.name)
        elif isinstance(node, ast.arg):
            node.arg = names.get(node.arg, node.arg)
        elif isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        if isinstance(node, ast.FunctionDef | ast.Module) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def words_renamed(text: str, names: dict[str, str]) -> str:
    """Replace the names in a text, but for names of one letter, which are words there."""
    for old, new in names.items():
        if len(old) > 1:
            text = re.sub(rf"\b{re.escape(old)}\b", new, text)
    return text


def re_ordered(question: str) -> str:
    """Turn the order of sentences around; a single sentence has its halves exchanged."""
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", " ".join(question.split())) if part]
    if len(sentences) > 1:
        return " ".join(reversed(sentences))
    words = question.split()
    half = len(words) // 2
    return " ".join([*words[half:], *words[:half]])
