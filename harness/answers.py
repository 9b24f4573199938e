"""Where the answers of a run come from, and how a program is made of one."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError
from harness.formats.samples import read_samples
from harness.records import Benchmark, Completion, Extraction, Task

AS_IS = "as-is"
"""The rule that grades a row as it is: a solution alone, a completion after the prompt."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answers:
    """The samples of one run, and where they come from."""

    completions: list[Completion]
    sha256: str
    source: str
    is_self_check: bool


def find_answers(model: str, samples: Path | None, benchmark: Benchmark) -> Answers:
    """Read the samples file, or let a built-in self-check answer.

    Args:
        model: The model's name; where there is no file, a self-check's.
        samples: A samples file or folder, or None.
        benchmark: What is answered.

    Raises:
        InputError: The file is wrong, or there is none and no such self-check.
    """
    if samples is not None:
        found = read_samples(samples, benchmark)
        if found.warning:
            _log.warning("%s", found.warning)
        return Answers(found.completions, found.sha256, str(samples), False)
    from harness.models.self_checks import SELF_CHECKS

    if model not in SELF_CHECKS:
        raise InputError(f"no samples for the model {model!r}", hint="--samples FILE")
    if any(task.kind == "program" for task in benchmark.tasks.values()):
        raise InputError(
            f"{benchmark.name} has no reference solutions, so {model!r} can not answer",
            hint="each language's known-good and known-bad programs run before every score; fuseval doctor lists them",
        )
    completions = SELF_CHECKS[model](benchmark)
    digest = hashlib.sha256("\0".join(completion.text for completion in completions).encode("utf-8", "surrogatepass"))
    return Answers(completions, digest.hexdigest(), "built in", True)


def extract_program(rule: str, completion: Completion, task: Task) -> Extraction:
    """Take the program out of a completion by a rule; `as-is` takes it as EvalPlus does."""
    from harness.models import extract

    return extract(rule, completion.text, task, finish_reason=completion.finish_reason, kind=completion.kind)
