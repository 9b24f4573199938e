"""A server of one's own is started, asked and ended with all that it started, whatever becomes of fuseval."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import EnvironmentLacking
from harness.models.backends.openai import Dialect, OpenAIModel
from harness.models.model import Message, Prompt, Request, Sampling
from harness.models.remote import own_server, server_keeper
from harness.models.remote.own_server import OwnServer

PROGRAM = Path(__file__).with_name("fake_server.py")
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Wait a second, not fifteen, for what ignores SIGTERM; put logs where they are seen."""
    quick = tmp_path / "server_keeper.py"
    quick.write_text(Path(server_keeper.__file__).read_text().replace("_GRACE_S = 15.0", "_GRACE_S = 1.0"))
    monkeypatch.setattr(own_server, "_KEEPER", quick)
    monkeypatch.setattr(own_server, "_LOOK_S", 0.05)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def made(
    mode: str, children: Path, on_end: Callable[[EnvironmentLacking], None] = lambda _: None, start_s: float = 60.0
) -> OwnServer:
    return OwnServer(
        lambda port: [sys.executable, str(PROGRAM), mode, str(port), str(children)],
        lambda key: {"FAKE_KEY": key},
        "the fake",
        on_end=on_end,
        start_s=start_s,
    )


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def all_end(pids: list[int], within_s: float = 30.0) -> bool:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if not any(is_running(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def logs(folder: Path) -> list[Path]:
    return list(folder.glob("fuseval-server-*.log"))


def test_it_is_asked_with_its_key_and_ended_with_its_children(tmp_path: Path) -> None:
    children = tmp_path / "children"
    with made("serves", children) as server:
        pids = json.loads(children.read_text())
        assert all(is_running(pid) for pid in pids)
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{server.base_url}/models")
        model = OpenAIModel(
            "m", server.base_url, api_key=server.api_key, dialect=Dialect(most_choices=1, says_special_tokens=True)
        )
        chat = Prompt("<user>hi", (Message("user", "hi"),))
        asked = [Request("Demo/0", 0, chat), Request("Demo/0", 1, chat), Request("Demo/1", 0, Prompt("hi"))]
        bodies = [json.loads(answer.text) for answer in model.answer(asked, Sampling(temperature=1.0))]
    assert all_end(pids, 0.5)
    assert logs(tmp_path) == []
    assert sorted((body["prompt"], body["add_special_tokens"]) for body in bodies) == [
        ("<user>hi", False),
        ("<user>hi", False),
        ("hi", True),
    ]
    assert all("n" not in body for body in bodies)
    assert len({body["seed"] for body in bodies}) == 3


def test_one_that_dies_at_its_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentLacking, match="ended with 3 before it was ready") as caught, made("dies", tmp_path):
        pass
    assert "ValueError: no kernel for this device" in str(caught.value)
    (log,) = logs(tmp_path)
    assert caught.value.hint == f"less {log}"


def test_one_that_can_not_be_started_says_why(tmp_path: Path) -> None:
    server = OwnServer(lambda port: [str(tmp_path / "no-python")], lambda key: {}, "the fake")
    with pytest.raises(EnvironmentLacking, match="No such file or directory"), server:
        pass


def test_one_that_is_never_ready_is_given_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    children = tmp_path / "children"
    caplog.set_level(logging.INFO, "harness")
    monkeypatch.setattr(own_server, "_TELL_S", 1.0)
    words = r"not ready after 3 s; its last words:\n  weights are loaded"
    with pytest.raises(EnvironmentLacking, match=words), made("hangs", children, start_s=3.0):
        pass
    assert "the fake starts, 1 s so far: " in caplog.text
    assert all_end(json.loads(children.read_text()), 0.5)


def test_one_that_dies_later_ends_the_asking(tmp_path: Path) -> None:
    children = tmp_path / "children"
    ends: list[EnvironmentLacking] = []
    told = threading.Event()
    with made("dies-later", children, on_end=lambda reason: (ends.append(reason), told.set())) as server:  # type: ignore[func-returns-value]
        model = OpenAIModel("m", server.base_url, api_key=server.api_key)
        threading.Thread(target=lambda: told.wait(60) and model.give_up(ends[0])).start()
        with pytest.raises(EnvironmentLacking, match="ended with 7 while it was asked") as caught:
            list(model.answer([Request("Demo/0", 0, Prompt("hi"))], Sampling()))
    assert "CUDA error" in str(caught.value)
    assert all_end(json.loads(children.read_text()))


# A whole process that has a server, so that it can be killed.
OWNER = """
import sys, time
sys.path.insert(0, sys.argv[4])
from pathlib import Path
from harness.models.remote import own_server
own_server._KEEPER = Path(sys.argv[2])
command = lambda port: [sys.executable, sys.argv[1], "serves", str(port), sys.argv[3]]
with own_server.OwnServer(command, lambda key: {"FAKE_KEY": key}, "the fake"):
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_its_owner_however_that_ends(tmp_path: Path, end: signal.Signals) -> None:
    children = tmp_path / "children"
    script = [sys.executable, "-c", OWNER, str(PROGRAM), str(own_server._KEEPER), str(children), str(ROOT)]
    owner = subprocess.Popen(
        script,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # Who runs the tests in the background of a shell has Ctrl-C ignored, and passes that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert owner.stdout is not None
    with owner.stdout:
        assert owner.stdout.readline() == b"ready\n"
        pids = json.loads(children.read_text())
        # Ctrl-C goes to the whole group of processes, kill -9 to one.
        (os.killpg if end == signal.SIGINT else os.kill)(owner.pid, end)
        owner.wait(60)
    assert all_end(pids)
