"""The same model on the same tasks by every engine: what it solves, how fast it answers, how much memory it takes.

Each engine is a user's command, `fuseval score`, one after another; the engine's start is in its tokens a second, the
command's own only in the wall time. Memory is the largest sum over the command and all that it started, pages that
several share counted once, looked at twice a second: a shorter peak is missed.

    python benchmarks/engines.py MODEL.gguf FOLDER --tasks ::4
    python benchmarks/engines.py MODEL.gguf FOLDER --tasks ::4 --vllm-python /opt/vllm/bin/python
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_LOOK_S = 0.5


@dataclass(frozen=True)
class Used:
    """What one engine took."""

    passed: int
    asked: int
    tokens: int
    answering_s: float
    wall_s: float
    peak_bytes: int


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("gguf")
    parser.add_argument("folder", help="the same model as a checkpoint: scripts/gguf_to_checkpoint")
    parser.add_argument("--tasks", default="::4")
    parser.add_argument("--bench", default="humaneval")
    parser.add_argument("--max-tokens", default="512")
    parser.add_argument("--vllm-python")
    given = parser.parse_args()
    ways = {
        "gguf, 8 bits": [given.gguf],
        "gguf, float32": [given.gguf, "--dtype", "float32"],
        "transformers, float32": [given.folder, "--backend", "transformers", "--dtype", "float32"],
        "transformers, bfloat16": [given.folder, "--backend", "transformers", "--dtype", "bfloat16"],
    }
    if given.vllm_python:
        server = [given.folder, "--serve", "--vllm-python", given.vllm_python, "--vllm-flags", "--enforce-eager"]
        ways["vLLM, float32"] = [*server, "--dtype", "float32"]
        ways["vLLM, bfloat16"] = [*server, "--dtype", "bfloat16"]
    print("| engine | solved | tokens | tokens a second | wall s | peak memory |")
    print("|---|---:|---:|---:|---:|---:|", flush=True)
    for name, words in ways.items():
        with tempfile.TemporaryDirectory() as runs:
            used = run([*words, "--bench", given.bench, "--tasks", given.tasks, "--max-tokens", given.max_tokens], runs)
        print(
            f"| {name} | {used.passed} of {used.asked} | {used.tokens:,} | {used.tokens / used.answering_s:.0f} "
            f"| {used.wall_s:.0f} | {used.peak_bytes / 2**30:.2f} GiB |",
            flush=True,
        )


def run(words: list[str], runs: str) -> Used:
    """Score with one engine.

    Args:
        words: What stands after `fuseval score`.
        runs: An empty folder.

    Raises:
        RuntimeError: It failed; the message has its last words.
    """
    command = [sys.executable, "-m", "harness.cli", "score", *words, "--runs", runs, "--json"]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peaks = [0]
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(_LOOK_S):
            peaks.append(memory_of(process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    _, said = process.communicate()
    wall_s = time.monotonic() - began
    is_over.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{said[-2000:]}")
    record = json.loads(next(Path(runs).rglob("run.json")).read_text(encoding="utf-8"))
    return Used(
        record["counts"].get("pass", 0),
        sum(record["counts"].values()) - record["counts"].get("skipped", 0),
        record["tokens"],
        record["seconds"]["generate"],
        wall_s,
        max(peaks),
    )


def memory_of(pid: int) -> int:
    """Give the bytes that a process and all below it hold now."""
    total = 0
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
        threads = Path(f"/proc/{pid}/task").iterdir()
        children = [child for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return total  # it ended meanwhile, or is not ours to look at
    return total + sum(memory_of(int(child)) for child in children)


if __name__ == "__main__":
    main()
