"""Every Eval Ever's line for one sample: the question, what the model said, the program, what came of it.

A sample of a benchmark with plus tests gives two lines, one for each column: the schema ties a line to one result.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from harness.formats.outcomes_file import column_passes
from harness.formats.run_folder import RunFolder
from harness.records import Completion, Verdict

SCHEMA_VERSION = "0.3.0"
"""Of both schemas."""


def sample_lines(
    folder: RunFolder,
    benchmark: str,
    keys: Mapping[str, str],
    result_ids: Mapping[str, str],
    questions: Mapping[str, str],
) -> Iterator[dict[str, object]]:
    """Give a line for each counted sample in each column; what the harness could not grade is no sample.

    Args:
        folder: The run's.
        benchmark: What was run.
        keys: What ties every line to the aggregate: `evaluation_id` and `model_id`.
        result_ids: For each column the id of its result in the aggregate.
        questions: Prompts by task, as far as they are known.

    Raises:
        InputError: A line of the run's journals is damaged.
    """
    said = {(completion.task_id, completion.sample_index): completion for completion in folder.completions()}
    passes = column_passes(benchmark, list(result_ids))
    for verdict in folder.verdicts():
        if not verdict.status.is_counted:
            continue
        completion = said.get((verdict.task_id, verdict.sample_index))
        for name, result_id in result_ids.items():
            yield {
                "schema_version": SCHEMA_VERSION,
                **keys,
                "evaluation_name": name,
                "evaluation_result_id": result_id,
                "interaction_type": "single_turn",
                **_question(verdict.task_id, questions.get(verdict.task_id, "")),
                **_sample(verdict, completion, passes[name](verdict)),
            }


def _question(task_id: str, prompt: str) -> dict[str, object]:
    question: dict[str, object] = {"sample_id": task_id, "input": {"raw": prompt, "reference": []}}
    if prompt:
        # The datastore's own recipe: equal questions have equal hashes, whoever asked them.
        hashed = json.dumps({"raw": prompt, "reference": []}, sort_keys=True, separators=(",", ":"))
        question["sample_hash"] = hashlib.sha256(hashed.encode()).hexdigest()
    return question


def _sample(verdict: Verdict, completion: Completion | None, passed: bool) -> dict[str, object]:
    details = {
        "status": verdict.status.value,
        "sample_index": verdict.sample_index,
        "failing_input": None if passed else verdict.failing_input,
        "expected": None if passed else verdict.expected,
        "got": None if passed else verdict.got,
        "is_low_assurance": True if verdict.is_low_assurance else None,
        "output_tokens": completion.tokens if completion else None,
        "finish_reason": completion.finish_reason if completion else None,
    }
    return {
        "output": {"raw": [completion.text if completion else verdict.solution]},
        "answer_attribution": [
            {
                "turn_idx": 0,
                "source": "output.raw",
                "extracted_value": verdict.solution,
                "extraction_method": verdict.rule,
                "is_terminal": True,
            }
        ],
        "evaluation": {"score": float(passed), "is_correct": passed},
        "error": None if passed else verdict.error,
        "metadata": texts(details),
    }


def texts(details: Mapping[str, object]) -> dict[str, str]:
    """Turn details into the strings that the schema wants, leaving out what is unknown.

    Args:
        details: By name.

    Example:
        >>> texts({"tokens": 12, "revision": None})
        {'tokens': '12'}
    """
    return {name: str(value) for name, value in details.items() if value not in (None, "")}
