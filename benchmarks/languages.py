"""MultiPL-E's programs by fuseval beside the naive commands, with the same parallelism: CPU seconds and wall seconds.

The naive way is what MultiPL-E's evaluator starts, each command in a fresh folder, as many at once as fuseval has
workers, outside any sandbox. Programs are those of `reference_programs`, which all pass. Every language is measured by
a command of its own, whose start of a second or two counts, and all of them by one command.

    FUSEVAL_DATA=... python benchmarks/languages.py --programs 40           all that this machine can run
    FUSEVAL_DATA=... python benchmarks/languages.py --programs 40 js java   these
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import measure
from reference_programs import LANGUAGES, programs, write_folder

from harness.languages import find
from harness.languages.shortcut import make_shortcut
from harness.languages.toolchain import Toolchain, find_toolchain

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Way:
    """One way over a set of programs."""

    cpu_s: float
    wall_s: float
    passed: int


def run_naively(toolchain: Toolchain, program: str, caches: str) -> bool:
    """Build and run one program by the plain commands; whether every command ended with 0.

    Go's cache is one that stays: a cold one would cost ten times as much, and nobody has one.
    """
    language = toolchain.language
    with tempfile.TemporaryDirectory(prefix="naive-") as folder:
        Path(folder, language.source).write_text(program, encoding="utf-8", errors="surrogatepass")
        for step in (*language.build, language.run):
            try:
                done = subprocess.run(
                    toolchain.words(step.command, folder),
                    env={**toolchain.environment(folder), "GOCACHE": caches},
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


def naive(language: str, texts: list[str], workers: int) -> Way:
    """Measure the naive way; what this process itself uses for it is not counted."""
    toolchain = find_toolchain(find(language))
    with tempfile.TemporaryDirectory(prefix="caches-") as caches:
        run_naively(toolchain, texts[0], caches)
        cpu, began = measure.children_cpu(), time.monotonic()
        with ThreadPoolExecutor(workers) as pool:
            passed = sum(pool.map(lambda text: run_naively(toolchain, text, caches), texts))
        return Way(measure.children_cpu() - cpu, time.monotonic() - began, passed)


def ours(samples: Path, languages: list[str], workers: int) -> Way:
    """Measure the whole command, its start included."""
    with tempfile.TemporaryDirectory(prefix="ours-") as runs:
        command = [sys.executable, "-m", "harness.cli", "score", "--samples", str(samples), "--model", "reference-like"]
        command += ["--bench", f"multipl-e:{','.join(languages)}", "--workers", str(workers), "--runs", runs, "--json"]
        done = measure.run(command, {**os.environ, "PYTHONPATH": str(ROOT)})
        passed = sum(json.loads(path.read_text())["counts"].get("pass", 0) for path in Path(runs).rglob("run.json"))
    return Way(done.cpu_s, done.wall_s, passed)


def main() -> None:
    """Measure the languages that are named, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--programs", type=int, default=200, metavar="N", help="at most so many a language")
    arguments = parser.parse_args()
    chosen = arguments.languages or [name for name in LANGUAGES if find_toolchain(find(name)).is_complete]
    data = Path(os.environ["FUSEVAL_DATA"])
    print("| language | programs | passed | naive CPU s | fuseval CPU s | less CPU | naive wall s | fuseval wall s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="samples-") as folder:
        samples = Path(folder)
        plain = []
        for language in chosen:
            named = programs(data, language, arguments.programs)
            write_folder(samples, language, named)
            make_shortcut(find_toolchain(find(language)))  # once on a machine
            plain.append(naive(language, [program for _, program in named], arguments.workers))
            print(_row(language, len(named), plain[-1], ours(samples, [language], arguments.workers)), flush=True)
        together = ours(samples, chosen, arguments.workers)
        count = sum(1 for _ in samples.rglob("*.json.gz"))
    total = Way(sum(way.cpu_s for way in plain), sum(way.wall_s for way in plain), sum(way.passed for way in plain))
    print(_row("all, in one command", count, total, together))


def _row(name: str, count: int, plain: Way, fast: Way) -> str:
    passed = str(plain.passed) if plain.passed == fast.passed else f"{plain.passed} / {fast.passed}"
    numbers = [f"{number:.1f}" for number in (plain.cpu_s, fast.cpu_s, plain.wall_s, fast.wall_s)]
    numbers.insert(2, f"**{plain.cpu_s / fast.cpu_s:.1f}x**")
    return f"| {' | '.join([name, str(count), passed, *numbers])} |"


if __name__ == "__main__":
    main()
