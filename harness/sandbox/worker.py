"""The trusted end of one sandbox: starts the zygote, hands it samples, and takes care that nothing outlives it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

from harness.errors import WorkerLost
from harness.records import Limits
from harness.sandbox import zygote
from harness.sandbox.readable import Readable, find_readable
from harness.sandbox.sample import Sample, Usage
from harness.sandbox.scratch import ScratchFolder

_START_SECONDS = 60
_END_SECONDS = 30
_CLOSE_SECONDS = 3


class Worker:
    """One sandbox. Samples run in it one at a time, each in a process of its own.

    Args:
        level: Isolation level, as `levels.probe` found it.
        limits: Memory, scratch and output limits, and the limits on sleep and wall time.
        preload: Modules loaded once for all samples.
    """

    def __init__(self, level: str, limits: Limits, preload: tuple[str, ...] = ()) -> None:
        self._level = level
        self._limits = limits
        self._preload = preload
        self._readable: Readable | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder: ScratchFolder | None = None
        self._inputs: bytes | None = None
        self._sent: bytes | None = None
        self._is_ready = False

    def start(self) -> None:
        """Start the zygote and wait until it is ready; does nothing where it runs.

        Raises:
            WorkerLost: It did not come up; the message has its last words.
        """
        self.launch()
        if self._is_ready:
            return
        assert self._control is not None
        try:
            _receive_exactly(self._control, zygote.READY.size)
        except (OSError, WorkerLost):
            words = self._last_words()
            self.close()
            raise WorkerLost(f"the sandbox did not start: {words}") from None
        self._is_ready = True

    def launch(self) -> None:
        """Start the zygote without waiting for it, where it does not run; the first sample waits."""
        if self._process is not None:
            return
        self._readable = self._readable or find_readable()
        ours, theirs = socket.socketpair()
        with theirs:
            if self._level != "namespaces":
                self._folder = ScratchFolder()
            settings = {
                "control": theirs.fileno(),
                "level": self._level,
                "scratch": self._folder.path if self._folder else "/tmp",
                "memory_bytes": self._limits.memory_bytes,
                "scratch_bytes": self._limits.scratch_bytes,
                "output_bytes": self._limits.output_bytes,
                "preload": list(self._preload),
                "readable": self._readable._asdict(),
            }
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-m", "harness.sandbox.zygote", json.dumps(settings)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "0", "PYTHONPATH": _package_root()},
                cwd="/",
                start_new_session=True,
            )
        self._control = ours
        ours.settimeout(_START_SECONDS)

    def close(self) -> None:
        """End the zygote and everything in its sandbox; safe to call at any time."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                # It ends by itself at the end of its socket, and its outer half reaps it.
                self._process.wait(_CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
        if self._folder is not None:
            self._folder.remove()
        self._process, self._control, self._folder, self._sent = None, None, None, None
        self._is_ready = False

    def use_inputs(self, inputs: bytes) -> None:
        """Say which inputs (a list of lists of arguments, dumped by marshal) the next samples are called with."""
        self._inputs = inputs

    @contextlib.contextmanager
    def sample(self, source: str, entry_point: str) -> Iterator[Sample]:
        """Run one program in a fresh process until the block ends; afterwards `Sample.usage` is set.

        Raises:
            WorkerLost: The zygote died; the next sample starts another.
        """
        self.start()
        assert self._control is not None
        if self._inputs is not None and self._inputs is not self._sent:
            self._command(zygote.TASK, self._inputs)
            self._sent = self._inputs
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with ours:
            with theirs:
                try:
                    socket.send_fds(self._control, [zygote.COMMAND.pack(zygote.SAMPLE, 0)], [theirs.fileno()])
                except OSError:
                    self.close()
                    raise WorkerLost("the sandbox is gone") from None
            sample = Sample(ours, self._limits, self._has_too_many_files)
            try:
                sample.load(source, entry_point)
                yield sample
            finally:
                ours.close()
                sample.usage = self._end_sample()

    def _has_too_many_files(self) -> bool:
        """Whether a program wrote more than it may, where no file system of its own stops it."""
        return self._folder is not None and self._folder.is_over(self._limits.scratch_bytes)

    def _end_sample(self) -> Usage:
        assert self._control is not None
        try:
            self._control.sendall(b"K")
            self._control.settimeout(_END_SECONDS)
            reply = _receive_exactly(self._control, zygote.USAGE.size)
        except (OSError, WorkerLost):
            self.close()
            raise WorkerLost("the sandbox died under a sample") from None
        status, peak_kib, cpu_us, is_emptied = zygote.USAGE.unpack(reply)
        if not is_emptied:
            self.close()
        return Usage(cpu_us / 1e6, peak_kib << 10, status)

    def _command(self, command: int, body: bytes) -> None:
        assert self._control is not None
        try:
            self._control.settimeout(_START_SECONDS)
            self._control.sendall(zygote.COMMAND.pack(command, len(body)) + body)
        except OSError:
            self.close()
            raise WorkerLost("the sandbox is gone") from None

    def _last_words(self) -> str:
        assert self._process is not None
        self._process.kill()
        _, errors = self._process.communicate()
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"it ended with status {self._process.returncode}"


def _receive_exactly(handle: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = handle.recv(size - len(parts))
        if not part:
            raise WorkerLost("end of the control socket")
        parts += part
    return parts


def _package_root() -> str:
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
