"""The batch API: one file up, one file down, and no question sent twice whatever happens in between."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness import cli

sys.path.insert(0, str(Path(__file__).parents[1]))

from teacher_server import teach  # noqa: E402


@dataclass
class Batches:
    """What the server holds."""

    files: dict[str, str] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    polls: int = 0
    polls_needed: int = 1
    sent: list[str] = field(default_factory=list)

    def run(self, name: str) -> dict[str, Any]:
        """Finish a batch once it was asked after often enough."""
        batch = self.batches[name]
        batch["polls"] += 1
        if batch["polls"] < self.polls_needed:
            return {**batch["public"], "status": "in_progress"}
        lines, errors = [], []
        for line in self.files[batch["public"]["input_file_id"]].splitlines():
            question = json.loads(line)
            if int(question["custom_id"][:2], 16) < 5:
                error = {
                    "custom_id": question["custom_id"],
                    "response": {"status_code": 400, "body": {"error": "filtered"}},
                }
                errors.append(error)
                continue
            text = teach(question["body"])
            body = {
                "id": "x",
                "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 50},
            }
            lines.append({"custom_id": question["custom_id"], "response": {"status_code": 200, "body": body}})
        self.files[f"out-{name}"] = "".join(json.dumps(line) + "\n" for line in reversed(lines))
        self.files[f"err-{name}"] = "".join(json.dumps(line) + "\n" for line in errors)
        return {
            **batch["public"],
            "status": "completed",
            "output_file_id": f"out-{name}",
            "error_file_id": f"err-{name}",
        }


def _handler(held: Batches) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def _say(self, value: object, *, plain: bool = False) -> None:
            data = value.encode() if plain and isinstance(value, str) else json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain" if plain else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/files"):
                head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
                parts = BytesParser().parsebytes(head + content).get_payload()
                text = next(part.get_payload() for part in parts if part.get_filename())  # type: ignore[union-attr]
                name = f"file-{len(held.files)}"
                held.files[name] = str(text)
                held.sent += [json.loads(line)["custom_id"] for line in str(text).splitlines()]
                self._say({"id": name, "object": "file", "bytes": 1, "created_at": 0, "filename": "x",
                           "purpose": "batch", "status": "processed"})  # fmt: skip
            else:
                name = f"batch-{len(held.batches)}"
                asked = json.loads(content)
                public = {"id": name, "object": "batch", "endpoint": asked["endpoint"], "completion_window": "24h",
                          "input_file_id": asked["input_file_id"], "created_at": 0, "status": "validating"}  # fmt: skip
                held.batches[name] = {"public": public, "polls": 0}
                self._say(public)

        def do_GET(self) -> None:
            parts = self.path.split("/")
            if "files" in parts:
                self._say(held.files[parts[parts.index("files") + 1]], plain=True)
            else:
                held.polls += 1
                self._say(held.run(parts[-1]))

    return Handler


@pytest.fixture
def batches() -> Iterator[tuple[Batches, str]]:
    """A server with a batch API, and its address."""
    held = Batches()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(held))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield held, f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def _arguments(tmp_path: Path, address: str, name: str = "fused") -> list[str]:
    seeds = tmp_path / "seeds.jsonl"
    if not seeds.exists():
        lines = [
            {"instruction": f"Write a function number {n} about topic{n} and theme{n} in depth."} for n in range(30)
        ]
        seeds.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return ["fuse", str(seeds), "--teacher", "model", "--base-url", address, "--batch", "-n", "12", "--price", "2,4",
            "--decontaminate", "none", "--checks", "paper", "-o", str(tmp_path / name)]  # fmt: skip


def test_a_data_set_comes_out_of_batches_at_half_the_price(tmp_path: Path, batches: tuple[Batches, str]) -> None:
    held, address = batches
    assert cli.main(_arguments(tmp_path, address)) == 0
    assert len(set(held.sent)) == len(held.sent)
    record = json.loads((tmp_path / "fused" / "dataset.json").read_text())
    assert record["rows"] == 12
    answered = len((tmp_path / "fused" / "calls.jsonl").read_text().splitlines()) - record["rejected"].get("refused", 0)
    assert record["cost"] == pytest.approx(answered * (100 * 1 + 50 * 2) / 1e6)
    assert len(held.batches) < record["calls"] / 2


def test_a_batch_that_is_under_way_is_found_again_after_a_kill(tmp_path: Path, batches: tuple[Batches, str]) -> None:
    import subprocess

    held, address = batches
    held.polls_needed = 1000
    command = [sys.executable, "-m", "harness.cli", *_arguments(tmp_path, address)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not held.polls and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    held.polls_needed = 1
    assert cli.main(_arguments(tmp_path, address)) == 0
    assert len(set(held.sent)) == len(held.sent)
    assert cli.main(_arguments(tmp_path, address, "whole")) == 0
    rows = [(tmp_path / name / "rows.jsonl").read_text() for name in ("fused", "whole")]
    assert rows[0] == rows[1]
