"""A compiler that stays: one process, in a jail of its own, that builds one program after the other.

It only compiles: nothing of a program is executed in its jail, and what it writes reaches the jail that programs run in
through the trusted side, as files with plain names. What it does not build, or not within its limit, is for another way
to build: it never says that a program is wrong.

A request on its standard input is a source text, an answer on its standard output the files that came of it, none where
it did not build; a length stands before each of them.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Callable

from harness.sandbox.commands.usage import tree_usage
from harness.sandbox.commands.watched import Command
from harness.sandbox.commands.worker import CommandWorker

LENGTH = struct.Struct(">I")

_MOST_BYTES = 16 << 20
_LOOK_S = 0.25
_NAME = re.compile(r"[\w$]+\.\w+", re.ASCII)


class ResidentCompiler:
    """A compiler that stays. The first program starts it, and the next one after it has died.

    Args:
        worker: A jail that nothing else uses.
        command: Gives its command, for the folder that it may write in.
    """

    def __init__(self, worker: CommandWorker, command: Callable[[str], Command]) -> None:
        self._worker = worker
        self._command = command
        self._line: socket.socket | None = None
        self.cpu_s = 0.0
        """CPU seconds of the last program, in whole ticks of the kernel's clock."""

    @property
    def keeper_pid(self) -> int:
        """The process that started it."""
        return self._worker.keeper_pid

    def build(self, source: bytes, cpu_s: float, wall_factor: float) -> dict[str, bytes]:
        """Build one program.

        Args:
            source: Its text.
            cpu_s: The most CPU seconds to spend on it.
            wall_factor: How many times longer it may take on the clock.

        Returns:
            The files that came of it, by name; none where it has to be built some other way.

        Raises:
            WorkerLost: The jail did not come up.
        """
        line = self._line or self._start()
        before = tree_usage(self._worker.keeper_pid).cpu_s
        answer = _Answer(line, lambda: tree_usage(self._worker.keeper_pid).cpu_s - before > cpu_s, cpu_s * wall_factor)
        try:
            line.sendall(LENGTH.pack(len(source)) + source)
            return answer.files()
        except (OSError, ValueError):  # it died, or hangs, or says what is no answer
            self.close()
            return {}
        finally:
            self.cpu_s = max(0.0, tree_usage(self._worker.keeper_pid).cpu_s - before) if self._line else 0.0

    def close(self) -> None:
        """End the compiler and its jail; safe to call at any time."""
        if self._line is not None:
            self._line.close()
            self._line = None
        self._worker.close()

    def _start(self) -> socket.socket:
        self._worker.start()
        self._line = self._worker.converse(self._command(self._worker.scratch))
        self._line.settimeout(_LOOK_S)
        return self._line


class _Answer:
    """What a compiler answers, read with a limit: nothing in it is trusted but its bytes."""

    def __init__(self, line: socket.socket, is_over: Callable[[], bool], wall_s: float) -> None:
        self._line = line
        self._is_over = is_over
        self._end = time.monotonic() + wall_s
        self._left = LENGTH.size

    def files(self) -> dict[str, bytes]:
        """Read it whole.

        Raises:
            OSError: It did not come, or not in time.
            ValueError: It is no answer.
        """
        (self._left,) = LENGTH.unpack(self._read(LENGTH.size))
        if self._left > _MOST_BYTES:
            raise ValueError("more than a program's files")
        found: dict[str, bytes] = {}
        while self._left:
            name = self._text().decode("ascii")
            found[name] = self._text()
        # A program of several folders is for the plain way.
        return found if all(map(_NAME.fullmatch, found)) else {}

    def _text(self) -> bytes:
        return self._read(LENGTH.unpack(self._read(LENGTH.size))[0])

    def _read(self, size: int) -> bytes:
        if size > self._left:
            raise ValueError("a length beyond the end")
        self._left -= size
        parts = bytearray()
        while len(parts) < size:
            try:
                part = self._line.recv(size - len(parts))
            except TimeoutError:
                if self._is_over() or time.monotonic() > self._end:
                    raise
                continue
            if not part:
                raise OSError("it ended")
            parts += part
        return bytes(parts)
