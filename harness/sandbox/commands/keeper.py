"""The process inside the jail that starts commands. Run as `python -m harness.sandbox.commands.keeper`.

One command at a time, each in a session of its own with its own limits. When its first process has ended, or the worker
says so, everything that it started is killed and reaped. Files that commands leave stay until the worker says that the
program is done: what a compiler wrote is run by the next command.
"""

from __future__ import annotations

import array
import contextlib
import json
import marshal
import os
import resource
import select
import signal
import socket
import struct
import sys
from typing import NamedTuple, NoReturn

from harness.sandbox import jail, landlock, linux
from harness.sandbox.emptying import empty
from harness.sandbox.readable import Readable

COMMAND = struct.Struct("<BI")
"""Command and the length of the marshalled value that follows."""
FILES, RUN, CLEAN, FETCH = 1, 2, 3, 4
READY = b"R"
ENDED = struct.Struct("<iQI")
"""Sent after every command: wait status, CPU microseconds of all its processes, peak memory of the largest in KiB."""
CLEANED = struct.Struct("<B")
SIZE = struct.Struct("<Q")

_OPEN_FILES = 512
_MOST_STREAMS = 3
"""Standard output, standard error, and standard input where it is not empty."""
_MAX_BESIDE_OTHERS = 4096


class Settings(NamedTuple):
    """What the worker says on the command line, as JSON."""

    control: int
    level: str
    scratch: str
    scratch_bytes: int
    memory_bytes: int
    processes: int
    others: int
    """Threads that ran on this machine when it started: where the user is not ours the limit counts them too."""


