"""A server program that this process starts on a free port of this machine, and that ends with it, however it ends."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness.errors import EnvironmentLacking

_KEEPER = Path(__file__).with_name("server_keeper.py")
_LOOK_S = 0.5
_TELL_S = 15.0
_LAST_LINES = 8
_LINE_LENGTH = 300
_LEAVE_S = 30.0

_log = logging.getLogger(__name__)


class OwnServer:
    """A server of one's own; use as a context manager.

    Args:
        command: Makes the command of the port that was found.
        environment: Makes what is added to the environment, of the key that was drawn.
        title: What it is, for the person who waits.
        on_end: Called from another thread with the reason, where the server ends by itself once it was ready.
        start_s: Seconds after which it is given up.
    """

    def __init__(
        self,
        command: Callable[[int], Sequence[str]],
        environment: Callable[[str], Mapping[str, str]],
        title: str,
        *,
        on_end: Callable[[EnvironmentLacking], None] = lambda _: None,
        start_s: float = 3600.0,
    ) -> None:
        self._command, self._environment, self._title = command, environment, title
        self._on_end, self._start_s = on_end, start_s
        self.api_key = secrets.token_urlsafe(24)
        """Whoever else is on this machine may not ask."""
        self.base_url = ""
        self._keeper: subprocess.Popen[bytes] | None = None
        self._log_path = Path()
        self._is_log_left = False
        self._is_left = threading.Event()

    def __enter__(self) -> OwnServer:
        """Start it and wait until it answers.

        Raises:
            EnvironmentLacking: It ended before, or took too long; the message has its last words.
        """
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{port}/v1"
        handle, name = tempfile.mkstemp(prefix="fuseval-server-", suffix=".log")
        self._log_path = Path(name)
        try:
            with os.fdopen(handle, "wb") as log:
                self._keeper = subprocess.Popen(
                    [sys.executable, "-I", "-S", str(_KEEPER), *self._command(port)],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, "PYTHONUNBUFFERED": "1", **self._environment(self.api_key)},
                    start_new_session=True,
                )
            self._wait()
        except BaseException:
            self._stop()
            raise
        threading.Thread(target=self._watch, name="server-watch", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it and all that it started."""
        self._stop()
        if not self._is_log_left:
            self._log_path.unlink(missing_ok=True)

    def _wait(self) -> None:
        assert self._keeper is not None
        began = told = time.monotonic()
        while not self._is_ready():
            if self._is_left.is_set():
                raise EnvironmentLacking(f"{self._title} was stopped before it was ready")
            now = time.monotonic()
            if self._keeper.poll() is not None:
                raise self._ended(f"{self._title} ended with {self._keeper.returncode} before it was ready")
            if now - began > self._start_s:
                raise self._ended(f"{self._title} was not ready after {self._start_s:g} s")
            if now - told > _TELL_S:
                told = now
                words = (self.last_lines(1) or [""])[0]
                _log.info("%s starts, %.0f s so far: %s", self._title, now - began, words)
            self._is_left.wait(_LOOK_S)

    def _is_ready(self) -> bool:
        asked = urllib.request.Request(f"{self.base_url}/models", headers={"Authorization": f"Bearer {self.api_key}"})
        try:
            # No proxy: it is on this machine.
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, ValueError):
            return False

    def _watch(self) -> None:
        """Tell whoever asks that the server has ended: no use in trying again."""
        assert self._keeper is not None
        code = self._keeper.wait()
        if not self._is_left.is_set():
            self._on_end(self._ended(f"{self._title} ended with {code} while it was asked"))

    def _ended(self, what: str) -> EnvironmentLacking:
        """Give the error for a server that is gone; its log is left for reading."""
        self._is_log_left = True
        lines = self.last_lines(_LAST_LINES)
        said = "; its last words:\n  " + "\n  ".join(lines) if lines else ", without a word"
        return EnvironmentLacking(what + said, hint=f"less {self._log_path}")

    def last_lines(self, count: int) -> list[str]:
        """Give the last lines of what it wrote.

        Args:
            count: How many at most.
        """
        try:
            with self._log_path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - (1 << 16)))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return []
        return [line[:_LINE_LENGTH] for line in text.replace("\r", "\n").splitlines() if line.strip()][-count:]

    def _stop(self) -> None:
        self._is_left.set()
        keeper = self._keeper
        if keeper is None:
            return
        assert keeper.stdin is not None
        keeper.stdin.close()  # the keeper ends the server when it sees this
        try:
            keeper.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:
            keeper.send_signal(signal.SIGKILL)
            keeper.wait()
