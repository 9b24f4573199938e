"""How many calls are in flight: as many as the server bears.

Additive increase, multiplicative decrease, as TCP does it: every answer lets the number grow a little, every "too many
requests" halves it, and what the server says about when to come back holds for all calls.
"""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

_HALVING_S = 1.0


class Pace:
    """A number of places that shrinks and grows; use `async with pace:` around one try.

    Args:
        most: Calls in flight at most.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._places = float(most)
        self._busy = 0
        self._waiting = 0
        self._free = asyncio.Condition()
        self._not_before = 0.0
        self._halved = 0.0

    @property
    def places(self) -> int:
        """Calls that may be in flight now."""
        return max(1, int(self._places))

    async def __aenter__(self) -> None:
        if self._busy < self.places and time.monotonic() >= self._not_before:
            self._busy += 1  # the usual way, without a lock: there is one thread
            return
        self._waiting += 1
        try:
            await self._wait()
        finally:
            self._waiting -= 1
        self._busy += 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._busy -= 1
        if self._waiting:
            async with self._free:
                self._free.notify()

    async def _wait(self) -> None:
        while True:
            wait = self._not_before - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            elif self._busy < self.places:
                return
            else:
                async with self._free:
                    await self._free.wait_for(lambda: self._busy < self.places)

    def went_well(self) -> None:
        """Let the number grow."""
        self._places = min(float(self._most), self._places + 1 / self._places)

    def too_many(self, wait_s: float) -> None:
        """Halve the number, once for all calls that were refused together, and let nobody ask before the time.

        Args:
            wait_s: Seconds until the server wants to hear of anybody.
        """
        now = time.monotonic()
        self._not_before = max(self._not_before, now + wait_s)
        if now - self._halved > _HALVING_S:
            self._places = max(1.0, self._places / 2)
            self._halved = now
