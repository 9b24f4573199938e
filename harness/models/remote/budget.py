"""What asking costs, and a limit on it that is never passed.

The worst case of a call is reserved before it is sent: every byte of the prompt a token, and the answers as long as
they may get. What it really cost is settled when the reply is there. A call whose reply was lost on the way may have
been billed, so its worst case stays spent.
"""

from __future__ import annotations

import asyncio
import math
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from harness.errors import EnvironmentLacking, InputError

_PRICES = Path(__file__).with_name("prices.toml")
_DOLLARS = re.compile(r"\s*\$?\s*(\d{1,15}(?:\.\d+)?)\s*(usd|\$)?\s*", re.IGNORECASE)
_TOKENS = re.compile(r"\s*(\d{1,15}(?:\.\d+)?)\s*([kmb]?)\s*tok(?:en)?s?\s*", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}


@dataclass(frozen=True)
class Price:
    """US dollars a million tokens, as the server's owner says on a date."""

    prompt: float
    completion: float
    cached: float | None = None
    """Of prompt tokens that the server had kept; None where they cost the same."""
    source: str = "given"

    def cost(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> float:
        """Give the dollars of one call.

        Example:
            >>> Price(2.0, 8.0).cost(1_000_000, 500_000)
            6.0
        """
        cached = self.prompt if self.cached is None else self.cached
        fresh = max(0, prompt_tokens - cached_tokens)
        return (fresh * self.prompt + cached_tokens * cached + completion_tokens * self.completion) / 1e6


def find_price(model: str, said: str | None = None) -> Price | None:
    """Find what a model's tokens cost: what was said, else the table that comes with the package.

    Args:
        model: As the server calls it.
        said: Dollars a million tokens, `PROMPT,COMPLETION`.

    Returns:
        None where nobody knows.

    Raises:
        InputError: What was said is no pair of numbers.

    Example:
        >>> find_price("my-own", "0.5,1.5")
        Price(prompt=0.5, completion=1.5, cached=None, source='given')
    """
    if said is not None:
        try:
            prompt, completion = (float(part) for part in said.split(","))
            if not (math.isfinite(prompt) and math.isfinite(completion)):
                raise ValueError(said)
        except ValueError:
            raise InputError(
                f"{said!r} is no price", hint="dollars a million tokens, as in --price 0.15,0.60"
            ) from None
        if min(prompt, completion) < 0:
            raise InputError(f"{said!r}: a price below 0", hint="as in --price 0.15,0.60")
        return Price(prompt, completion)
    table = tomllib.loads(_PRICES.read_text(encoding="utf-8"))
    found = table["models"].get(model)
    if found is None:
        return None
    return Price(found["prompt"], found["completion"], found.get("cached"), f"{table['source']}, {table['date']}")


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, or of several."""

    prompt: int
    completion: int
    cached: int = 0
    """Of the prompt tokens, those that the server had kept."""


class SpendingNotes(Protocol):
    """Told of every call before it is sent and after it is settled, to keep that on disk."""

    def reserved(self, worst: Usage) -> None:
        """Note what a call may take that is about to be sent."""
        ...

    def settled(self, worst: Usage, real: Usage) -> None:
        """Note what it took."""
        ...


class BudgetSpent(EnvironmentLacking):
    """The next call could pass the budget (exit code 3)."""


class Budget:
    """A limit on dollars or tokens, shared by all calls of one event loop.

    Args:
        limit: Dollars, or tokens where `price` is None.
        price: Of the model; None counts tokens.
    """

    def __init__(self, limit: float, price: Price | None) -> None:
        self.limit = limit
        self.spent = 0.0
        self._notes: SpendingNotes | None = None
        self._price = price
        self._reserved = 0.0
        self._in_flight = 0
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def is_in_dollars(self) -> bool:
        """Whether it limits dollars, and not tokens."""
        return self._price is not None

    @classmethod
    def read(cls, said: str, model: str, price: Price | None) -> Budget:
        """Make a budget of what was typed.

        Args:
            said: `50usd`, `$0.50`, `2M tokens`.
            model: For the error.
            price: Of the model, if it is known.

        Raises:
            InputError: It is no budget, or in dollars for a model whose price nobody knows.

        Example:
            >>> Budget.read("1.5k tokens", "m", None).limit
            1500.0
        """
        if match := _TOKENS.fullmatch(said):
            return cls(float(match[1]) * _UNITS[match[2].lower()], None)
        match = _DOLLARS.fullmatch(said)
        if match is None:
            raise InputError(f"{said!r} is no budget", hint="as in --budget 50usd or --budget 2Mtokens")
        if price is None:
            raise InputError(
                f"a budget in dollars, and no price of {model!r} is known",
                hint="--price PROMPT,COMPLETION in dollars a million tokens, or a budget in tokens",
            )
        return cls(float(match[1]), price)

    def go_on(self, before: Usage, notes: SpendingNotes) -> None:
        """Count what earlier sittings spent, and have every further call noted.

        Args:
            before: What they spent.
            notes: Told of every call.
        """
        self.spent += self.amount(before)
        self._notes = notes

    def amount(self, usage: Usage) -> float:
        """Give dollars, or tokens where there is no price."""
        if self._price is None:
            return usage.prompt + usage.completion
        return self._price.cost(usage.prompt, usage.completion, usage.cached)

    async def reserve(self, usage: Usage) -> None:
        """Set a call's worst case aside, waiting for others to settle where that is needed.

        Raises:
            BudgetSpent: Even with all others settled it could pass the limit.
        """
        worst = self.amount(usage)
        while self.spent + self._reserved + worst > self.limit:
            if not self._in_flight:
                unit = "tokens" if self._price is None else "dollars"
                raise BudgetSpent(
                    f"the budget is spent: {self.spent:.4g} of {self.limit:g} {unit}, and the next call may take "
                    f"{worst:.4g}",
                    hint="the same command with a larger --budget goes on; a smaller --max-tokens reserves less",
                )
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future
        self._reserved += worst
        self._in_flight += 1
        if self._notes:
            self._notes.reserved(usage)

    def settle(self, worst: Usage, real: Usage) -> None:
        """Replace a reservation by what was really spent."""
        if self._notes:
            self._notes.settled(worst, real)
        self._in_flight -= 1
        # Sums of fractions leave a rest, which would count against the last call.
        self._reserved = self._reserved - self.amount(worst) if self._in_flight else 0.0
        self.spent += self.amount(real)
        self._wake()

    def settle_earlier(self, worst: Usage, real: Usage) -> None:
        """Replace what an earlier sitting reserved, and this one counted as spent, by what was really spent."""
        if self._notes:
            self._notes.settled(worst, real)
        self.spent += self.amount(real) - self.amount(worst)
        self._wake()

    def _wake(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()
