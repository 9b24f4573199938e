"""One running program, seen from the trusted side: orders out, answers in, and the clock.

Limits count CPU seconds of the sandboxed process, read from the kernel by its process id, so a busy machine changes
nothing. A process that uses no CPU while nobody keeps it from running is asleep; sleep has a limit of its own, and
wall time only a generous one. Nothing that the child says about time is used.
"""

from __future__ import annotations

import contextlib
import marshal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.records import Limits
from harness.sandbox import linux, wire
from harness.sandbox.delays import Delays

_SLACK_S = 0.06
"""CPU time of other, faster tests that may be reported together with a slow one."""
_POLL_S = 0.25
_BUSY_SHARE = 0.1
_SLEEP_SHARE = 0.5
"""Of the run's floor: how long a program may sleep before one answer. Nothing that is tested has to wait."""
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True)
class Answer:
    """One answer as the child encoded it: a tag of `wire` and its bytes."""

    tag: int
    content: bytes


@dataclass(frozen=True)
class Usage:
    """What one sample used, by the kernel's account, and how its process ended (a wait status)."""

    cpu_s: float
    peak_bytes: int
    wait_status: int


class Ended(Exception):
    """The sample ended before it answered. `reason` is `timeout`, `total`, `sleep`, `files`, `gone` or `protocol`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotLoaded(Exception):
    """The program did not execute, or defines no such function."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.content)
        self.answer = answer


class Sample:
    """One running program, from the trusted side."""

    usage = Usage(0.0, 0, 0)

    def __init__(self, handle: socket.socket, limits: Limits, has_too_many_files: Callable[[], bool]) -> None:
        self._socket = handle
        self._has_too_many_files = has_too_many_files
        self._files_looked = time.monotonic()
        self._limits = limits
        self._buffer = bytearray()
        self._pid = 0
        self._seen_cpu = 0.0
        self._waited_s = 0.0
        self._is_greeted = False
        self.is_loaded = False
        self.delays = Delays()

    def load(self, source: str, entry_point: str) -> None:
        """Send the program; whether it loaded shows with its first answer."""
        body = marshal.dumps((source, entry_point), 2)
        self._send(wire.ORDER.pack(wire.PROGRAM, 0, len(body)) + body)

    def go(self, start: int, end: int, cpu_limit: float) -> bytes:
        """Let it answer inputs[start:end], or the first of them, and give the batch of fingerprints and marks.

        Args:
            start: Index of the first test.
            end: Index after the last test.
            cpu_limit: CPU seconds that one test of the range may take.

        Raises:
            Ended: It took too long, slept, or ended.
            NotLoaded: The program did not execute.
        """
        self._send(wire.ORDER.pack(wire.GO, start, end))
        batch = self._receive(wire.BATCH, start, cpu_limit)
        if len(batch) % 8 or len(batch) > 8 * min(end - start, wire.MAX_BATCH) or (not batch and start < end):
            raise Ended("protocol")
        return batch

    def answers(self, index: int) -> list[Answer]:
        """Ask for the last batch's answers from `index` on, as many as fit one message (at least one)."""
        self._send(wire.ORDER.pack(wire.VALUES, index, 0))
        return _split(self._receive(wire.ANSWERS, index, self._limits.floor_s))

    def measure(self, start: int, end: int) -> list[tuple[bytes, float, bool]]:
        """Let a reference answer inputs[start:end], or the first of them: fingerprint, CPU seconds, made of floats."""
        self._send(wire.ORDER.pack(wire.MEASURE, start, end))
        body = self._receive(wire.MEASURED, start, self._limits.total_s * self._limits.factor)
        return list(wire.MEASUREMENT.iter_unpack(body))

    def call(self, name: str, arguments: tuple[object, ...], keywords: dict[str, object], cpu_limit: float) -> Answer:
        """Call a function of the program once and give its answer.

        Raises:
            ValueError: An argument is not plain data.
            Ended: It took over `cpu_limit` CPU seconds, slept, or ended.
            NotLoaded: The program did not execute.
        """
        body = marshal.dumps((name, arguments, keywords), 2)  # type: ignore[arg-type]
        self._send(wire.ORDER.pack(wire.CALL, 0, len(body)) + body)
        return _split(self._receive(wire.ANSWERS, 0, cpu_limit))[0]

    def _send(self, message: bytes) -> None:
        self._socket.settimeout(self._limits.floor_s * self._limits.wall_factor)
        with contextlib.suppress(OSError):  # a program that is gone shows when its answer is awaited
            self._socket.sendall(message)

    def _receive(self, kind: int, index: int, cpu_limit: float) -> bytes:
        while True:
            got_kind, got_index, size = wire.FRAME.unpack(self._read(wire.FRAME.size, cpu_limit))
            if size > 2 * self._limits.output_bytes:
                raise Ended("protocol")
            body = self._read(size, cpu_limit)
            if got_kind == wire.HELLO and not size and not self._is_greeted:
                self._is_greeted = True
                continue
            self._check_cpu(cpu_limit)
            self._check_sleep()
            self.check_files()
            if got_kind == wire.NOT_LOADED and not self.is_loaded and body:
                raise NotLoaded(Answer(body[0], body[1:]))
            if got_kind != kind or got_index != index:
                raise Ended("protocol")
            self.is_loaded = True
            return body

    def _read(self, size: int, cpu_limit: float) -> bytes:
        watch = _Watch(self, cpu_limit)
        while len(self._buffer) < size:
            self._socket.settimeout(watch.next_look())
            try:
                part = self._next_part()
            except TimeoutError:
                watch.look()
                continue
            except OSError:
                part = b""
            if not part:
                raise Ended("gone")
            self._buffer += part
            if watch.is_due():  # it may send byte by byte
                watch.look()
        self._waited_s += watch.lasted()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _next_part(self) -> bytes:
        if self._pid:
            return self._socket.recv(1 << 20)
        # The kernel vouches for the sender's process id, in this side's numbering.
        part, ancillary, _, _ = self._socket.recvmsg(1 << 16, socket.CMSG_SPACE(_CREDENTIALS.size))
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                self._pid = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])[0]
        return part

    def cpu_seconds(self) -> float:
        """CPU seconds that the process has used so far, as the kernel counts; 0 where that is not known yet."""
        try:
            return time.clock_gettime(linux.process_cpu_clock(self._pid)) if self._pid else 0.0
        except OSError:
            return 0.0

    def _check_cpu(self, cpu_limit: float) -> None:
        used = self.cpu_seconds()
        if used - self._seen_cpu > cpu_limit + _SLACK_S:
            raise Ended("timeout")
        self._seen_cpu = used

    def _check_sleep(self) -> None:
        """Bound what short sleeps before many answers sum up to."""
        most = self._limits.floor_s * self._limits.wall_factor
        if self._waited_s > most:
            used = self.cpu_seconds() + self.delays.read(self._pid)
            if self._waited_s - used > most:
                raise Ended("sleep")

    def check_files(self) -> None:
        """Raise Ended where it has written too much; looks only now and then."""
        if time.monotonic() - self._files_looked > _POLL_S:
            if self._has_too_many_files():
                raise Ended("files")
            self._files_looked = time.monotonic()

    def spent_since_answer(self) -> float:
        """CPU seconds used since the last answer was taken."""
        return self.cpu_seconds() - self._seen_cpu

    @property
    def pid(self) -> int:
        """Process id of the running program, 0 until it has said something."""
        return self._pid

    @property
    def limits(self) -> Limits:
        """The limits it runs under."""
        return self._limits


