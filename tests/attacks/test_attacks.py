"""Hostile and awkward programs, scored the way every sample is: the verdicts, and what became of the machine.

Each run is a process of its own (`run_lab`), as this user, as an ordinary user where this one is root, and under a
filter like Docker's. Set ORDINARY_PYTHON to an interpreter with fuseval's dependencies that every user may start where
the tests' own lives in a private folder.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OURS = HERE / "our_attacks"
DOCKER_LIKE = ROOT / "tests/harness/sandbox/docker_like.py"
FLOOR_S = "1"
"""CPU seconds a test may take: a quarter of the default, since two dozen programs use up all they get."""
_MOST_SHARED_MEMORY = 512 << 20
_MOST_MEMORY = 5 << 30
_TIMEOUT_S = 900

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox needs Linux"),
    pytest.mark.xdist_group("lab"),  # the canaries have fixed names
]


@cache
def _unshares() -> bool:
    """Whether this user may make namespaces here at all."""
    return subprocess.run(["unshare", "-Urm", "true"], check=False, capture_output=True).returncode == 0


def _as_ordinary_user() -> list[str]:
    """The command line to put before a Python program, so that somebody who is nobody runs it."""
    if os.geteuid() != 0:
        pytest.skip("not root: the other tests run as an ordinary user")
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv to become an ordinary user with")
    become = ["setpriv", "--reuid=1500", "--regid=1500", "--clear-groups", "--inh-caps=-all"]
    # Started by root it may run where it could not start itself again, as the sandbox has to.
    works = f"import subprocess, sys; sys.path.insert(0, {str(ROOT)!r}); import numpy, harness.run"
    works += "; subprocess.run([sys.executable, '-c', ''], check=True)"
    given = [os.environ[name] for name in ("ORDINARY_PYTHON",) if name in os.environ]
    for python in (*given, sys.executable, "/usr/bin/python3", *glob.glob("/opt/*/bin/python3")):
        try:
            tried = subprocess.run([*become, python, "-B", "-c", works], check=False, capture_output=True, cwd="/")
        except OSError:
            continue
        if tried.returncode == 0:
            return [*become, python]
    pytest.skip("no interpreter with fuseval's dependencies that an ordinary user can start: set ORDINARY_PYTHON")


def _run(folder: Path, family: str, level: str, python: list[str], floor_s: str = FLOOR_S) -> dict[str, Any]:
    command = [*python, str(HERE / "run_lab.py"), str(folder), family, level, floor_s]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, cwd="/", timeout=_TIMEOUT_S
    )
    assert done.returncode == 0, done.stderr[-2000:]
    # Nothing but the result: what programs print reaches nobody's terminal.
    assert done.stderr == ""
    assert done.stdout.startswith("RESULT ")
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout.removeprefix("RESULT "))


def _check(result: dict[str, Any], level: str) -> None:
    assert result["wrong"] == []
    assert result["harm"] == []
    assert result["sandbox"] == level
    assert result["disk"] < _MOST_SHARED_MEMORY
    assert result["memory"] < _MOST_MEMORY


def _need(level: str) -> None:
    if level == "namespaces" and os.geteuid() != 0 and not _unshares():
        pytest.skip("this machine gives ordinary users no namespaces")


@pytest.mark.skipif(sys.prefix.startswith("/tmp/"), reason="mount points of the environment show in /tmp")
@pytest.mark.parametrize("level", ["namespaces", "landlock"])
def test_our_programs_get_the_verdict_they_should_and_harm_nothing(level: str) -> None:
    _need(level)
    _check(_run(OURS, "Own/", level, [sys.executable]), level)


@pytest.mark.long
@pytest.mark.parametrize("level", ["namespaces", "landlock"])
def test_our_programs_as_an_ordinary_user(level: str) -> None:
    python = _as_ordinary_user()
    if level == "namespaces" and not _unshares():
        pytest.skip("this machine gives ordinary users no namespaces")
    _check(_run(OURS, "Own/", level, python), level)


@pytest.mark.parametrize("level", ["namespaces", "landlock"])
def test_the_attacks_folder(level: str, attacks_folder: Path) -> None:
    _need(level)
    _check(_run(attacks_folder, "Attack/", level, [sys.executable]), level)


@pytest.mark.long
@pytest.mark.parametrize("level", ["namespaces", "landlock"])
def test_the_attacks_folder_as_an_ordinary_user(level: str, attacks_folder: Path) -> None:
    python = _as_ordinary_user()
    if level == "namespaces" and not _unshares():
        pytest.skip("this machine gives ordinary users no namespaces")
    _check(_run(attacks_folder, "Attack/", level, python), level)


@pytest.mark.long
@pytest.mark.parametrize("user", ["this user", "an ordinary user"])
def test_in_a_container_like_dockers_the_level_is_landlock_and_nothing_is_harmed(
    user: str, attacks_folder: Path
) -> None:
    python = [sys.executable] if user == "this user" else _as_ordinary_user()
    inside = [*python, str(DOCKER_LIKE), python[-1]]
    _check(_run(attacks_folder, "Attack/", "auto", inside), "landlock")
    _check(_run(OURS, "Own/", "auto", inside), "landlock")
