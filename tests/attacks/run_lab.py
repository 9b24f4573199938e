"""Score a folder of attacks in the lab and say what came of it, as JSON. Run as another user, or under another filter.

python tests/attacks/run_lab.py FOLDER FAMILY LEVEL FLOOR_S
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

import lab  # noqa: E402

from harness.records import Limits  # noqa: E402
from harness.run import ScoreRequest, score  # noqa: E402


def attack(folder: Path, family: str, level: str, limits: Limits) -> dict[str, Any]:
    """Score a folder's programs in the lab.

    Returns:
        `sandbox`: the level it ran at. `wrong`: verdicts that are not as required. `harm`: what was touched.
        `seconds`: how long it took. `times`: wall seconds by program, the longest first.
        `disk`: most bytes in shared memory.
    """
    with tempfile.TemporaryDirectory() as runs, lab.open_lab() as canaries:
        os.environ["FUSEVAL_CACHE"] = str(Path(runs, "cache"))
        samples = Path(runs, "samples.jsonl")
        programs = lab.samples_of(folder, family, samples)
        watch = _DiskWatch()
        began = time.monotonic()
        tasks = str(folder / "tasks.jsonl")
        run = score(
            ScoreRequest("attacks", tasks, samples, runs_root=Path(runs), limits=limits, workers=2, sandbox=level)
        )
        seconds = time.monotonic() - began
        verdicts = run.verdicts()
        wrong = []
        for verdict in verdicts:
            name, required = programs[verdict.solution]
            if not lab.is_as_required(required, verdict.status):
                wrong.append(f"{name}: {verdict.status} instead of {required} ({verdict.error})")
        if len(verdicts) != len(programs):
            wrong.append(f"{len(programs)} programs, {len(verdicts)} verdicts")
        times = sorted(((verdict.wall_s, programs[verdict.solution][0]) for verdict in verdicts), reverse=True)
        return {
            "sandbox": run.load().sandbox,
            "wrong": wrong,
            "harm": canaries.harm(),
            "seconds": round(seconds, 1),
            "times": times[:12],
            "disk": watch.most(),
            "memory": lab.peak_memory_of_children(),
            "statuses": {programs[verdict.solution][0]: verdict.status for verdict in verdicts},
        }


class _DiskWatch(threading.Thread):
    """Notes how much more disk and shared memory was in use at the worst moment."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._before = self._most = lab.used_disk()
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(0.05):
            self._most = max(self._most, lab.used_disk())

    def most(self) -> int:
        self._ended.set()
        self.join()
        return self._most - self._before


if __name__ == "__main__":
    folder, family, level, floor_s = sys.argv[1:5]
    print("RESULT " + json.dumps(attack(Path(folder), family, level, Limits(floor_s=float(floor_s)))))
