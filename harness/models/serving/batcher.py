"""One thread that works on a running batch, and a place to leave requests for it from any other thread."""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
from concurrent.futures import Future, InvalidStateError

from harness.errors import EnvironmentLacking
from harness.models.model import Request, Sampling
from harness.models.running_batch import Answered, RunningBatch

_GATHER_S = 0.01
"""An idle batch waits so long for what comes together with its first request."""
_LEAVE_S = 10.0

_Arrival = tuple[int, Request, Sampling, "Future[Answered]"]


class Batcher:
    """Answers requests of many threads together; use as a context manager.

    Args:
        batch: What they are put into; from now on it is used by this one's thread only.
    """

    def __init__(self, batch: RunningBatch) -> None:
        self._batch = batch
        self._arrived: queue.SimpleQueue[_Arrival | None] = queue.SimpleQueue()
        self._awaited: dict[int, Future[Answered]] = {}
        self._numbers = itertools.count()
        self._is_left = threading.Event()
        self._thread = threading.Thread(target=self._work, name="batcher", daemon=True)

    def __enter__(self) -> Batcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_left.set()
        self._arrived.put(None)
        # An engine in the middle of a long batch can not be interrupted; the process does not wait for it.
        self._thread.join(_LEAVE_S)

    def ask(self, request: Request, sampling: Sampling) -> Future[Answered]:
        """Leave a request.

        Args:
            request: The sample.
            sampling: How it is drawn.

        Returns:
            Its answer to come; cancel it where nobody waits any more. It ends with an exception where the engine fails
            or is left.
        """
        future: Future[Answered] = Future()
        self._arrived.put((next(self._numbers), request, sampling, future))
        if self._is_left.is_set():
            _fail(future, _left())
        return future

    def _work(self) -> None:
        try:
            while not self._is_left.is_set():
                self._take_in()
                self._step()
        finally:
            self._fail_all(_left())
            with contextlib.suppress(queue.Empty):
                while True:
                    if arrival := self._arrived.get_nowait():
                        _fail(arrival[3], _left())

    def _take_in(self) -> None:
        """Move what has arrived into the batch; wait for something where there is nothing to do."""
        arrival: _Arrival | None
        if self._batch.is_empty:
            arrival = self._arrived.get()
            self._add(arrival)
            self._is_left.wait(_GATHER_S)
        with contextlib.suppress(queue.Empty):
            while True:
                self._add(self._arrived.get_nowait())

    def _add(self, arrival: _Arrival | None) -> None:
        if arrival is None:
            return
        number, request, sampling, future = arrival
        try:
            self._batch.add(number, request, sampling)
        except Exception as error:  # noqa: BLE001 - an engine raises its own kinds; the others' requests go on
            _fail(future, error)
        else:
            self._awaited[number] = future

    def _step(self) -> None:
        for number in [number for number, future in self._awaited.items() if future.cancelled()]:
            del self._awaited[number]
            self._batch.drop(number)
        try:
            for answered in self._batch.step():
                future = self._awaited.pop(answered.number, None)
                if future is not None:
                    with contextlib.suppress(InvalidStateError):  # cancelled meanwhile
                        future.set_result(answered)
        except Exception as error:  # noqa: BLE001 - whatever the engine raised: who waits is told, and it goes on
            self._fail_all(error)

    def _fail_all(self, error: Exception) -> None:
        for number, future in self._awaited.items():
            with contextlib.suppress(Exception):
                self._batch.drop(number)
            _fail(future, error)
        self._awaited.clear()


def _left() -> EnvironmentLacking:
    return EnvironmentLacking("the server is being stopped")


def _fail(future: Future[Answered], error: Exception) -> None:
    with contextlib.suppress(InvalidStateError):
        future.set_exception(error)
