"""MultiPL-E's programs by fuseval beside the naive commands, with the same parallelism: CPU seconds and wall seconds.

The naive way is what MultiPL-E's evaluator starts, each command in a fresh folder, as many at once as fuseval has
workers, outside any sandbox: run it on programs that you trust only. Samples are rows with `name` and `program`.

    python benchmarks/languages.py js=samples-js.jsonl.gz cpp=samples-cpp.jsonl.gz --workers 2
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.formats.jsonl import read_bytes, rows
from harness.languages import find
from harness.languages.toolchain import Toolchain, find_toolchain

ROOT = Path(__file__).resolve().parent.parent


def run_naively(toolchain: Toolchain, program: str) -> bool:
    """Build and run one program by the plain commands; whether every command ended with 0."""
    language = toolchain.language
    with tempfile.TemporaryDirectory(prefix="naive-") as folder:
        Path(folder, language.source).write_text(program, encoding="utf-8", errors="surrogatepass")
        for step in (*language.build, language.run):
            try:
                done = subprocess.run(
                    toolchain.words(step.command, folder),
                    env=toolchain.environment(folder),
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=10 * step.seconds,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return False
            if done.returncode:
                return False
    return True


def cpu_of_children() -> float:
    """CPU seconds of all processes that ended and were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def naive(language: str, programs: list[str], workers: int) -> tuple[float, float]:
    """Give CPU and wall seconds of the naive way."""
    toolchain = find_toolchain(find(language))
    toolchain.require()
    cpu, began = cpu_of_children(), time.monotonic()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda program: run_naively(toolchain, program), programs))
    return cpu_of_children() - cpu, time.monotonic() - began


def ours(language: str, samples: Path, workers: int) -> tuple[float, float]:
    """Give CPU and wall seconds of the whole command, its start included."""
    with tempfile.TemporaryDirectory(prefix="ours-") as runs:
        cpu, began = cpu_of_children(), time.monotonic()
        command = [sys.executable, "-m", "harness.cli", "score", "--samples", str(samples), "--runs", runs]
        command += ["--bench", f"multipl-e:{language}", "--workers", str(workers)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return cpu_of_children() - cpu, time.monotonic() - began


def main() -> None:
    """Measure every language that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="LANGUAGE=FILE")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--limit", type=int, help="only the first so many programs")
    arguments = parser.parse_args()
    print("| language | programs | naive CPU s | fuseval CPU s | naive wall s | fuseval wall s |")
    print("|---|---|---|---|---|---|")
    for said in arguments.sets:
        language, _, file = said.partition("=")
        taken = [row for _, row in rows(read_bytes(Path(file)), Path(file))][: arguments.limit]
        with tempfile.TemporaryDirectory(prefix="samples-") as folder:
            samples = Path(folder, "samples.jsonl")
            lines = [{"task_id": row["name"], "program": row["program"]} for row in taken]
            samples.write_text("".join(json.dumps(line) + "\n" for line in lines))
            plain = naive(language, [str(row["program"]) for row in taken], arguments.workers)
            fast = ours(language, samples, arguments.workers)
        cells = [language, str(len(taken)), *(f"{number:.1f}" for number in (plain[0], fast[0], plain[1], fast[1]))]
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
