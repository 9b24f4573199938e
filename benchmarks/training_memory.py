"""What a training takes of the memory, against what `fuseval train --plan` says before it.

Each training is a user's command of two steps over rows that fill the window, on a CPU. What it took is the peak of its
process (`ru_maxrss`) without that of the plan, which has loaded the same libraries and the same rows.

    python benchmarks/training_memory.py FOLDER
    python benchmarks/training_memory.py FOLDER --shapes 1x256 8x256 --methods lora
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_WORDS = "def add(first, second):\n    return first + second\n\n"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", help="a checkpoint")
    parser.add_argument("--shapes", nargs="+", default=["1x256", "4x256", "8x256", "2x1024"], help="sequences x tokens")
    parser.add_argument("--methods", nargs="+", default=["lora", "full"])
    parser.add_argument("--more", nargs="*", default=[], help="more options of fuseval train, without their dashes")
    given = parser.parse_args()
    print("| method | sequences x tokens | said GB | took GB | took / said |")
    print("|---|---|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for method in given.methods:
            for shape in given.shapes:
                sequences, tokens = map(int, shape.split("x"))
                typed = _typed(Path(folder), given.folder, method, sequences, tokens)
                typed += [f"--{option}" for option in given.more]
                said = _said(typed)
                took = _peak([*typed, "--out", f"{folder}/{method}-{shape}"]) - _peak([*typed, "--plan"])
                print(f"| {method} | {shape} | {said / 1e9:.2f} | {took / 1e9:.2f} | {took / said:.2f} |", flush=True)


def _typed(place: Path, base: str, method: str, sequences: int, tokens: int) -> list[str]:
    rows = [{"instruction": f"Number {number}.", "output": _WORDS * (tokens // 8)} for number in range(2 * sequences)]
    file = place / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [
        *("train", "--model", base, "--data", str(file), "--method", method, "--steps", "2"),
        *("--batch", str(sequences), "--micro-batch", str(sequences), "--max-length", str(tokens)),
        *("--set", "lora.merge=false"),
    ]


def _said(typed: list[str]) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli", *typed, "--plan", "--json"], capture_output=True, text=True, check=True
    )
    plan = json.loads(done.stdout)
    return float(plan["states_bytes"]) + float(plan["activations_bytes"])


def _peak(typed: list[str]) -> float:
    process = subprocess.Popen([sys.executable, "-m", "harness.cli", *typed], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(typed)} ended with {status}")
    return used.ru_maxrss * 1024.0


if __name__ == "__main__":
    main()
