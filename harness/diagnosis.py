"""Why a score is low: how the failing samples failed, and the likeliest cause where the numbers name one.

A model that answers wrongly now and then gets its counts and no accusation. A cause is named only where its signs show
in a share of the samples that a working set-up does not have; the shares are below, each with its reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from harness.formats.reference_file import ReferenceRow
from harness.records import Completion, RunRecord, Status, Verdict

FEWEST = 10
"""Samples below which shares say nothing."""
CUT_SHARE = 0.03
"""Answers cut at the token limit: each of them is lost, and a limit that fits cuts hardly any."""
TOO_LONG_SHARE = 0.03
"""Prompts that do not fit into the model's context: the same holds."""
NO_CODE_SHARE = 0.1
NO_FUNCTION_SHARE = 0.1
MISSING_NAME_SHARE = 0.1
SYNTAX_SHARE = 0.15
"""Models that can code at all write programs that parse."""
FENCE_SHARE = 0.1
"""Answers with a code fence that were graded as they are."""
GAP = 0.1
"""Below a published score of the same model by more than this: more than two settings of one tool usually differ."""

_BY_STATUS = {
    Status.NO_CODE: "no code",
    Status.TRUNCATED: "cut at the token limit",
    Status.SYNTAX_ERROR: "syntax error",
    Status.TIMEOUT: "time-out",
    Status.OUT_OF_MEMORY: "out of memory",
    Status.CRASH: "crash",
    Status.INFRA_ERROR: "infra error",
}
_TOO_LONG = "prompt too long"
_MISSING_NAME = re.compile(r"(NameError|ModuleNotFoundError|ImportError)\b")
_EXCEPTION = re.compile(r"[A-Z]\w*(Error|Exception|Interrupt|Exit|Iteration|Warning)\b|an exception")


@dataclass(frozen=True)
class Finding:
    """One way of failing: how many samples, and a task to look at."""

    kind: str
    count: int
    share: float
    """Of all samples."""
    example: str
    """A task_id."""


@dataclass(frozen=True)
class Cause:
    """What is likely to be wrong with the set-up, and what to type."""

    text: str
    command: str


@dataclass(frozen=True)
class Diagnosis:
    """All that can be said of a run's failures."""

    findings: list[Finding]
    """The most frequent first."""
    causes: list[Cause]
    published: list[str]
    """What others measured for a model of this name, a sentence each."""


def diagnose(
    record: RunRecord,
    verdicts: Sequence[Verdict],
    completions: Sequence[Completion],
    published: Sequence[ReferenceRow] = (),
) -> Diagnosis:
    """Sort a run's failures and name the likeliest cause.

    Args:
        record: The run.
        verdicts: All of them.
        completions: What the model said, as far as it is kept.
        published: Published scores, of any models.

    Example:
        >>> kind_of(Verdict("Demo/0", 0, Status.FAIL, "", error="NameError: name 'List' is not defined"))
        'missing name or import'
    """
    too_long = {(said.task_id, said.sample_index) for said in completions if said.finish_reason == "prompt_too_long"}
    by_kind: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.status is not Status.PASS:
            # Its verdict is that there is no code, for which the model can not be blamed.
            is_too_long = (verdict.task_id, verdict.sample_index) in too_long
            by_kind[_TOO_LONG if is_too_long else kind_of(verdict)].append(verdict)
    findings = [
        Finding(kind, len(found), len(found) / len(verdicts), found[0].task_id) for kind, found in by_kind.items()
    ]
    findings.sort(key=lambda finding: (-finding.count, finding.kind))
    rows = [row for row in published if _same_model(row.model, record.model.name)]
    gaps = [text for row in rows for text in _compared(record, row)]
    causes = _causes(record, findings, completions) if len(verdicts) >= FEWEST else []
    return Diagnosis(findings, causes, gaps)


