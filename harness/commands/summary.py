"""A run's score in a few lines, as `fuseval score` ends with and `fuseval show` begins with.

Whatever makes the number less than it looks (a part of the tasks, infra errors, a weak sandbox) is said on lines of its
own that begin with `!`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.text import Text

from harness.benchmarks import miniature
from harness.commands.satisfiable import satisfiable_words
from harness.commands.terminal import printable
from harness.formats.run_folder import RunFolder
from harness.records import RunRecord, Score, Status

_LABEL = 12


def summary(record: RunRecord, folder: RunFolder) -> Iterator[Text]:
    """Give a run's summary, one `Text` a line.

    Args:
        record: The run.
        folder: Where it is kept.
    """
    title = Text(f"{printable(record.model.name)} on {printable(record.benchmark)}", style="bold")
    if record.model.is_self_check:
        title.append("  (self-check, not ranked)", style="not bold")
    yield title
    for score in record.scores:
        yield _line(_column_title(score), score_words(score), style="bold")
    without = satisfiable_words(record, folder)
    if without:
        yield _line("without", without)
    yield _line("status", status_words(record))
    if record.prompt_style:
        yield _line("asked", _asked_words(record))
        if record.tokens is not None:
            yield _line("answers", _answers_words(record, record.tokens))
    if record.repeat:
        yield _line("repeated", _repeat_words(record.repeat))
    yield _line("sandbox", record.sandbox)
    yield _line("time", _time_words(record))
    is_hash = record.dataset_sha256.startswith(record.benchmark_version)  # a private benchmark has no other version
    version = "" if is_hash else f" {record.benchmark_version}"
    yield _line("data", f"{printable(record.benchmark)}{version}, sha256 {record.dataset_sha256[:12]}")
    yield _line("run", str(folder.path))
    for warning in warnings(record):
        yield Text(f"! {warning}", style="bold yellow")


def _line(label: str, value: str, style: str = "") -> Text:
    return Text(f"  {label:<{_LABEL - 1}} ", style="dim").append(value, style=f"not dim {style}".strip())


def _column_title(score: Score) -> str:
    return score.column if score.k == 1 else f"{score.column} @{score.k}"


def score_words(score: Score) -> str:
    """Say a score with its interval and what it is over.

    Args:
        score: One column of a run.

    Example:
        >>> score_words(Score("humaneval", 1, 0.787, 0.718, 0.842, 164, 164, 1, 129))
        '78.7%  [71.8, 84.2]  pass@1, 164 tasks, n = 1'
    """
    over = f"{score.tasks} tasks" if score.tasks == score.of_tasks else f"{score.tasks} of {score.of_tasks} tasks"
    interval = f"[{100 * score.low:.1f}, {100 * score.high:.1f}]"
    return f"{100 * score.value:.1f}%  {interval}  pass@{score.k}, {over}, n = {score.samples}"


def status_words(record: RunRecord) -> str:
    """List the samples by status, in the order of `Status`, leaving out the empty ones.

    Args:
        record: The run.
    """
    counts = [(status.value, record.counts.get(status.value, 0)) for status in Status]
    return ", ".join(f"{status} {count}" for status, count in counts if count) or "no samples"


def _asked_words(record: RunRecord) -> str:
    """Say with which prompts, and how its answers were drawn."""
    generation = record.generation or {}
    temperature = generation.get("temperature", 0)
    drawn = "greedy" if temperature == 0 else f"temperature {temperature:g}, top-p {generation.get('top_p', 1):g}"
    return f"preset {record.preset}, {record.prompt_style} style, {drawn}"


def _answers_words(record: RunRecord, tokens: int) -> str:
    """Say how long they are, and how fast they came, loading included."""
    answers = sum((record.finish_reasons or {}).values())
    each = f", {tokens / answers:.0f} an answer" if answers else ""
    seconds = record.seconds.get("generate")
    return f"{tokens:,} tokens{each}" + (f", {tokens / seconds:.0f} a second" if seconds else "")


def _repeat_words(repeat: Mapping[str, int]) -> str:
    """Say how stable the answers are.

    Example:
        >>> _repeat_words({"asked": 164, "texts_differ": 3, "verdicts_differ": 1})
        'asked twice: 3 of 164 texts and 1 verdict differ'
    """
    texts, verdicts = repeat["texts_differ"], repeat["verdicts_differ"]
    return f"asked twice: {texts} of {repeat['asked']} texts and {verdicts} verdict{'s'[: verdicts != 1]} differ"


def _time_words(record: RunRecord) -> str:
    wall, cpu = record.wall_seconds, record.seconds.get("cpu")
    shown = "unknown" if wall is None else f"{wall:.1f} s"
    return shown + (f", {cpu:.1f} s of CPU in the sandbox" if cpu is not None else "")


def warnings(record: RunRecord) -> list[str]:
    """Say what makes the run's score less than it looks.

    Args:
        record: The run.
    """
    found = []
    partial = [score for score in record.scores if score.tasks < score.of_tasks]
    if partial:
        found.append(
            f"ONLY {partial[0].tasks} OF {partial[0].of_tasks} TASKS: not comparable with a score over the benchmark"
        )
    infra = record.counts.get(Status.INFRA_ERROR, 0)
    if infra:
        found.append(f"{infra} infra error{'s'[: infra != 1]}: not counted; the same command tries them again")
    cut = (record.finish_reasons or {}).get("length", 0)
    if cut:
        limit = (record.generation or {}).get("max_tokens", "")
        found.append(f"{cut} answers were cut at {limit} tokens: --max-tokens gives them more")
    too_long = (record.finish_reasons or {}).get("prompt_too_long", 0)
    if too_long:
        found.append(f"{too_long} answers are empty: their prompts do not fit into the model's context")
    if record.benchmark == miniature.NAME:
        found.append(miniature.LABEL)
    if record.model.backend == "mock":
        found.append("A MOCK answered: scripted answers, no model")
    if record.low_assurance:
        found.append(f"{record.low_assurance} verdicts of low assurance: their tests ran beside the candidate")
    if record.early_exits:
        found.append(f"{record.early_exits} passed by ending before their tests did; counted, as MultiPL-E counts them")
    if record.programs_as_given:
        found.append(f"{record.programs_as_given} programs were run as they were given: their tests are the file's own")
    if record.sandbox in ("seccomp", "rlimits"):
        found.append(f"sandbox level {record.sandbox}: the samples' code was not contained")
    return found
