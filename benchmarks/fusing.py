"""How fast `fuseval fuse` goes, beside the bare client library asking the same server as many questions.

The teacher answers by rules, at once, in a process of its own (`tests/fusion/teacher_server.py`); with --faults it also
says 429 and 500, resets, stalls and garbles as servers do, to both. The whole command is timed from its first call.

    python benchmarks/fusing.py SEEDS --rows 2000            calls a second of both, and their ratio
    python benchmarks/fusing.py SEEDS --rows 10000 --faults  with every kind of fault; peak memory
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "tests" / "fusion" / "teacher_server.py"
STALLED = 0.001


@contextmanager
def running_teacher(faults: dict[str, float], stall_s: float) -> Iterator[str]:
    """Start the teacher, give its address, and print what it did."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "address")
        command = [sys.executable, str(SERVER), str(place), json.dumps(faults), str(stall_s)]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            while not place.exists() or not place.read_text():
                time.sleep(0.02)
            yield place.read_text()
            said, _ = server.communicate("")
            print("  the teacher:", said.strip())
        finally:
            server.kill()
            server.wait()


async def bare(address: str, requests: int, in_flight: int) -> dict[str, float]:
    """Ask with nothing but the client library, which tries again by itself."""
    import openai

    question = "#First#\n" + "sort the list of orders " * 20 + "#Second#\n" + "draw a table of cities " * 20 + "#New#"
    async with openai.AsyncOpenAI(base_url=address, api_key="none", max_retries=10, timeout=30) as client:
        numbers = iter(range(requests))
        failed = 0

        async def work() -> None:
            nonlocal failed
            for number in numbers:
                messages = [{"role": "user", "content": f"{number} {question}"}]
                try:
                    await client.chat.completions.create(
                        model="model", messages=messages, max_tokens=2048, temperature=1.0, top_p=1.0, seed=number
                    )
                except (openai.OpenAIError, ValueError, AttributeError):
                    failed += 1

        began, cpu = time.monotonic(), time.process_time()
        await asyncio.gather(*(work() for _ in range(in_flight)))
        took = {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}
        return {**took, "calls": requests - failed}


def ours(address: str, seeds: list[str], rows: int, in_flight: int) -> dict[str, float]:
    """Run the command, and time it from its first call."""
    sys.path.insert(0, str(ROOT))
    import numpy as np
    import openai  # noqa: F401 - half a second once, which the other contender does not count either

    from fusion.commands import fuse_run
    from fusion.fuse import Fusing
    from harness.cli import main

    began = ended = np.zeros(2)
    run = Fusing.run

    async def timed(self: Fusing, *arguments: object) -> object:
        nonlocal began
        began = np.array([time.monotonic(), time.process_time()])
        return await run(self, *arguments)  # type: ignore[arg-type]

    Fusing.run = timed  # type: ignore[assignment, method-assign]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "fused")
        finish = fuse_run.finish

        def timed_finish(*arguments: object, **named: object) -> None:
            nonlocal ended
            ended = np.array([time.monotonic(), time.process_time()])
            finish(*arguments, **named)  # type: ignore[arg-type]

        fuse_run.finish = timed_finish
        options = ["--teacher", "model", "--base-url", address, "--target-size", str(rows), "-o", str(place)]
        code = main(["fuse", *seeds, *options, "--concurrency", str(in_flight), "--budget", "1B tokens"])
        assert code == 0, code
        record = json.loads((place / "dataset.json").read_text())
        made = [json.loads(line) for line in (place / "rows.jsonl").read_text().splitlines()]
        assert len(made) == record["rows"] == rows
        assert len({tuple(sorted(row["parents"])) for row in made}) == rows
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds, cpu = (ended - began).tolist()
        return {"seconds": seconds, "cpu": cpu, "calls": record["calls"], "peak_mib": peak}


def in_a_process(arguments: list[str]) -> dict[str, float]:
    """Run one contender in a process of its own."""
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Compare, or run one contender."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seeds", nargs="+")
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--in-flight", type=int, default=32)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--stall", type=float, default=30.0)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--calls", type=int, default=0, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.one:
        who, address = said.one
        if who == "bare":
            result = asyncio.run(bare(address, said.calls, said.in_flight))
        else:
            result = ours(address, said.seeds, said.rows, said.in_flight)
        print(json.dumps(result))
        return
    faults: dict[str, float] = {}
    if said.faults:
        sys.path.insert(0, str(SERVER.parent))
        from teacher_server import FAULTS

        faults = {**FAULTS, "stall": STALLED}
    shared = [*said.seeds, "--rows", str(said.rows), "--in-flight", str(said.in_flight)]
    with running_teacher(faults, said.stall) as address:
        mine = in_a_process([*shared, "--one", "ours", address])
    with running_teacher(faults, said.stall) as address:
        calls = int(min(mine["calls"], 4000))
        theirs = in_a_process([*shared, "--calls", str(calls), "--one", "bare", address])
    rates = [result["calls"] / result["seconds"] for result in (mine, theirs)]
    print(f"fuseval fuse   {mine['calls']:,.0f} calls in {mine['seconds']:.1f} s: {rates[0]:.0f}/s, ", end="")
    print(f"peak {mine['peak_mib']:.0f} MiB")
    print(f"bare client    {theirs['calls']:,.0f} calls in {theirs['seconds']:.1f} s: {rates[1]:.0f}/s")
    each = [1000 * result["cpu"] / result["calls"] for result in (mine, theirs)]
    print(f"CPU            {each[0]:.2f} ms a call, {each[1]:.2f} ms a call of the bare client")
    print(f"ratio          {rates[0] / rates[1]:.2f}, by CPU {each[1] / each[0]:.2f}")


if __name__ == "__main__":
    main()
