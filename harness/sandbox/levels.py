"""How strongly this machine can isolate, found out by trying: each level is entered and attacked with known attacks.

    namespaces   own user, mount, process, network, IPC namespaces, Landlock, seccomp, limits
    landlock     Landlock, seccomp, limits, no new processes: plain Docker, Kubernetes, Ubuntu 24.04
    seccomp      as landlock, without control over files: only with --sandbox=weak
    rlimits      limits alone: only with --sandbox=weak

A verdict cannot be forged at any level; what weakens is the protection of the machine.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from harness.errors import InputError, SandboxTooWeak, WorkerLost, nearest
from harness.records import Limits
from harness.sandbox import wire
from harness.sandbox.pair import WorkerPair
from harness.sandbox.sample import Ended, NotLoaded
from harness.sandbox.values import decode

STRONG = ("namespaces", "landlock")
"""Levels that contain untrusted code, strongest first."""
LEVELS = (*STRONG, "seccomp", "rlimits")

_NOT_COVERED = {
    "namespaces": ("bugs of the kernel behind the system calls that remain", "side channels of shared hardware"),
    "landlock": (
        "the process table can be read by its numbers (not signalled, not looked into)",
        "what a program writes until the next look, some times a second, and files that it deleted but keeps open",
    ),
    "seccomp": ("files: a program can read and change whatever this user can",),
    "rlimits": ("files, network and other processes: a program can do whatever this user can",),
}


@dataclass(frozen=True)
class Probe:
    """What one level turned out to give."""

    level: str
    reasons: list[str]
    """Why the stronger levels do not work here."""
    canaries: list[tuple[str, bool]]
    """Known attacks, and whether each was contained."""

    @property
    def is_strong(self) -> bool:
        """Whether untrusted code may run at this level without being told to."""
        return self.level in STRONG

    @property
    def not_covered(self) -> list[str]:
        """What this level does not protect from."""
        weaker = LEVELS[: LEVELS.index(self.level) + 1]
        return [text for level in weaker for text in _NOT_COVERED[level]]


def candidates(wanted: str) -> tuple[str, ...]:
    """Give the levels that a `--sandbox` value allows, strongest first.

    Example:
        >>> candidates("auto"), candidates("landlock")
        (('namespaces', 'landlock'), ('landlock',))
    """
    if wanted == "auto":
        return STRONG
    if wanted == "weak":
        return LEVELS
    if wanted in LEVELS:
        return (wanted,)
    raise InputError(f"no sandbox level named {wanted!r}", hint=nearest(wanted, ("auto", "weak", *LEVELS)))


def first_launched(limits: Limits, wanted: str = "auto") -> WorkerPair | None:
    """Launch a worker at the level that `strongest` tries first, without waiting for it; None where there can be none.

    Args:
        limits: Limits of the worker.
        wanted: As for `strongest`.

    Raises:
        InputError: There is no such level.
    """
    if not sys.platform.startswith("linux"):
        return None
    worker = WorkerPair(candidates(wanted)[0], limits)
    worker.launch()
    return worker


def strongest(limits: Limits, wanted: str = "auto", first: WorkerPair | None = None) -> tuple[WorkerPair, Probe]:
    """Start a worker at the strongest level that works and contains the known attacks.

    Args:
        limits: Limits of the worker.
        wanted: `auto`, `weak` (anything will do), or one level.
        first: What `first_launched` gave for the same arguments.

    Raises:
        SandboxTooWeak: No level that `wanted` allows contains them here.
        InputError: There is no such level.
    """
    reasons: list[str] = []
    for level in candidates(wanted):
        if not sys.platform.startswith("linux") and level != "rlimits":
            reasons.append(f"{level}: needs Linux")
            continue
        worker, first = first or WorkerPair(level, limits), None
        try:
            canaries = _attack(worker)
        except WorkerLost as error:
            worker.close()
            reasons.append(f"{level}: {error}")
            continue
        escaped = [name for name, is_contained in canaries if not is_contained]
        if level in STRONG and escaped:
            worker.close()
            reasons.append(f"{level}: not contained: {', '.join(escaped)}")
            continue
        return worker, Probe(level, reasons, canaries)
    raise SandboxTooWeak(
        "this machine cannot contain untrusted code: " + "; ".join(reasons),
        hint="run inside a container or virtual machine that you can lose, with --sandbox=weak",
    )


def probe(wanted: str = "weak") -> Probe:
    """Find the strongest level that works here, for a report."""
    worker, found = strongest(Limits(), wanted)
    worker.close()
    return found


_ATTACKS = """
import os, signal, socket

def attempts(secret, folder, port, parent):
    def gone_well(attack):
        try:
            return bool(attack())
        except BaseException:
            return False
    def connect():
        with socket.socket() as line:
            line.settimeout(1)
            return line.connect(("127.0.0.1", port)) is None
    def spawn():
        child = os.fork()
        if child == 0:
            os._exit(0)
        return os.waitpid(child, 0)
    return {
        "read a file of the user": gone_well(lambda: open(secret).read()),
        "write a file of the user": gone_well(lambda: open(folder + "/written", "w").write("x")),
        "list the user's folder": gone_well(lambda: os.listdir(folder)),
        "connect over the network": gone_well(connect),
        "signal the harness": gone_well(
            lambda: parent not in (1, os.getpid()) and os.kill(parent, 0) is None
        ),
        "look into the harness": gone_well(lambda: open(f"/proc/{parent}/environ").read()),
        "start a process": gone_well(spawn),
    }
"""


def _attack(worker: WorkerPair) -> list[tuple[str, bool]]:
    """Run the known attacks in a worker: each name, and whether it was contained."""
    with _target() as (folder, port):
        worker.start()
        try:
            with worker.sample(_ATTACKS, "attempts") as sample:
                secret = os.path.join(folder, "secret")
                answer = sample.call("attempts", (secret, folder, port, os.getpid()), {}, 10.0)
        except (Ended, NotLoaded) as error:
            raise WorkerLost(f"the known attacks did not run: {error}") from None
    found = decode(answer.content) if answer.tag == wire.VALUE else None
    if not isinstance(found, dict):
        raise WorkerLost("the known attacks gave no answer")
    return [(str(name), not is_through) for name, is_through in found.items()]


@contextlib.contextmanager
def _target() -> Iterator[tuple[str, int]]:
    """Something to attack: a folder with a secret in it, and a listening port."""
    with tempfile.TemporaryDirectory(prefix="fuseval-probe-") as folder, socket.create_server(("127.0.0.1", 0)) as port:
        os.chmod(folder, 0o777)
        with open(os.path.join(folder, "secret"), "w") as handle:
            handle.write("secret")
        yield folder, port.getsockname()[1]
