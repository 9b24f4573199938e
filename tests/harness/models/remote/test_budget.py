"""A budget is never passed, whatever is in flight; and what was typed as one is read or refused."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.models.remote.budget import Budget, BudgetSpent, Price, Usage, find_price

CALLS = st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1)), min_size=1, max_size=40)


def answer(tokens: int) -> Usage:
    """Give what a call takes whose prompt is free."""
    return Usage(0, tokens)


class Notes:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []

    def reserved(self, worst: Usage) -> None:
        self.lines.append(("reserved", worst.completion))

    def settled(self, worst: Usage, real: Usage) -> None:
        self.lines.append(("settled", real.completion))


@given(calls=CALLS, limit=st.integers(1, 300), at_once=st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_what_is_spent_never_passes_the_limit(calls: list[tuple[int, float]], limit: int, at_once: int) -> None:
    budget = Budget(float(limit), None)
    sent = 0

    async def scene() -> None:
        nonlocal sent
        left = iter(calls)

        async def work() -> None:
            nonlocal sent
            for worst, share in left:
                await budget.reserve(answer(worst))
                await asyncio.sleep(0)
                sent += int(worst * share)
                assert sent <= limit
                budget.settle(answer(worst), answer(int(worst * share)))

        await asyncio.gather(*(work() for _ in range(at_once)), return_exceptions=False)

    with contextlib.suppress(BudgetSpent):
        asyncio.run(scene())
        # All was sent, so all of it fits.
        assert sent == sum(int(worst * share) for worst, share in calls)
    assert budget.spent <= limit


def test_a_call_waits_for_others_to_settle_before_it_is_refused() -> None:
    """Both do not fit with their worst cases, but do with what the first one really cost."""
    budget = Budget(10.0, None)

    async def scene() -> None:
        await budget.reserve(answer(8))
        second = asyncio.create_task(budget.reserve(answer(8)))
        await asyncio.sleep(0.01)
        assert not second.done()
        budget.settle(answer(8), answer(2))
        await asyncio.wait_for(second, 5)
        budget.settle(answer(8), answer(8))

    asyncio.run(scene())
    assert budget.spent == 10.0


def test_what_was_spent_before_counts_and_every_further_call_is_noted() -> None:
    budget, notes = Budget(10.0, None), Notes()
    budget.go_on(answer(6), notes)
    asyncio.run(budget.reserve(answer(4)))
    budget.settle(answer(4), answer(3))
    with pytest.raises(BudgetSpent, match="the budget is spent: 9 of 10 tokens, and the next call may take 2"):
        asyncio.run(budget.reserve(answer(2)))
    assert notes.lines == [("reserved", 4), ("settled", 3)]


def test_fractions_leave_no_rest_that_keeps_the_last_call_out() -> None:
    budget = Budget(0.3, Price(1.0, 1.0))

    async def scene() -> None:
        for _ in range(3):
            await budget.reserve(answer(100_000))
            budget.settle(answer(100_000), answer(0))
        await budget.reserve(answer(300_000))

    asyncio.run(scene())
    assert budget.spent == 0.0


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("5usd", 5.0),
        ("$0.50", 0.5),
        ("0.50 $", 0.5),
        ("12", 12.0),
        ("2Mtokens", 2e6),
        ("2M tokens", 2e6),
        ("1.5k tok", 1500.0),
        ("700 tokens", 700.0),
        ("1btokens", 1e9),
    ],
)
def test_a_budget_is_read_as_it_is_typed(said: str, limit: float) -> None:
    assert Budget.read(said, "m", Price(1.0, 2.0)).limit == limit


@pytest.mark.parametrize(
    "said", ["", "much", "-5usd", "5eur", "tokens", "5 usd tokens", "1e9usd", "nan", "infusd", "inf tokens", "9" * 400]
)
def test_what_is_no_budget_is_refused(said: str) -> None:
    with pytest.raises(InputError, match="is no budget"):
        Budget.read(said, "m", Price(1.0, 2.0))


def test_dollars_need_a_price_and_tokens_do_not() -> None:
    with pytest.raises(InputError, match="no price of 'm' is known"):
        Budget.read("5usd", "m", None)
    budget = Budget.read("5ktokens", "m", Price(1.0, 2.0))
    assert budget.amount(Usage(1000, 500, 400)) == 1500


def test_cached_tokens_cost_what_the_table_says() -> None:
    assert Price(2.0, 8.0, cached=0.5).cost(1_000_000, 0, 400_000) == pytest.approx(1.4)
    assert Price(2.0, 8.0).cost(1_000_000, 0, 400_000) == pytest.approx(2.0)
    assert Price(2.0, 8.0, cached=0.0).cost(1_000_000, 0, 1_000_000) == 0.0


def test_the_tables_prices_are_dated_and_no_prompt_costs_more_than_an_answer() -> None:
    found = find_price("gpt-4o-mini")
    assert found is not None
    assert found.source.count("20") >= 1
    assert 0 < found.prompt <= found.completion
    assert find_price("a-model-that-nobody-sells") is None


@pytest.mark.parametrize("said", ["", "1", "1,2,3", "a,b", "-1,2", "nan,1", "1,inf", "-inf,1"])
def test_what_is_no_price_is_refused(said: str) -> None:
    with pytest.raises(InputError, match="price"):
        find_price("m", said)
