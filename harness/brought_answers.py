"""Answers of a model that come from another folder, as `generate` left them there, into the run that grades them.

Answers are paid for: what a run has is not replaced.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from harness.errors import InputError
from harness.formats.journal import append_line
from harness.formats.run_folder import RunFolder
from harness.records import Completion, Question


def bring(brought: Sequence[Completion], question: Question, run: RunFolder, *, where: Path) -> None:
    """Put answers into a run, beside those that it has.

    Args:
        brought: The answers.
        question: What they answer.
        run: Where they are graded.
        where: The folder that they come from.

    Raises:
        InputError: The run has other answers to the same question, or somebody is working on it; nothing was written.
    """
    with run.answers_journal() as journal:
        there = {(item.task_id, item.sample_index): item for item in run.completions()}
        others = [item for item in brought if there.get((item.task_id, item.sample_index), item).text != item.text]
        if others:
            raise InputError(
                f"{run.path} has other answers to the same question: {len(others)} of the {len(brought)} in {where} "
                "differ",
                hint="--runs DIR grades these elsewhere; --fresh drops the run that is there",
            )
        known = run.question()
        run.keep_question(question if known is None else dataclasses.replace(question, n=max(question.n, known.n)))
        for item in brought:
            if (item.task_id, item.sample_index) not in there:
                append_line(journal, item)
