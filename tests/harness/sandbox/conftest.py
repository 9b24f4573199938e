"""Sandboxes at the levels that this machine gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from harness.errors import SandboxTooWeak
from harness.records import Limits
from harness.sandbox import wire
from harness.sandbox.levels import strongest
from harness.sandbox.pair import WorkerPair
from harness.sandbox.values import decode

Ask = Callable[..., object]


@pytest.fixture(scope="session")
def workers() -> Iterator[dict[str, WorkerPair]]:
    """One sandbox a level, for all tests; levels that do not work here are missing."""
    found = {}
    for level in ("namespaces", "landlock"):
        try:
            found[level] = strongest(Limits(floor_s=2.0), level)[0]
        except SandboxTooWeak:
            continue
    yield found
    for worker in found.values():
        worker.close()


@pytest.fixture(params=["namespaces", "landlock"])
def level(request: pytest.FixtureRequest, workers: dict[str, WorkerPair]) -> str:
    """Each level that works here, one after the other."""
    if request.param not in workers:
        pytest.skip(f"no {request.param} on this machine")
    return str(request.param)


@pytest.fixture
def worker(level: str, workers: dict[str, WorkerPair]) -> WorkerPair:
    """A sandbox at this level."""
    return workers[level]


@pytest.fixture
def ask(worker: WorkerPair) -> Ask:
    """Run a program in the sandbox and give what its function `f` returns."""

    def run(program: str, *arguments: object, cpu_limit: float = 10.0) -> object:
        with worker.sample(program, "f") as sample:
            answer = sample.call("f", arguments, {}, cpu_limit)
        assert answer.tag == wire.VALUE, answer.content
        return decode(answer.content)

    return run
