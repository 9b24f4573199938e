"""The lab: what hostile programs reach for, and whether it is untouched afterwards.

The canaries are where the `b*` files of the attacks folder look for them: a home with a key, a file to delete, a module
to edit, a data set, a process to kill, and listeners on TCP, UDP, a socket file and an abstract address.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path("/tmp/attack-lab")
KEY = "sk-canary-6f1d"
_CANARY = FOLDER / "canary"
_FILES = {
    "canary/home/.ssh/id_rsa": "CANARY KEY",
    "canary/home/.cache/evalplus/gt.pkl": "expected",
    "canary/precious": "precious",
    "canary/site/checker.py": "check = lambda *a: False\n",
    "HumanEvalPlus.jsonl": '{"canonical_solution": "CANARY"}\n',
}
_LEFT = ("/tmp/attack-lab-leak", "/dev/shm/attack-lab-leak", "/tmp/own-left", "/dev/shm/own-left", "/var/tmp/own-left")
_VICTIM = "import os, time  # w-sandbox-victim\nparent = os.getppid()\nwhile os.getppid() == parent: time.sleep(0.5)"
_PATIENCE_S = 600
_TCP_PORT, _UDP_PORT, _ABSTRACT = 47311, 47312, "\0w-sandbox-canary"


class Lab:
    """Canaries in place; `harm` says what became of them."""

    def __init__(self, listeners: list[socket.socket], victim: subprocess.Popen[bytes]) -> None:
        self._listeners = listeners
        self._victim = victim
        self._before = _snapshot(FOLDER)
        self._memory = _shared_memory()
        self._knocks: list[str] = []
        self._ended = threading.Event()
        self._door = threading.Thread(target=self._answer_the_door, daemon=True)
        self._door.start()

    def harm(self) -> list[str]:
        """Name everything that is not as it was. Ask when the runs are over."""
        found = list(self._knocks)
        if self._victim.poll() is not None:
            found.append(f"the victim process ended: {self._victim.returncode}")
        after = _snapshot(FOLDER)
        for name in sorted(self._before | after):
            if self._before.get(name) != after.get(name):
                found.append(f"{name}: {self._before.get(name)} became {after.get(name)}")
        found += [f"left: {path}" for path in _LEFT if os.path.lexists(path)]
        found += [f"left: {path}" for path in _shared_memory() - self._memory]
        return found + [f"still runs: {text}" for text in _surviving_processes()]

    def close(self) -> None:
        """Take the canaries away."""
        self._ended.set()
        self._door.join()
        for listener in self._listeners:
            listener.close()
        self._victim.kill()
        self._victim.wait()
        shutil.rmtree(FOLDER)

    def _answer_the_door(self) -> None:
        """Answer like the services that the canaries stand for, and keep note of every caller."""
        while not self._ended.is_set():
            for listener in select.select(self._listeners, [], [], 0.2)[0]:
                self._knocks.append(f"somebody called at {listener.getsockname()!r}")
                if listener.type == socket.SOCK_DGRAM:
                    sender = listener.recvfrom(100)[1]
                    if sender:
                        listener.sendto(b"pong", sender)
                else:
                    listener.accept()[0].close()


@contextlib.contextmanager
def open_lab() -> Iterator[Lab]:
    """Put the canaries in place, once nobody else's are."""
    with _alone(), _canaries() as lab:
        yield lab


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Wait for other labs on this machine, of whatever user; the address is free again when its owner is gone."""
    with socket.socket(socket.AF_UNIX) as turn:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                turn.bind("\0w-sandbox-lab")
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
        yield


@contextlib.contextmanager
def _canaries() -> Iterator[Lab]:
    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    for name, content in _FILES.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    for path in (FOLDER, *FOLDER.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)  # it is the sandbox that has to protect them
    listeners = [socket.create_server(("127.0.0.1", _TCP_PORT))]
    listeners.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    listeners[-1].bind(("127.0.0.1", _UDP_PORT))
    for address in (_ABSTRACT, str(_CANARY / "socket")):
        listeners.append(socket.socket(socket.AF_UNIX))
        listeners[-1].bind(address)
        listeners[-1].listen()
    listeners.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    listeners[-1].bind(str(_CANARY / "datagrams"))
    for name in ("socket", "datagrams"):
        (_CANARY / name).chmod(0o666)
    victim = subprocess.Popen([sys.executable, "-c", _VICTIM], env={**os.environ, "API_KEY": KEY})
    (_CANARY / "victim.pid").write_text(str(victim.pid))
    lab = Lab(listeners, victim)
    try:
        yield lab
    finally:
        lab.close()


def _surviving_processes() -> list[str]:
    """Command lines of processes that still run sandboxed programs after two seconds, zygotes and judges included."""
    until = time.monotonic() + 2
    while (found := _sandboxed_processes()) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _sandboxed_processes() -> list[str]:
    """Those that were started from here, or lost who started them."""
    ours = _descendants(os.getpid())
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            line = Path("/proc", entry, "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            is_sandbox = "harness.sandbox.zygote" in line or "harness.engines.judge_process" in line
            if is_sandbox and (int(entry) in ours or _parent(int(entry)) == 1):
                found.append(f"{entry} {line[:80]}")
    return found


def _parent(pid: int) -> int:
    return int(Path("/proc", str(pid), "stat").read_text().rsplit(")", 1)[1].split()[1])


def _descendants(top: int) -> set[int]:
    parents = {}
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            parents[int(entry)] = _parent(int(entry))
    found = {top}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _snapshot(folder: Path) -> dict[str, tuple[int, int, int, str]]:
    """Every file and folder with its mode, owner, time and what is in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        seen = path.lstat()
        content = path.read_text() if stat.S_ISREG(seen.st_mode) else ""
        found[str(path)] = (seen.st_mode, seen.st_uid, seen.st_mtime_ns, content)
    return found


