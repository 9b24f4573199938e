"""The trusted end of a jail for commands: hands it files and commands, reads their output, keeps the clock.

Limits count the CPU seconds of the whole tree of processes, read from the kernel; processes that use no CPU while
nobody keeps them from running are asleep, and may be for as long as the limit. Memory is limited a process by the
kernel, and over the tree by looking.
"""

from __future__ import annotations

import contextlib
import json
import marshal
import math
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping

from harness.errors import WorkerLost
from harness.sandbox.commands import keeper
from harness.sandbox.commands.output import Output
from harness.sandbox.commands.usage import children
from harness.sandbox.commands.watched import Command, Finished, Watched
from harness.sandbox.readable import Readable
from harness.sandbox.scratch import ScratchFolder

_START_SECONDS = 60
_END_SECONDS = 30
_CLOSE_SECONDS = 3
_BACKSTOP = 2.0
"""Times the limit at which the kernel itself ends a process, should the worker not. The kernel counts whole ticks for
this: on a busy machine they come to a quarter more than what the process really had."""


class CommandWorker:
    """One jail. Commands run in it one at a time.

    Args:
        level: Isolation level, as `levels.probe` found it.
        readable: What the commands may read and execute.
        scratch_bytes: Size of the folder they may write in, and of the largest file.
        memory_bytes: Memory of one process, and of all together.
        processes: Processes and threads at once.
    """

    def __init__(
        self, level: str, readable: Readable, *, scratch_bytes: int, memory_bytes: int, processes: int = 256
    ) -> None:
        self._level = level
        self._readable = readable
        self._scratch_bytes = scratch_bytes
        self._memory_bytes = memory_bytes
        self._processes = processes
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder: ScratchFolder | None = None
        self._keeper = 0

    @property
    def scratch(self) -> str:
        """The folder that programs lie in, as they see it."""
        return self._folder.path if self._folder else "/tmp"

    def start(self) -> None:
        """Start the jail and wait until it is ready; does nothing where it runs.

        Raises:
            WorkerLost: It did not come up; the message has its last words.
        """
        if self._process is not None:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            if self._level != "namespaces":
                self._folder = ScratchFolder(is_executable=True)
            settings = {
                "control": theirs.fileno(),
                "level": self._level,
                "scratch": self.scratch,
                "scratch_bytes": self._scratch_bytes,
                "memory_bytes": self._memory_bytes,
                "processes": self._processes,
                "others": _running_threads(),
                "readable": self._readable._asdict(),
            }
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-m", "harness.sandbox.commands.keeper", json.dumps(settings)],
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
        try:
            self._receive(len(keeper.READY))
        except (OSError, WorkerLost):
            words = self._last_words()
            self.close()
            raise WorkerLost(f"the sandbox for commands did not start: {words}") from None
        inner = children(self._process.pid) if self._level == "namespaces" else [self._process.pid]
        self._keeper = inner[0] if inner else 0

    def close(self) -> None:
        """End the jail and everything in it; safe to call at any time."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(_CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
        if self._folder is not None:
            self._folder.remove()
        self._process, self._control, self._folder, self._keeper = None, None, None, 0

    def write(self, files: Mapping[str, bytes]) -> None:
        """Put files into the scratch folder; their names may have folders.

        Raises:
            WorkerLost: The jail died.
        """
        self.start()
        self._send(keeper.FILES, dict(files))

    def fetch(self, most_bytes: int) -> dict[str, bytes]:
        """Give the plain files in the scratch folder; none where they are more than `most_bytes`.

        Raises:
            WorkerLost: The jail died.
        """
        self._send(keeper.FETCH, most_bytes)
        try:
            (size,) = keeper.SIZE.unpack(self._receive(keeper.SIZE.size))
            found = marshal.loads(self._receive(size))
        except OSError:
            self.close()
            raise WorkerLost("the sandbox for commands is gone") from None
        return {str(name): bytes(content) for name, content in found.items()}

    def clean(self) -> None:
        """Empty the scratch folder behind a program; a jail that can not is replaced by the next call."""
        try:
            self._send(keeper.CLEAN, None)
            (is_clean,) = keeper.CLEANED.unpack(self._receive(keeper.CLEANED.size))
        except (OSError, WorkerLost):
            is_clean = False
        if not is_clean:
            self.close()

    def make_executable(self, name: str) -> None:
        """Let a file that a compiler wrote be started, where commands can not change modes themselves."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                handle = os.open(os.path.join(self._folder.path, name), os.O_RDONLY | os.O_NOFOLLOW)
                os.fchmod(handle, 0o755)
                os.close(handle)

    def run(self, command: Command) -> Finished:
        """Run one command to its end, or to its limits.

        Raises:
            WorkerLost: The jail died under it.
        """
        self.start()
        pipes = [os.pipe(), os.pipe()]
        outputs = [Output(read) for read, _ in pipes]
        try:
            try:
                self._begin(command, [write for _, write in pipes])
            finally:
                for _, write in pipes:
                    os.close(write)
            return Watched(self, command, outputs).finish()
        finally:
            for output in outputs:
                output.close()

    def converse(self, command: Command) -> socket.socket:
        """Start a command that stays, and give the line to its standard input and output; it ends with the jail.

        Raises:
            WorkerLost: The jail did not come up.
        """
        self.start()
        ours, theirs = socket.socketpair()
        with theirs, open(os.devnull, "wb") as silence:
            try:
                self._begin(command, [theirs.fileno(), silence.fileno(), theirs.fileno()])
            except WorkerLost:
                ours.close()
                raise
        return ours

    def _begin(self, command: Command, streams: list[int]) -> None:
        assert self._control is not None
        seconds = math.ceil(_BACKSTOP * command.cpu_s) + 1
        body = marshal.dumps((list(command.words), dict(command.environment), seconds))
        try:
            socket.send_fds(self._control, [keeper.COMMAND.pack(keeper.RUN, len(body))], streams)
            self._control.sendall(body)
        except OSError:
            self.close()
            raise WorkerLost("the sandbox for commands is gone") from None

    def _send(self, code: int, value: object) -> None:
        assert self._control is not None
        body = marshal.dumps(value)  # type: ignore[arg-type]
        try:
            self._control.settimeout(_END_SECONDS)
            self._control.sendall(keeper.COMMAND.pack(code, len(body)) + body)
        except OSError:
            self.close()
            raise WorkerLost("the sandbox for commands is gone") from None

    def _receive(self, size: int) -> bytes:
        assert self._control is not None
        parts = bytearray()
        while len(parts) < size:
            part = self._control.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise WorkerLost("the sandbox for commands is gone")
            parts += part
        return bytes(parts)

    def _last_words(self) -> str:
        assert self._process is not None
        self._process.kill()
        _, errors = self._process.communicate()
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"it ended with status {self._process.returncode}"

    # What the watch below needs of the jail.

    def ended(self) -> tuple[int, float, int]:
        """Take the keeper's word that the command ended: exit code, CPU seconds, peak memory."""
        assert self._control is not None
        try:
            self._control.settimeout(_END_SECONDS)
            status, cpu_us, peak = keeper.ENDED.unpack(self._receive(keeper.ENDED.size))
        except (OSError, WorkerLost):
            self.close()
            raise WorkerLost("the sandbox for commands died under a command") from None
        return os.waitstatus_to_exitcode(status), cpu_us / 1e6, peak << 10

    def say_over(self) -> None:
        """Send the one byte that ends a command, or tells that its end was noticed."""
        assert self._control is not None
        with contextlib.suppress(OSError):
            self._control.sendall(b"K")

    @property
    def control(self) -> socket.socket:
        """The socket to the keeper."""
        assert self._control is not None
        return self._control

    @property
    def keeper_pid(self) -> int:
        """The keeper's process id, 0 where it is not known."""
        return self._keeper

    @property
    def memory_bytes(self) -> int:
        """What all processes of one command may use together."""
        return self._memory_bytes

    def is_over_disk(self) -> bool:
        """Whether a command wrote more than it may, where no file system of its own stops it."""
        return self._folder is not None and self._folder.is_over(self._scratch_bytes)


def _running_threads() -> int:
    with contextlib.suppress(OSError, ValueError, IndexError), open("/proc/loadavg") as handle:
        return int(handle.read().split()[3].split("/")[1])
    return 1 << 20


def _package_root() -> str:
    path = os.path.abspath(__file__)
    for _ in range(4):
        path = os.path.dirname(path)
    return path
