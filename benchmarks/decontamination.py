"""What `fuseval decontaminate` finds: copies of benchmark tasks planted among clean rows, by method.

    FUSEVAL_DATA=DATA python benchmarks/decontamination.py                 recall and precision by method
    FUSEVAL_DATA=DATA python benchmarks/decontamination.py --speed         rows a second, memory, the probe's time

`DATA` holds `seeds/gpteacher-codegen.json.gz` and `seeds/exercism-tracks.jsonl.gz`, the clean rows, beside the
benchmarks. Not all of these rows are clean: `decontamination_judged.json` says of the rows that a method takes out
whether, read one by one, they ask what the task asks. Rows that hold a task are no clean rows and are
left out of the precision.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Sequence
from pathlib import Path

from planted_tasks import KINDS, Plant, plants

from fusion.decontamination.benchmark_texts import read_texts
from fusion.decontamination.check import check
from fusion.decontamination.report import CheckedRow
from fusion.decontamination.rows import RowTexts, read_row_texts
from fusion.decontamination.text_index import TextIndex
from fusion.embedding import load_embedder
from fusion.seeds import Columns
from harness.benchmarks import load

SEEDS = ("gpteacher-codegen.json.gz", "exercism-tracks.jsonl.gz")
JUDGED = Path(__file__).with_name("decontamination_judged.json")
WORDS = ("exact", "ngram", "minhash")
COLUMNS = (*WORDS, "words", "embedding", "execution", "all")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--plants", type=int, default=100, help="tasks copied by code")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", type=int, default=5000, help="rows of the seeds, from the first on")
    parser.add_argument("--no-embedding", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--keep", type=Path, help="write the clean rows' hits here, to read them")
    arguments = parser.parse_args()
    folder = Path(os.environ["FUSEVAL_DATA"]) / "seeds"
    clean = list(read_row_texts([folder / name for name in SEEDS], Columns()))
    if arguments.speed:
        speed(clean)
    else:
        measure(clean[: arguments.clean], arguments)


def measure(clean: Sequence[RowTexts], arguments: argparse.Namespace) -> None:
    """Plant, check, and print recall by kind of copy and precision by method."""
    planted = list(plants([load("humaneval+"), load("mbpp+")], arguments.plants, arguments.seed))
    rows = [RowTexts(f"plant {number}", {}, item.instruction, item.answer) for number, item in enumerate(planted)]
    embedder = None if arguments.no_embedding else load_embedder()
    report = check([*rows, *clean], read_texts(), embedder=embedder, executes=True)
    print(f"{len(rows)} planted rows among {len(clean)} others\n")
    print_recall(planted, report.rows[: len(rows)])
    print_precision(report.rows[len(rows) :])
    if arguments.keep:
        arguments.keep.write_text(json.dumps([row for row in report.plain()["hits"]], indent=1))  # type: ignore[attr-defined]


def finds(row: CheckedRow, column: str, task: tuple[str, str] | None = None) -> bool:
    """Whether a method takes a row out, because of one task or any; candidates count where nothing is removed."""
    for hit in row.hits:
        if task is not None and (hit.benchmark, hit.task_id) != task:
            continue
        if column == "embedding":
            if hit.method == "embedding":
                return True
        elif hit.is_removal and (column in (hit.method, "all") or (column == "words" and hit.method in WORDS)):
            return True
    return False


def print_recall(planted: Sequence[Plant], rows: Sequence[CheckedRow]) -> None:
    """Print, for each kind of copy, the share of rows in which each method finds the planted task."""
    print(f"| copy | rows | {' | '.join(COLUMNS)} |\n|---|---:|{'---:|' * len(COLUMNS)}")
    for kind in KINDS:
        of_kind = [(item, row) for item, row in zip(planted, rows, strict=True) if item.kind == kind]
        shares = []
        for column in COLUMNS:
            found = sum(finds(row, column, (item.benchmark, item.task_id)) for item, row in of_kind)
            shares.append(f"{100 * found / len(of_kind):.0f} %")
        print(f"| {kind} | {len(of_kind)} | {' | '.join(shares)} |")


def print_precision(rows: Sequence[CheckedRow]) -> None:
    """Print how many of the other rows each method takes out, and how many of these do hold a task."""
    judged: dict[str, bool] = json.loads(JUDGED.read_text())["same"] if JUDGED.exists() else {}
    print("\n| method | rows taken out | hold a task | do not | not judged |\n|---|---:|---:|---:|---:|")
    for column in COLUMNS:
        taken = [row.name for row in rows if finds(row, column)]
        same = sum(judged.get(name) is True for name in taken)
        other = sum(judged.get(name) is False for name in taken)
        print(f"| {column} | {len(taken)} | {same} | {other} | {len(taken) - same - other} |")


def speed(clean: Sequence[RowTexts]) -> None:
    """Print rows a second of one core, peak memory, and the time of the execution probe."""
    from fusion.decontamination.execution_probe import probe

    before = time.process_time()
    texts = read_texts()
    index = TextIndex(texts.tasks)
    print(f"index: {time.process_time() - before:.1f} CPU s")
    instructions = [row.instruction for row in clean]
    before = time.process_time()
    for text in instructions:
        index.check(text)
    print(f"instructions: {len(instructions) / (time.process_time() - before):,.0f} a CPU second")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    benchmarks = [load("humaneval+"), load("mbpp+")]
    asked = {row.name: row.instruction for row in clean}
    found = list(probe([(row.name, row.answers) for row in clean], benchmarks, texts.tasks, instructions=asked))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"probe: {len(found)} answers in {time.monotonic() - began:.0f} s, sandboxed {cpu:.0f} CPU s")


if __name__ == "__main__":
    main()