def _shared_memory() -> set[str]:
    """What this user has in /dev/shm, but for the folders of sandboxes that work for somebody else."""
    return {entry.path for entry in os.scandir("/dev/shm") if entry.stat(follow_symlinks=False).st_uid == os.geteuid()}


def samples_of(folder: Path, family: str, target: Path) -> dict[str, tuple[str, str]]:
    """Write the programs of a folder as samples, each followed by an honest one.

    Args:
        folder: Programs whose first line is `# id | task=NAME | required=VERDICT | what it does`.
        family: What the task names of the folder begin with (`Attack/`).
        target: The samples file to write.

    Returns:
        By program: its id and the required verdict.
    """
    found: dict[str, tuple[str, str]] = {}
    with target.open("w") as handle:
        for path in sorted(folder.glob("*.py")):
            program = path.read_text()
            fields = [field.strip() for field in program.split("\n", 1)[0].lstrip("# ").split("|")]
            task, required = fields[1].removeprefix("task="), fields[2].removeprefix("required=")
            found[program] = (path.stem, required)
            honest = f"def add(a, b):\n    return a + b  # after {path.stem}\n"
            found[honest] = (f"honest after {path.stem}", "pass")
            handle.write(json.dumps({"task_id": family + task, "solution": program}) + "\n")
            handle.write(json.dumps({"task_id": family + "add", "solution": honest}) + "\n")
    return found


def is_as_required(required: str, status: str) -> bool:
    """Whether a verdict is what a header demands. Trouble of the harness itself never is."""
    if status in ("infra_error", "skipped"):
        return False
    if required == "fail":
        return status != "pass"
    return required in ("any", "pass-if-subprocess") or status == required


def peak_memory_of_children() -> int:
    """Bytes of the largest process that was waited for."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10


def used_disk() -> int:
    """Bytes in use where programs of every level could write: in shared memory."""
    return shutil.disk_usage("/dev/shm").used
