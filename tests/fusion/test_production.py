"""The line: exactly as many rows as are wanted, the same ones whatever comes first, and nothing that is not needed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion.dataset import Rejected, Row
from fusion.production import Line, Outcome
from harness.errors import EnvironmentLacking


@dataclass(frozen=True)
class Job:
    number: int


def _row(number: int) -> Row:
    return Row(str(number), f"Task {number}.", "x", "", "fuse", (), number)


def _jobs(count: int | None = None) -> Iterator[Job]:
    number = 0
    while count is None or number < count:
        yield Job(number)
        number += 1


def _run(seed: int, target: int | None, workers: int, valid: float = 0.6, count: int | None = None) -> tuple[
    list[int], list[int], int
]:  # fmt: skip
    """Run a line whose jobs take random times; give the rows kept, all numbers settled, and how many were started."""
    delays = random.Random(seed)
    settled: list[int] = []
    kept: list[int] = []
    started = 0

    async def make(job: Job) -> Outcome:
        nonlocal started
        started += 1
        for _ in range(delays.randint(0, 6)):
            await asyncio.sleep(0)
        is_valid = random.Random(job.number).random() < valid
        return _row(job.number) if is_valid else Rejected(job.number, "invalid", ())

    def settle(outcome: Outcome) -> Outcome:
        settled.append(outcome.number)
        if isinstance(outcome, Row) and outcome.number % 7 == 0:  # as a duplicate would be
            return Rejected(outcome.number, "duplicate", ())
        if isinstance(outcome, Row):
            kept.append(outcome.number)
        return outcome

    line: Line[Job] = Line(_jobs(count), make, settle, target=target, workers=workers)
    asyncio.run(line.run())
    return kept, settled, started


@given(seed=st.integers(0, 2**32), target=st.integers(1, 60), workers=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_the_rows_are_the_first_valid_ones_and_no_attempt_is_wasted(seed: int, target: int, workers: int) -> None:
    kept, settled, started = _run(seed, target, workers)
    one_by_one, _, least = _run(0, target, 1)
    assert kept == one_by_one
    assert len(kept) == target
    assert settled == list(range(len(settled)))
    assert started == least == len(settled)


@given(seed=st.integers(0, 2**32), workers=st.integers(1, 40))
@settings(max_examples=20, deadline=None)
def test_without_a_target_every_job_is_run(seed: int, workers: int) -> None:
    kept, settled, _ = _run(seed, None, workers, count=50)
    assert settled == list(range(50))
    assert kept == _run(0, None, 1, count=50)[0]


def test_an_error_lets_open_jobs_come_to_their_end() -> None:
    ended: list[int] = []

    async def make(job: Job) -> Outcome:
        await asyncio.sleep(0)
        if job.number == 3:
            raise EnvironmentLacking("the server is gone")
        await asyncio.sleep(0.01)
        ended.append(job.number)
        return _row(job.number)

    settled: list[int] = []

    def settle(outcome: Outcome) -> Outcome:
        settled.append(outcome.number)
        return outcome

    line: Line[Job] = Line(_jobs(), make, settle, target=100, workers=5)
    with pytest.raises(EnvironmentLacking, match="the server is gone"):
        asyncio.run(line.run())
    assert sorted(ended) == [0, 1, 2, 4]
    assert settled == [0, 1, 2]
    line.settle_rest()
    assert settled == [0, 1, 2, 4]
