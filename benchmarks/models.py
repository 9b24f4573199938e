"""How fast fuseval asks a server, beside the bare client library: the same requests, the same number in flight.

The server answers at once (`tests/harness/models/remote/server.py`, a process of its own), so what is measured is what
the asking costs. Each contender runs in a process of its own, and they take turns.

    python benchmarks/models.py                     rates and their ratio, three rounds
    python benchmarks/models.py --processes 2       the same from two processes at once, each with a server of its own
    python benchmarks/models.py --memory            peak memory over 10,000 and over 100,000 answers
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
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "tests" / "harness" / "models" / "remote" / "server.py"
PROMPT = "def add(a, b):\n" * 8


@contextmanager
def running_server() -> Iterator[str]:
    """Start the server and give its address."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "address")
        server = subprocess.Popen([sys.executable, str(SERVER), str(place)], stdin=subprocess.PIPE)
        try:
            while not place.exists() or not place.read_text():
                time.sleep(0.02)
            yield place.read_text()
        finally:
            server.kill()
            server.wait()


async def bare(address: str, requests: int, in_flight: int) -> float:
    """Ask with nothing but the client library, and give the seconds."""
    import openai

    async with openai.AsyncOpenAI(base_url=address, api_key="none", max_retries=0) as client:
        numbers = iter(range(requests))

        async def work() -> None:
            for _ in numbers:
                await client.completions.create(model="model", prompt=PROMPT, max_tokens=16, temperature=0)

        began = time.monotonic()
        await asyncio.gather(*(work() for _ in range(in_flight)))
        return time.monotonic() - began


def ours(address: str, requests: int, in_flight: int) -> float:
    """Ask as a run does, and give the seconds."""
    sys.path.insert(0, str(ROOT))
    import openai  # noqa: F401 - half a second once, which the other contender does not count either

    from harness.models.backends.openai import OpenAIModel
    from harness.models.model import Prompt, Request, Sampling

    prompt = Prompt(PROMPT)
    wanted = [Request(f"Demo/{number}", 0, prompt) for number in range(requests)]
    model = OpenAIModel("model", address, concurrency=in_flight)
    began = time.monotonic()
    count = sum(1 for _ in model.answer(wanted, Sampling(max_tokens=16)))
    assert count == requests
    return time.monotonic() - began


def in_a_process(who: str, address: str, requests: int, in_flight: int) -> dict[str, float]:
    """Run one contender in a process of its own."""
    command = [sys.executable, __file__, "--one", who, address, str(requests), str(in_flight)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def together(who: str, addresses: list[str], requests: int, in_flight: int) -> tuple[float, float]:
    """Run a contender once an address, all at the same time: the sum of their rates, and CPU ms an answer."""
    with ThreadPoolExecutor(len(addresses)) as pool:
        found = list(pool.map(lambda address: in_a_process(who, address, requests, in_flight), addresses))
    return sum(one["rate"] for one in found), sum(one["cpu_ms"] for one in found) / len(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--in-flight", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--memory", action="store_true", help="peak memory instead of rates")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        who, address, requests, in_flight = given.one[0], given.one[1], int(given.one[2]), int(given.one[3])
        seconds = (
            ours(address, requests, in_flight) if who == "fuseval" else asyncio.run(bare(address, requests, in_flight))
        )
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu_ms = 1000 * (used.ru_utime + used.ru_stime) / requests
        print(json.dumps({"rate": requests / seconds, "peak_mib": used.ru_maxrss / 1024, "cpu_ms": cpu_ms}))
        return
    with ExitStack() as stack:
        addresses = [stack.enter_context(running_server()) for _ in range(given.processes)]
        if given.memory:
            for requests in (10_000, 100_000):
                found = in_a_process("fuseval", addresses[0], requests, given.in_flight)
                print(
                    f"{requests:,} answers: peak {found['peak_mib']:.0f} MiB, {found['rate']:.0f} a second", flush=True
                )
            return
        best = {"openai": (0.0, 0.0), "fuseval": (0.0, 0.0)}
        for _ in range(given.rounds):
            for who, found in best.items():
                best[who] = max(found, together(who, addresses, given.requests, given.in_flight))
        for who, (rate, cpu_ms) in best.items():
            title = "the client library alone" if who == "openai" else who
            print(f"{title}: {rate:.0f} requests a second, {cpu_ms:.2f} ms of CPU each, imports included")
        print(f"{best['fuseval'][0] / best['openai'][0]:.2f}x")


if __name__ == "__main__":
    main()
