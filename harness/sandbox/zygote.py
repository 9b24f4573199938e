"""The process inside the jail that forks one locked-down child a sample. Run as `python -m harness.sandbox.zygote`.

It is started once a worker with the numeric library loaded, so that a sample costs a fork and not an interpreter; and
a fork costs by the mapping, of which a shared library makes five, so nothing is loaded that few programs need. Per
sample it forks, waits for the worker's word that the sample is over, kills whatever is left, empties the scratch folder
and reports. It holds the inputs of the current task and nothing else: no expected value, no other sample.
"""

from __future__ import annotations

import contextlib
import gc
import json
import marshal
import os
import resource
import signal
import socket
import struct
import sys
from typing import NamedTuple, NoReturn

from harness.sandbox import child, importing, jail, landlock, linux, seccomp, wire
from harness.sandbox.emptying import empty
from harness.sandbox.readable import Readable

READY = struct.Struct("<i")
"""Sent once: the Landlock version in force."""
COMMAND = struct.Struct("<BI")
"""Command and the length of what follows."""
TASK, SAMPLE = 1, 2
USAGE = struct.Struct("<iIQB")
"""Sent after every sample: wait status, peak memory in KiB, CPU microseconds, whether the scratch is empty again."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_ROOM_FOR_DESCRIPTOR = socket.CMSG_SPACE(struct.calcsize("i"))
_OPEN_FILES = 256
_FILE_BYTES = 64 << 20
_MAX_PROCESSES = 128
_MAX_BESIDE_OTHERS = 4096
"""Processes and threads that this user may have beyond all that the machine runs now, where the user is not ours."""
_MANY = 1 << 20


class Settings(NamedTuple):
    """What the worker says on the command line, as JSON."""

    control: int
    """File descriptor of the socket to the worker."""
    level: str
    scratch: str
    memory_bytes: int
    scratch_bytes: int
    output_bytes: int
    preload: list[str]


class Zygote:
    """One jailed process that forks samples, one at a time.

    What it does between two forks is plain on purpose: each page that it writes to while a child lives is copied, which
    costs more than the instructions.
    """

    def __init__(self, settings: Settings, readable: Readable) -> None:
        self._settings = settings
        self._jail = jail.Jail(settings.level, readable, settings.scratch, settings.scratch_bytes)
        self._control = socket.socket(fileno=settings.control)
        self._inputs: list[list[object]] = []
        self._filter: seccomp.Filter | None = None
        self._folders = ["/tmp", "/dev/shm"] if self._jail.has_namespaces else [settings.scratch]
        self._kept_names: frozenset[str] = frozenset()
        self._others = 0
        self._child = 0

    def run(self) -> None:
        """Enter the jail and serve until the worker closes the socket."""
        self._others = _running_threads()
        jail.enter(self._jail)
        self._limit()
        if self._jail.has_seccomp and self._jail.scopes_signals:
            self._filter = seccomp.Filter(seccomp.child_filter())
        # Process 1 of a namespace ignores signals that it has no handler for; elsewhere a sample may reach its parent.
        signal.signal(signal.SIGINT, signal.SIG_DFL if self._jail.has_namespaces else signal.SIG_IGN)
        os.dup2(0, 2)  # reading or writing there does nothing; what start-up had to say has been said
        os.chdir(self._settings.scratch)
        self._kept_names = frozenset(name for folder in self._folders for name in os.listdir(folder))
        gc.collect()
        gc.freeze()
        self._control.sendall(READY.pack(landlock.abi() if self._jail.has_landlock else 0))
        while True:
            header, sent, _, _ = self._control.recvmsg(COMMAND.size, _ROOM_FOR_DESCRIPTOR)
            if len(header) != COMMAND.size:
                self._end()
            command, size = COMMAND.unpack(header)
            if command == TASK:
                self._inputs = marshal.loads(self._read(size))
                gc.freeze()
            else:
                self._sample(int.from_bytes(sent[0][2], sys.byteorder))

    def _limit(self) -> None:
        """Set the limits that every child inherits."""
        memory = self._settings.memory_bytes
        _lower(resource.RLIMIT_CORE, 1)  # less than any core; with 0 it would still go where it is piped to
        _lower(resource.RLIMIT_FSIZE, _FILE_BYTES)
        _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
        _lower(resource.RLIMIT_MEMLOCK, 0)
        _lower(resource.RLIMIT_MSGQUEUE, 0)
        _lower(resource.RLIMIT_AS, memory)
        with contextlib.suppress(ValueError):  # an inherited hard limit may be lower already
            resource.setrlimit(resource.RLIMIT_STACK, (min(memory, 1 << 30), memory))
        _lower(
            resource.RLIMIT_NPROC,
            _MAX_PROCESSES if self._jail.has_own_user else self._others + _MAX_BESIDE_OTHERS,
        )

    def _read(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._control.recv(min(size - len(parts), 1 << 20))
            if not part:
                self._end()
            parts += part
        return bytes(parts)

    def _end(self) -> NoReturn:
        """The worker is gone, perhaps killed: leave nothing."""
        if self._child:
            self._kill(self._child)
        for folder in self._folders:
            empty(folder, self._kept_names)
        os._exit(0)

    def _sample(self, descriptor: int) -> None:
        pid = os.fork()
        if pid == 0:
            self._be_child(descriptor)
        self._child = pid
        os.close(descriptor)
        # One byte exactly says that the sample is over, whether it ended by itself or has to be killed.
        if not self._control.recv(1):
            self._end()
        status, usage = self._kill(pid)
        emptied = True
        for folder in self._folders:
            emptied &= empty(folder, self._kept_names)
        cpu = int((usage.ru_utime + usage.ru_stime) * 1e6)
        self._control.sendall(USAGE.pack(status, usage.ru_maxrss, cpu, emptied))

    def _kill(self, pid: int) -> tuple[int, resource.struct_rusage]:
        os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        self._child = 0
        try:
            if self._jail.has_namespaces:
                os.kill(-1, signal.SIGKILL)  # everything else in this process namespace, whose process 1 this is
            elif not self._jail.has_seccomp:
                os.killpg(pid, signal.SIGKILL)
        except OSError:
            pass  # there is nothing else
        try:
            while os.waitpid(-1, 0 if self._jail.has_namespaces else os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        return status, usage

    def _be_child(self, descriptor: int) -> None:
        try:
            os.close(self._settings.control)
            os.write(descriptor, wire.FRAME.pack(wire.HELLO, 0, 0))
            if not self._jail.has_namespaces:
                os.setsid()
                linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
                if self._jail.has_landlock and self._jail.scopes_signals:
                    landlock.restrict_scope()
            if self._filter:
                self._filter.install()
            elif self._jail.has_seccomp:
                seccomp.Filter(seccomp.child_filter(os.getpid())).install()
            child.serve(descriptor, self._inputs, self._settings.scratch, self._settings.output_bytes)
        finally:
            os._exit(0)


def _lower(which: int, most: int) -> None:
    """Set a limit for good, or leave it at the lower one that was inherited."""
    inherited = resource.getrlimit(which)[1]
    if inherited != resource.RLIM_INFINITY:
        most = min(most, inherited)
    resource.setrlimit(which, (most, most))


def _running_threads() -> int:
    with contextlib.suppress(OSError, ValueError, IndexError), open("/proc/loadavg") as handle:
        return int(handle.read().split()[3].split("/")[1])
    return _MANY


def main() -> None:
    """Read the settings, load what children need, enter the jail and serve."""
    given = json.loads(sys.argv[1])
    readable = Readable(**given.pop("readable"))
    settings = Settings(**given)
    for name in _THREADS:  # threads of a numeric library would not survive the fork
        os.environ[name] = "1"
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    importing.prepare(readable.hidden, settings.scratch, ("", "/", root))
    for name in settings.preload:
        with contextlib.suppress(ImportError):
            __import__(name)
    os.environ.clear()
    os.environ.update({name: "1" for name in _THREADS})
    os.environ.update(PATH="/usr/bin:/bin", HOME=settings.scratch, TMPDIR=settings.scratch, LANG="C.UTF-8")
    sys.dont_write_bytecode = True
    Zygote(settings, readable).run()


if __name__ == "__main__":
    main()
