"""A model that answers in a thread of its own, so that its answers can be graded while it still writes others.

The thread does nothing but ask and hand over. Between it and the reader is a bounded queue, so a model that is faster
than the graders waits, and memory stays flat however much is asked.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import threading
import time
from collections.abc import Sequence

from harness.models.model import Leavable, Model, Request, Sampling
from harness.records import Completion

_MOST_WAITING = 256
_LOOK_S = 0.2
_LEAVE_S = 10.0


class Asking:
    """Asks a model; use as a context manager, which stops asking at its end.

    Args:
        model: Who is asked.
        requests: What for; none is fine, and then the model is left alone.
        sampling: How answers are drawn.
    """

    def __init__(self, model: Model, requests: Sequence[Request], sampling: Sampling) -> None:
        self._model = model
        self._requests = requests
        self._sampling = sampling
        self._queue: queue.Queue[Completion] = queue.Queue(_MOST_WAITING)
        self._bell, self._ringer = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._ringer, False)
        self._thread = threading.Thread(target=self._ask, name="asking", daemon=True)
        self._is_left = threading.Event()
        self._is_done = threading.Event()
        self._began = time.monotonic()
        self.error: BaseException | None = None
        """What ended the asking before its time; what was answered before stays good."""
        self.seconds = 0.0
        """From the first question to the last answer so far."""

    def __enter__(self) -> Asking:
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if not self._thread.is_alive():
            os.close(self._bell)
            os.close(self._ringer)

    def stop(self) -> list[Completion]:
        """Ask nothing more, and give the answers that have come and were not taken: they may have been paid for."""
        self._is_left.set()
        if self._thread.is_alive():
            self._leave()
        # A model in the middle of a long batch can not be interrupted; the process does not wait for it.
        self._thread.join(_LEAVE_S)
        return self._rest()

    def fileno(self) -> int:
        """Give a file descriptor that is readable when there is something to take, or nothing more to come."""
        return self._bell

    @property
    def asked(self) -> int:
        """How many answers are asked for."""
        return len(self._requests)

    def wait(self) -> None:
        """Wait until there is something to take, or nothing more to come."""
        select.select([self._bell], [], [])

    def take(self) -> list[Completion]:
        """Take the answers that have come since the last time; does not wait."""
        is_done = self._is_done.is_set()
        if not is_done:
            with contextlib.suppress(BlockingIOError):
                os.read(self._bell, 1 << 16)
        return self._rest()

    @property
    def is_over(self) -> bool:
        """Whether everything was taken and nothing more comes."""
        return self._is_done.is_set() and self._queue.empty()

    def _ask(self) -> None:
        try:
            if self._requests:
                for completion in self._model.answer(self._requests, self._sampling):
                    self.seconds = time.monotonic() - self._began
                    if not self._hand_over(completion):
                        break  # leaving the loop closes the model's generator, in this thread
        except BaseException as error:
            self.error = error
        finally:
            self._is_done.set()
            self._ring()

    def _hand_over(self, completion: Completion) -> bool:
        """Put an answer where it can be taken; say whether more are wanted."""
        while True:
            try:
                self._queue.put(completion, timeout=_LOOK_S)
            except queue.Full:
                if self._is_left.is_set():
                    return False
                continue
            self._ring()
            return not self._is_left.is_set() or self._leave()

    def _leave(self) -> bool:
        """Have the model end behind what has come already; say whether it can."""
        if not isinstance(self._model, Leavable):
            return False
        self._model.leave()
        return True

    def _rest(self) -> list[Completion]:
        rest = []
        with contextlib.suppress(queue.Empty):
            while True:
                rest.append(self._queue.get_nowait())
        return rest

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it has not been heard yet: one more would say no more
            os.write(self._ringer, b".")
