"""Ctrl-C and SIGTERM while what must not be lost is written down, and Ctrl-C while a process starts."""

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


@contextmanager
def held_back() -> Iterator[None]:
    r"""Start processes that are not interrupted among their imports, where nobody could catch it.

    Ctrl-C goes to every process of the command. One that starts in here has it held back until it says what it does
    with it and calls `let_through`.

    Example:
        >>> import subprocess, sys
        >>> said = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('still here')"
        >>> with held_back():
        ...     subprocess.run([sys.executable, "-c", said], capture_output=True, text=True).stdout
        'still here\n'
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def let_through() -> None:
    """Let Ctrl-C come to a process that was started with it held back."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
