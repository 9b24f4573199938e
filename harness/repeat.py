"""Whether the same question gets the same answer twice: everything is asked again, and what differs is counted.

Greedy answers are not always stable: batches of other sizes add floats in another order. What is found is a property
of the model, its engine and this machine, so it stands in the run's record, under the score.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from harness.asking import Asking
from harness.engines.local import LocalEngine
from harness.formats.run_folder import RunFolder
from harness.grading_run import GradingRun
from harness.records import Benchmark, Question
from harness.request import Ask, ScoreRequest
from harness.run_progress import Progress
from harness.run_record import Source


def repeat(
    request: ScoreRequest,
    ask: Ask,
    benchmark: Benchmark,
    folder: RunFolder,
    *,
    question: Question,
    on_progress: Callable[[Progress], None],
    engine: LocalEngine,
) -> None:
    """Ask everything a second time, grade it, and note in the run's record how many samples differ.

    Args:
        request: What was asked for.
        ask: The model and how it is asked.
        benchmark: The questions.
        folder: The finished run; the second answers are kept in a folder inside.
        question: What was asked.
        on_progress: Called after every answer and verdict.
        engine: Where to judge.

    Raises:
        EnvironmentLacking: The model could not be asked to the end; the same command resumes.
    """
    again = folder.again
    again.keep_question(question)
    completions = again.completions()
    there = {(item.task_id, item.sample_index) for item in completions}
    requests = ask.requests(question.task_ids, question.n)
    missing = [item for item in requests if (item.task_id, item.sample_index) not in there]
    with Asking(ask.model, missing, ask.sampling) as asking:
        run = GradingRun(
            request,
            benchmark,
            again,
            Source.of_question(question),
            completions=completions,
            on_progress=on_progress,
            asking=asking,
        )
        run.grade(engine, keep_record=False)
    first = {(item.task_id, item.sample_index): item.text for item in folder.completions()}
    statuses = {(item.task_id, item.sample_index): item.status for item in folder.verdicts()}
    second = again.completions()
    found = {
        "asked": len(second),
        "texts_differ": sum(first[item.task_id, item.sample_index] != item.text for item in second),
        "verdicts_differ": sum(statuses[item.task_id, item.sample_index] != item.status for item in again.verdicts()),
    }
    folder.save(dataclasses.replace(folder.load(), repeat=found))
