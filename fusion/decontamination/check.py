"""A whole data set against the benchmarks: every row by its words, and where asked by meaning and by running it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fusion.decontamination import execution_probe
from fusion.decontamination.benchmark_texts import TaskTexts
from fusion.decontamination.hit import Hit, Method
from fusion.decontamination.report import CheckedRow, Leakage, Report, report_of
from fusion.decontamination.rows import RowTexts
from fusion.decontamination.text_index import TextIndex
from fusion.embedding import Embedder
from harness.benchmarks import load, multipl_e
from harness.errors import EnvironmentLacking
from harness.records import Benchmark

_EMBEDDED_AT_ONCE = 256

OnProgress = Callable[[str, int, int], None]
"""Takes the stage, what of it is done, and all of it."""


def check(
    rows: Sequence[RowTexts],
    texts: TaskTexts,
    *,
    embedder: Embedder | None = None,
    executes: bool = False,
    workers: int | None = None,
    sandbox: str = "auto",
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> Report:
    """Check rows.

    Args:
        rows: All rows of the data set.
        texts: The benchmarks' tasks.
        embedder: Lists rows of like meaning; None leaves that out.
        executes: Whether to run the answers on the tests, too.
        workers: Sandboxes at a time; None for one a core.
        sandbox: `auto`, `weak` or a level.
        on_progress: Called as rows and functions are done.

    Raises:
        SandboxTooWeak: Answers are to be run, and this machine can not contain untrusted code.
    """
    index = TextIndex(texts.tasks, embedder=embedder)
    leakage = Leakage(index)
    hits: list[list[Hit]] = []
    for done, row in enumerate(rows, start=1):
        leakage.add(row.texts)
        hits.append(_once(hit for text in row.texts for hit in index.check(text)))
        on_progress("compare", done, len(rows))
    methods: list[Method] = ["exact", "ngram", "minhash"]
    settings: dict[str, object] = dict(index.settings)
    if embedder:
        methods.append("embedding")
        for start in range(0, len(rows), _EMBEDDED_AT_ONCE):
            part = rows[start : start + _EMBEDDED_AT_ONCE]
            for at, near in enumerate(index.candidates([row.instruction for row in part]), start=start):
                hits[at] += near
            on_progress("embed", start + len(part), len(rows))
    tally = execution_probe.Tally() if executes else None
    if executes:
        methods.append("execution")
        benchmarks = _with_calls(texts.names)
        settings["execution"] = execution_probe.settings(benchmarks)
        found = execution_probe.probe(
            [(row.name, row.answers) for row in rows],
            benchmarks,
            texts.tasks,
            instructions={row.name: row.instruction for row in rows},
            workers=workers,
            sandbox=sandbox,
            on_progress=lambda done, total: on_progress("execute", done, total),
            tally=tally,
        )
        for at, (_, passed) in enumerate(found):
            hits[at] += passed
    checked = [CheckedRow(row.name, tuple(of_row)) for row, of_row in zip(rows, hits, strict=True)]
    return report_of(checked, index, leakage, methods=methods, settings=settings, missing=texts.missing, tally=tally)


def _once(hits: Iterable[Hit]) -> list[Hit]:
    """Keep of each task and method the hit with the highest score: several texts of a row may have one."""
    best: dict[tuple[str, str, Method], Hit] = {}
    for hit in hits:
        key = hit.benchmark, hit.task_id, hit.method
        if key not in best or hit.score > best[key].score:
            best[key] = hit
    return list(best.values())


def _with_calls(names: Iterable[str]) -> list[Benchmark]:
    """Load the benchmarks that answers can be run on: those whose tests are calls."""
    benchmarks = [load(name) for name in names if not multipl_e.is_name(name)]
    found = [item for item in benchmarks if any(task.kind == "calls" for task in item.tasks.values())]
    if not found:
        raise EnvironmentLacking(
            "no benchmark's tests are calls, so no answer can be run on them", hint="--bench humaneval+ or mbpp+"
        )
    return found
