"""A small server program that is started and ended as vLLM's is: `python fake_server.py MODE PORT CHILDREN_FILE`.

MODE: `serves` answers after a moment, with a child that ignores SIGTERM and one that left its session, whose pids it
writes down; `dies` says why and ends; `hangs` never answers; `dies-later` ends when it is asked for an answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_known = self.headers["Authorization"] == f"Bearer {os.environ['FAKE_KEY']}"
        self._send(200 if is_known else 401, {"object": "list", "data": [{"id": "model"}]})

    def do_POST(self) -> None:
        if sys.argv[1] == "dies-later":
            print("CUDA error: an illegal memory access", flush=True)
            os._exit(7)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._send(200, {"choices": [{"text": json.dumps(body), "finish_reason": "stop"}]})

    def _send(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


def main(mode: str, port: int, children: Path) -> None:
    if mode == "dies":
        print("loading weights\nValueError: no kernel for this device", flush=True)
        sys.exit(3)
    pids = [os.getpid()]
    for is_away in (False, True):
        child = subprocess.Popen(
            [sys.executable, "-S", "-c", STUBBORN], stdout=subprocess.PIPE, start_new_session=is_away
        )
        assert child.stdout is not None
        child.stdout.readline()
        pids.append(child.pid)
    partial = children.with_suffix(".part")
    partial.write_text(json.dumps(pids))
    partial.rename(children)
    print("weights are loaded", flush=True)
    if mode == "hangs":
        time.sleep(600)
    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
