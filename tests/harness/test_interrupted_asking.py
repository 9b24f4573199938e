"""Ctrl-C and a full disk while a server is asked: both sittings together send the requests that one would have sent."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.formats.run_folder import find_runs

sys.path.insert(0, str(Path(__file__).parent / "models" / "remote"))

from server import Behaviour, ScriptedServer  # noqa: E402

TASKS, IN_FLIGHT = 40, 4


def command(server: ScriptedServer, runs: Path) -> list[str]:
    words = [sys.executable, "-m", "harness.cli", "score", "model", "--base-url", server.base_url]
    words += ["--bench", "humaneval", "--limit", str(TASKS), "--concurrency", str(IN_FLIGHT)]
    return [*words, "--prompt-style", "base", "--runs", str(runs)]


def journal(runs: Path) -> Path | None:
    return next(runs.rglob("completions.jsonl"), None)


def lines(runs: Path) -> int:
    found = journal(runs)
    return found.read_bytes().count(b"\n") if found else 0


def disturbed(server: ScriptedServer, runs: Path, disturb: Callable[[int], None]) -> tuple[int, str]:
    """Start a run, disturb it after some answers, and give how it ended and what it said."""
    process = subprocess.Popen(
        command(server, runs),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Who runs the tests in the background of a shell has Ctrl-C ignored, and passes that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 120
    while lines(runs) < 8 and time.monotonic() < until:
        time.sleep(0.05)
    disturb(process.pid)
    _, words = process.communicate(timeout=120)
    return process.returncode, words


def resumed(server: ScriptedServer, runs: Path, lost: int = IN_FLIGHT) -> None:
    """Give the same command again; all must be there then, asked once but for what was in flight."""
    kept = lines(runs)
    assert 8 <= kept < TASKS
    before = len(server.requests)
    done = subprocess.run(command(server, runs), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(server.requests) - before == TASKS - kept
    assert before <= kept + lost
    folder = find_runs(runs)[0]
    assert len(folder.completions()) == len(folder.verdicts()) == TASKS


def interrupt(pid: int) -> None:
    """Press Ctrl-C: a terminal sends it to every process of the command."""
    os.killpg(pid, signal.SIGINT)


def terminate(pid: int) -> None:
    """End the command as a batch system or `docker stop` does."""
    os.kill(pid, signal.SIGTERM)


@pytest.mark.parametrize("stop", [interrupt, terminate])
def test_a_stop_keeps_what_was_said_and_the_same_command_goes_on(tmp_path: Path, stop: Callable[[int], None]) -> None:
    with ScriptedServer(Behaviour(latency_s=0.2)) as server:
        code, words = disturbed(server, tmp_path, stop)
        assert code == 130, words
        assert "Traceback" not in words, words
        resumed(server, tmp_path)


def test_a_full_disk_is_named_and_the_same_command_goes_on(tmp_path: Path) -> None:
    def fill(pid: int) -> None:
        found = journal(tmp_path)
        assert found is not None
        # No file of it may grow beyond some more bytes: it breaks off in the middle of a line.
        size = found.stat().st_size + 150
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    with ScriptedServer(Behaviour(latency_s=0.2)) as server:
        code, words = disturbed(server, tmp_path, fill)
        assert code == 3, words
        assert os.strerror(errno.EFBIG) in words
        assert words.rstrip().endswith("the same command resumes")
        # What had come and found no room, and what was on its way.
        resumed(server, tmp_path, lost=2 * IN_FLIGHT)


@pytest.mark.parametrize("signals", [2, 3])
def test_an_impatient_ctrl_c_loses_nothing_either(tmp_path: Path, signals: int) -> None:
    def press(pid: int) -> None:
        for _ in range(signals):
            os.killpg(pid, signal.SIGINT)
            time.sleep(0.1)

    with ScriptedServer(Behaviour(latency_s=0.2)) as server:
        disturbed(server, tmp_path, press)
        resumed(server, tmp_path)
