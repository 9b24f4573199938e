"""Ctrl-C and SIGTERM while what must not be lost is written down."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put Ctrl-C and SIGTERM off until the block is done, which is short.

    Raises:
        KeyboardInterrupt: At the end, where there was one.

    Example:
        >>> import os
        >>> try:
        ...     with undisturbed():
        ...         os.kill(os.getpid(), signal.SIGINT)
        ...         print("done")
        ... except KeyboardInterrupt:
        ...     print("interrupted")
        done
        interrupted
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is ever interrupted
        return
    came: list[int] = []
    # One that is ignored stays so; one whose handler is not Python's could not be put back.
    before = {stop: handler for stop in _STOPS if (handler := signal.getsignal(stop)) not in (signal.SIG_IGN, None)}
    for stop in before:
        signal.signal(stop, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)
    if came:
        raise KeyboardInterrupt
