"""How many calls are in flight: fewer after a refusal, slowly more again, and nobody before the server's time."""

from __future__ import annotations

import asyncio
import time

import pytest

from harness.models.remote import pace as module
from harness.models.remote.pace import Pace


async def run_all(pace: Pace, calls: int, work_s: float = 0.01) -> int:
    """Make calls, and give the most that were in flight at once."""
    busy = most = 0

    async def call() -> None:
        nonlocal busy, most
        async with pace.place():
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(work_s)
            busy -= 1

    await asyncio.gather(*(call() for _ in range(calls)))
    return most


def test_no_more_than_its_places_are_in_flight() -> None:
    assert asyncio.run(run_all(Pace(5), 40)) == 5
    assert asyncio.run(run_all(Pace(1), 5)) == 1


def test_a_refusal_halves_it_once_for_all_that_were_refused_together() -> None:
    pace = Pace(16)
    for _ in range(10):
        pace.too_many(0.0)
    assert pace.places == 8
    assert asyncio.run(run_all(pace, 30)) == 8


def test_it_never_falls_below_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HALVING_S", -1.0)
    pace = Pace(8)
    for _ in range(20):
        pace.too_many(0.0)
    assert pace.places == 1
    assert asyncio.run(run_all(pace, 3)) == 1


def test_it_grows_by_about_one_a_round_up_to_what_was_said() -> None:
    pace = Pace(16)
    pace.too_many(0.0)
    for _ in range(9):
        pace.went_well(0.01)
    assert pace.places == 9
    for _ in range(1000):
        pace.went_well(0.01)
    assert pace.places == 16


def test_nobody_asks_before_the_servers_time_and_then_all_do() -> None:
    pace = Pace(4)

    async def scene() -> float:
        pace.too_many(0.2)
        began = time.monotonic()
        await run_all(pace, 6)
        return time.monotonic() - began

    assert asyncio.run(scene()) >= 0.2


def test_the_latest_of_several_times_counts() -> None:
    pace = Pace(4)

    async def scene() -> float:
        pace.too_many(0.3)
        pace.too_many(0.0)
        began = time.monotonic()
        async with pace.place():
            return time.monotonic() - began

    assert asyncio.run(scene()) >= 0.25


def test_who_is_cancelled_while_waiting_takes_no_place() -> None:
    pace = Pace(1)

    async def scene() -> int:
        async with pace.place():
            waiting = [asyncio.create_task(run_all(pace, 1)) for _ in range(3)]
            await asyncio.sleep(0.01)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        return await asyncio.wait_for(run_all(pace, 2), 5)

    assert asyncio.run(scene()) == 1


def test_a_call_that_fails_gives_its_place_back() -> None:
    pace = Pace(1)

    async def scene() -> int:
        with pytest.raises(ValueError, match="no"):
            async with pace.place():
                raise ValueError("no")
        return await asyncio.wait_for(run_all(pace, 2), 5)

    assert asyncio.run(scene()) == 1


def test_one_refusal_among_many_answers_holds_nobody_else() -> None:
    pace = Pace(8)
    for _ in range(40):
        pace.went_well(0.01)
    assert not pace.too_many(60.0)
    assert pace.places == 8
    assert asyncio.run(run_all(pace, 16)) == 8
    assert any(pace.too_many(0.0) for _ in range(10))
    assert pace.places == 4


def test_the_lowest_turn_goes_first_and_of_equal_ones_the_first() -> None:
    pace = Pace(1)
    order: list[str] = []

    async def call(name: str, turn: int) -> None:
        async with pace.place(turn):
            order.append(name)

    async def scene() -> None:
        async with pace.place():
            calls = [asyncio.create_task(call(name, turn)) for name, turn in (("c", 2), ("a", 1), ("d", 2), ("b", 1))]
            await asyncio.sleep(0.01)
        await asyncio.gather(*calls)

    asyncio.run(scene())
    assert order == ["a", "b", "c", "d"]


def test_a_call_of_which_nothing_is_heard_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STUCK_S", 0.05)
    monkeypatch.setattr(module, "_LOOK_AGAIN_S", 0.02)
    pace = Pace(1)

    async def scene() -> int:
        pace.went_well(0.001)
        async with pace.place():
            return await asyncio.wait_for(run_all(pace, 3, work_s=0.001), 5)

    assert asyncio.run(scene()) == 1
