"""The filters, installed for good in processes of their own: what is refused is refused, the rest still works."""

import errno
import json
import subprocess
import sys

import pytest

from harness.sandbox import linux, seccomp

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="seccomp is Linux's")

_BEFORE = """
import ctypes, errno, json, os, resource, signal, socket, subprocess, sys, threading
from harness.sandbox import linux, seccomp
linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
def outcome(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    except RuntimeError as error:
        return str(error)
    return "works"
"""


def _under_filter(filters: str, questions: str) -> object:
    """Install filters in a fresh process and give what an expression is there."""
    script = f"{_BEFORE}\n{filters}\nprint(json.dumps({questions}))"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True, timeout=30)
    return json.loads(done.stdout)


_BASE = "seccomp.Filter(seccomp.base_filter([socket.AF_UNIX])).install()"
_CHILD = _BASE + "\nseccomp.Filter(seccomp.child_filter()).install()"


def test_every_refused_call_fails_with_its_error() -> None:
    calls = {name: pair[seccomp._COLUMN] for name, pair in (seccomp._REFUSED | seccomp._UNKNOWN).items()}
    calls = {name: number for name, number in calls.items() if number is not None}
    # Arguments that no call accepts, should the filter ever let one through.
    asked = f"{{name: outcome(linux.syscall, number, -1, -1, -1, -1, -1) for name, number in {calls!r}.items()}}"
    found = _under_filter(_BASE, asked)
    assert found == {name: "ENOSYS" if name in seccomp._UNKNOWN else "EPERM" for name in calls}


def test_sockets_of_other_families_are_unknown() -> None:
    found = _under_filter(_BASE, "[outcome(socket.socket, family) for family in (socket.AF_UNIX, *range(2, 60))]")
    assert found == ["works"] + ["EAFNOSUPPORT"] * 58


def test_processes_cannot_be_started_and_threads_can() -> None:
    found = _under_filter(
        _CHILD,
        """[
            outcome(os.fork),
            outcome(os.posix_spawn, "/bin/true", ["true"], {}),
            outcome(subprocess.run, ["true"]),
            outcome(os.execv, "/bin/true", ["true"]),
            outcome(linux.unshare, linux.CLONE_NEWUSER),
            outcome(linux.syscall, seccomp._CLONE, linux.CLONE_NEWUSER, 0, 0, 0, 0),
            outcome(lambda: [thread.start() or thread.join() for thread in [threading.Thread(target=int)] * 1]),
        ]""",
    )
    assert found == ["EAGAIN", "EAGAIN", "EAGAIN", "EPERM", "EPERM", "EAGAIN", "works"]


def test_other_processes_are_out_of_reach_and_the_own_is_not() -> None:
    own = _CHILD.replace("child_filter()", "child_filter(os.getpid())")
    found = _under_filter(
        own,
        """[
            outcome(os.kill, os.getppid(), 0),
            outcome(os.kill, -1, 0),
            outcome(os.kill, 0, 0),
            outcome(os.killpg, os.getppid(), 0),
            outcome(signal.pidfd_send_signal, 0, 0) if hasattr(signal, "pidfd_send_signal") else "EPERM",
            outcome(resource.prlimit, os.getppid(), resource.RLIMIT_CORE),
            outcome(os.sched_setaffinity, os.getppid(), {0}),
            outcome(os.setpriority, os.PRIO_PROCESS, os.getppid(), 1),
            outcome(os.setpriority, os.PRIO_USER, 0, 1),
            outcome(os.setpriority, os.PRIO_PGRP, 0, 1),
            outcome(__import__("fcntl").fcntl, 0, 8, os.getppid()),
            outcome(linux.prctl, linux.PR_SET_PDEATHSIG, 0),
        ]""",
    )
    assert found == ["EPERM"] * 12
    found = _under_filter(
        own,
        """[
            outcome(os.kill, os.getpid(), 0),
            outcome(signal.raise_signal, signal.SIGCONT),
            outcome(resource.setrlimit, resource.RLIMIT_CORE, (0, 0)),
            outcome(os.nice, 1),
            outcome(os.sched_setaffinity, 0, os.sched_getaffinity(0)),
            outcome(__import__("fcntl").fcntl, 0, 3),
            outcome(linux.prctl, linux.PR_SET_DUMPABLE, 0),
        ]""",
    )
    assert found == ["works"] * 7


@pytest.mark.skipif(not linux.IS_X86, reason="x32 is an ABI of x86-64")
def test_numbers_of_the_x32_abi_are_unknown() -> None:
    assert _under_filter(_BASE, "outcome(linux.syscall, 0x40000000 | 39)") == "ENOSYS"
    assert errno.ENOSYS
