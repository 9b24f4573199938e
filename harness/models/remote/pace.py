"""How many calls are in flight: as many as the server bears.

Additive increase, multiplicative decrease, as TCP does it: every answer lets the number grow a little. One call that is
refused among many that are answered waits alone, for as long as the server says; where a good part is refused, the
server is full: then the number is halved and the wait holds for all. A call of which nothing was heard for much longer
than is usual does not load the server, so another one goes beside it.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from types import TracebackType

_HALVING_S = 1.0
_FULL = 0.15
"""Share of refusals among the last twenty or so outcomes, from which on the server is taken to be full."""
_SMOOTHING = 0.05
_STUCK_AFTER = 10.0
"""Times the usual wait for an answer."""
_STUCK_S = 2.0
"""Seconds that any answer may take."""
_MOST_BESIDE = 3
"""For every place at most so many stuck calls are passed over."""
_LOOK_AGAIN_S = 0.5


class Pace:
    """A number of places that shrinks and grows; use `async with pace.place():` around one try.

    Args:
        most: Calls in flight at most, those that are stuck not counted.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._places = float(most)
        self._started: dict[int, float] = {}
        """When each call in flight was sent, oldest first."""
        self._numbers = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[int]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._not_before = 0.0
        self._halved = 0.0
        self._refused = 0.0
        self._usual_s: float | None = None

    @property
    def places(self) -> int:
        """Calls that may be in flight now."""
        return max(1, int(self._places))

    @property
    def usual_s(self) -> float | None:
        """Seconds that an answer usually takes; None before the first."""
        return self._usual_s

    def place(self, turn: int = 0) -> _Place:
        """Give a place for one try, which is waited for on entering.

        Args:
            turn: Of those that wait, the lowest goes first; of equal ones the first.
        """
        return _Place(self, turn)

    async def enter(self, turn: int) -> int:
        """Wait for a place and take it; give its number."""
        if self._is_free() and not self._waiting:
            return self._take()
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (turn, next(self._numbers), future))
        self._look_again()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self.leave(future.result())
            raise

    def leave(self, number: int) -> None:
        """Give a place back."""
        del self._started[number]
        self._admit()

    def _take(self) -> int:
        number = next(self._numbers)
        self._started[number] = time.monotonic()
        return number

    def _admit(self) -> None:
        """Let in as many of those that wait as there are places."""
        while self._waiting and self._is_free():
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(self._take())
        self._look_again()

    def _look_again(self) -> None:
        """Have it looked at again without being told: a time comes, and a call becomes stuck by doing nothing."""
        if self._waiting and self._timer is None:
            wait = self._not_before - time.monotonic()
            self._timer = asyncio.get_running_loop().call_later(wait if wait > 0 else _LOOK_AGAIN_S, self._timed)

    def _timed(self) -> None:
        self._timer = None
        self._admit()

    def _is_free(self) -> bool:
        return time.monotonic() >= self._not_before and len(self._started) - self._stuck() < self.places

    def _stuck(self) -> int:
        """Count the calls that take much longer than is usual, as far as they are passed over."""
        if self._usual_s is None or len(self._started) < self.places:
            return 0
        since = time.monotonic() - max(_STUCK_S, _STUCK_AFTER * self._usual_s)
        most = _MOST_BESIDE * self.places
        return sum(1 for _ in itertools.takewhile(since.__gt__, itertools.islice(self._started.values(), most)))

    def went_well(self, seconds: float) -> None:
        """Let the number grow.

        Args:
            seconds: From sending to the answer.
        """
        self._refused -= self._refused * _SMOOTHING
        self._usual_s = seconds if self._usual_s is None else self._usual_s + _SMOOTHING * (seconds - self._usual_s)
        self._places = min(float(self._most), self._places + 1 / self._places)

    def too_many(self, wait_s: float) -> bool:
        """Take note of a refusal; say whether the server is full, so that the wait holds for all.

        Where it is, the number is halved, once for all calls that were refused together.

        Args:
            wait_s: Seconds until the server wants to hear of this call.
        """
        self._refused += (1 - self._refused) * _SMOOTHING
        if self._usual_s is not None and self._refused < _FULL:
            return False
        now = time.monotonic()
        self._not_before = max(self._not_before, now + wait_s)
        if now - self._halved > _HALVING_S:
            self._places = max(1.0, self._places / 2)
            self._halved = now
        return True


class _Place:
    """One place, held as long as the block runs."""

    def __init__(self, pace: Pace, turn: int) -> None:
        self._pace, self._turn = pace, turn
        self._number = -1

    async def __aenter__(self) -> None:
        self._number = await self._pace.enter(self._turn)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pace.leave(self._number)