class Keeper:
    """Serves one worker."""

    def __init__(self, settings: Settings, readable: Readable) -> None:
        self._settings = settings
        self._jail = jail.Jail(settings.level, readable, settings.scratch, settings.scratch_bytes, allow_exec=True)
        self._control = socket.socket(fileno=settings.control)
        os.set_inheritable(settings.control, False)
        self._folders = ["/tmp", "/dev/shm"] if self._jail.has_namespaces else [settings.scratch]
        self._kept_names: frozenset[str] = frozenset()

    def run(self) -> None:
        """Enter the jail and serve until the worker closes the socket."""
        jail.enter(self._jail)
        os.chdir(self._settings.scratch)
        os.umask(0o022)
        self._kept_names = frozenset(name for folder in self._folders for name in os.listdir(folder))
        signal.signal(signal.SIGINT, signal.SIG_DFL if self._jail.has_namespaces else signal.SIG_IGN)
        self._control.sendall(READY)
        while True:
            header, sent, _, _ = self._control.recvmsg(
                COMMAND.size, socket.CMSG_SPACE(_MOST_STREAMS * struct.calcsize("i"))
            )
            if len(header) != COMMAND.size:
                self._end()
            command, size = COMMAND.unpack(header)
            value = marshal.loads(self._read(size))
            if command == FILES:
                self._write_files(value)
            elif command == RUN:
                self._run(value, array.array("i", sent[0][2]).tolist())
            elif command == FETCH:
                self._fetch(value)
            else:
                self._control.sendall(CLEANED.pack(self._clean()))

    def _read(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._control.recv(min(size - len(parts), 1 << 20))
            if not part:
                self._end()
            parts += part
        return bytes(parts)

    def _write_files(self, files: dict[str, bytes]) -> None:
        for name, content in files.items():
            path = os.path.join(self._settings.scratch, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            # What an earlier command left under that name is not followed.
            with contextlib.suppress(OSError):
                os.unlink(path)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
            with open(handle, "wb") as file:
                file.write(content)

    def _fetch(self, most: int) -> None:
        """Send what lies in the scratch folder, plain files only, if it is not more than `most` bytes."""
        found: dict[str, bytes] = {}
        root = self._settings.scratch
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                except OSError:
                    continue
                with open(handle, "rb") as file:
                    content = file.read(most + 1)
                most -= len(content)
                if most < 0:
                    found, most = {}, 0
                    break
                found[os.path.relpath(path, root)] = content
        body = marshal.dumps(found)
        self._control.sendall(SIZE.pack(len(body)) + body)

    def _run(self, command: tuple[list[str], dict[str, str], int], streams: list[int]) -> None:
        pid = os.fork()
        if pid == 0:
            self._be_command(*command, streams)
        for stream in streams:
            os.close(stream)
        first = os.pidfd_open(pid)
        select.select([first, self._control.fileno()], [], [])
        os.close(first)
        status, cpu_us, peak = self._reap(pid)
        self._control.sendall(ENDED.pack(status, cpu_us, peak))
        # The worker says exactly once that it has read the output, or that time is up.
        if not self._control.recv(1):
            self._end()

    def _reap(self, first: int) -> tuple[int, int, int]:
        """End everything that the command started, and give how its first process ended and what all used."""
        first_status, cpu, peak = 0, 0.0, 0
        while True:
            if self._jail.has_namespaces:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(-1, signal.SIGKILL)  # all in this process namespace, whose process 1 this is
            else:
                for pid in {first, *_children()} - {0}:
                    with contextlib.suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
            try:
                pid, status, usage = os.wait4(-1, 0)
            except ChildProcessError:
                return first_status, int(cpu * 1e6), peak
            cpu += usage.ru_utime + usage.ru_stime
            peak = max(peak, usage.ru_maxrss)
            if pid == first:
                first_status = status

    def _be_command(self, words: list[str], environment: dict[str, str], cpu_s: int, streams: list[int]) -> NoReturn:
        try:
            os.setsid()
            for target, stream in zip((1, 2, 0), streams, strict=False):
                os.dup2(stream, target)
            self._limit(cpu_s)
            if not self._jail.has_namespaces and self._jail.has_landlock and self._jail.scopes_signals:
                landlock.restrict_scope()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.closerange(3, _OPEN_FILES)
            os.execve(words[0], words, environment)
        except OSError as error:
            os.write(2, f"{words[0]}: {error}".encode("utf-8", "replace"))
        finally:
            os._exit(126)

    def _limit(self, cpu_s: int) -> None:
        settings = self._settings
        own = self._jail.has_own_user
        for which, most in (
            (resource.RLIMIT_CORE, 1),
            (resource.RLIMIT_FSIZE, settings.scratch_bytes),
            (resource.RLIMIT_NOFILE, _OPEN_FILES),
            (resource.RLIMIT_MEMLOCK, 0),
            (resource.RLIMIT_MSGQUEUE, 0),
            (resource.RLIMIT_DATA, settings.memory_bytes),
            (resource.RLIMIT_CPU, cpu_s),
            (resource.RLIMIT_NPROC, settings.processes if own else settings.others + _MAX_BESIDE_OTHERS),
        ):
            inherited = resource.getrlimit(which)[1]
            limit = most if inherited == resource.RLIM_INFINITY else min(most, inherited)
            resource.setrlimit(which, (limit, limit))

    def _clean(self) -> bool:
        return all([empty(folder, self._kept_names) for folder in self._folders])

    def _end(self) -> NoReturn:
        self._reap(0)
        self._clean()
        os._exit(0)


def _children() -> list[int]:
    """This process's children, where it has no process namespace: their table is read before the walls close it."""
    try:
        os.lseek(_table, 0, os.SEEK_SET)
        return [int(word) for word in os.read(_table, 1 << 16).split()]
    except OSError:
        return []


_table = -1


def main() -> None:
    """Read the settings, enter the jail and serve."""
    global _table  # noqa: PLW0603 - opened once, before Landlock closes /proc
    given = json.loads(sys.argv[1])
    readable = Readable(**given.pop("readable"))
    settings = Settings(**given)
    if settings.level != "namespaces":
        with contextlib.suppress(OSError):
            _table = os.open(f"/proc/self/task/{os.getpid()}/children", os.O_RDONLY | os.O_CLOEXEC)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))  # compilers' own memory managers reserve more than they use
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    Keeper(settings, readable).run()


if __name__ == "__main__":
    main()