def kind_of(verdict: Verdict) -> str:
    """Say in a few words how a sample failed.

    Args:
        verdict: Of a sample that did not pass.

    Example:
        >>> kind_of(Verdict("Demo/0", 0, Status.FAIL, "", got="3", expected="4"))
        'wrong answer'
    """
    if verdict.status in _BY_STATUS:
        return _BY_STATUS[verdict.status]
    error = verdict.error or ""
    if error.startswith("no function"):
        return "wrong function name"
    if _MISSING_NAME.match(error):
        return "missing name or import"
    if _EXCEPTION.match(error) and not error.startswith("AssertionError"):  # that is the test's own word for wrong
        return "exception"
    return "wrong answer"


def _causes(record: RunRecord, findings: list[Finding], completions: Sequence[Completion]) -> list[Cause]:
    shares = {finding.kind: finding for finding in findings}

    causes = []
    cut = (record.finish_reasons or {}).get("length", 0)
    if completions and cut / len(completions) >= CUT_SHARE:
        limit = int((record.generation or {}).get("max_tokens", 0))
        causes.append(Cause(f"{cut} answers were cut at {limit} tokens", f"--max-tokens {max(2 * limit, 1024)}"))
    fenced = sum("```" in completion.text for completion in completions)
    if record.extraction == "as-is" and completions and fenced / len(completions) >= FENCE_SHARE:
        causes.append(
            Cause(
                f"{fenced} answers hold a code fence, and were graded as they are", "--extract chat on the same answers"
            )
        )
    is_base = record.prompt_style == "base"
    other = "--prompt-style chat" if is_base else "--prompt-style base"
    guess = "an instruct model that was asked to continue?" if is_base else "a prompt that the model does not know?"
    for kind, least, text, command in (
        (
            _TOO_LONG,
            TOO_LONG_SHARE,
            "prompts do not fit into the model's context: nothing was answered",
            "a server with a longer context (vLLM: --max-model-len, llama.cpp: --ctx-size)",
        ),
        ("no code", NO_CODE_SHARE, f"answers hold no code: {guess}", other),
        (
            "wrong function name",
            NO_FUNCTION_SHARE,
            "programs define another function: the prompt does not name it, or the extraction lost it",
            "",
        ),
        (
            "missing name or import",
            MISSING_NAME_SHARE,
            "programs use a name that they do not define: imports of the prompt are missing",
            "--extract chat, which adds them",
        ),
        (
            "syntax error",
            SYNTAX_SHARE,
            "programs do not parse: a stop string that cuts them, or not the model's kind of prompt",
            "--show-prompt TASK",
        ),
    ):
        finding = shares.get(kind)
        if finding is not None and finding.share >= least:
            look = f"fuseval show {record.run_id} {finding.example}"
            causes.append(Cause(f"{finding.count} {text}", " or ".join(filter(None, (command, look)))))
    return causes


def _same_model(first: str, second: str) -> bool:
    """Whether two names are those of one model, whatever stands before a slash and between the words.

    Example:
        >>> _same_model("Qwen2.5-Coder-7B-Instruct", "Qwen/qwen2.5-coder-7b-instruct")
        True
    """
    plain = [re.sub(r"[^a-z0-9.]", "", name.rpartition("/")[2].lower()) for name in (first, second)]
    return plain[0] == plain[1]


def _compared(record: RunRecord, row: ReferenceRow) -> list[str]:
    """Say how far a run is from what was published, column by column, where it is over as many tasks."""
    texts = []
    for score in record.scores:
        value = row.values.get(score.column)
        if value is None or score.k != 1 or row.tasks.get(score.column, score.of_tasks) != score.of_tasks:
            continue
        if score.tasks < score.of_tasks:
            continue
        distance = 100 * (score.value - value)
        verdict = "far below it: the set-up differs" if distance < -100 * GAP else f"{distance:+.1f} points"
        texts.append(
            f"{score.column}: {row.source} has {100 * value:.1f}, this run {100 * score.value:.1f} ({verdict})"
        )
    return texts