class _Watch:
    """Decides, while an answer is awaited, whether the program has had its time."""

    def __init__(self, sample: Sample, cpu_limit: float) -> None:
        self._sample = sample
        self._limit = cpu_limit
        self._began = self._looked = time.monotonic()
        self._ran, self._delayed = sample.cpu_seconds(), sample.delays.total_s
        self._idle_s = 0.0

    def next_look(self) -> float:
        """Seconds to wait before the next look."""
        left = self._limit + _SLACK_S - self._sample.spent_since_answer()
        return min(max(left, 0.01), _POLL_S)

    def lasted(self) -> float:
        """Seconds since the watch began."""
        return time.monotonic() - self._began

    def is_due(self) -> bool:
        """Whether the last look was long ago."""
        return time.monotonic() - self._looked > _POLL_S

    def look(self) -> None:
        """Take stock. Raises Ended where the program has used up its CPU time, or slept, or both took too long."""
        if self._sample.spent_since_answer() > self._limit + _SLACK_S:
            raise Ended("timeout")
        self._sample.check_files()
        now = time.monotonic()
        ran, delayed = self._sample.cpu_seconds(), self._sample.delays.read(self._sample.pid)
        busy = ran - self._ran + delayed - self._delayed
        if busy < _BUSY_SHARE * (now - self._looked):
            self._idle_s += now - self._looked
        self._ran, self._delayed, self._looked = ran, delayed, now
        limits = self._sample.limits
        # Sleep does not take longer where the CPU is slow; only what is trusted has limits far above the run's floor.
        is_trusted = self._limit > limits.floor_s * limits.wall_factor
        if self._idle_s > _SLEEP_SHARE * (self._limit if is_trusted else limits.floor_s):
            raise Ended("sleep")
        if now - self._began > self._limit * limits.wall_factor:
            raise Ended("timeout")


def _split(body: bytes) -> list[Answer]:
    answers = []
    offset = 0
    while offset < len(body):
        if len(body) - offset < wire.ANSWER.size:
            raise Ended("protocol")
        tag, size = wire.ANSWER.unpack_from(body, offset)
        offset += wire.ANSWER.size
        if size > len(body) - offset:
            raise Ended("protocol")
        answers.append(Answer(tag, body[offset : offset + size]))
        offset += size
    if not answers:
        raise Ended("protocol")
    return answers
