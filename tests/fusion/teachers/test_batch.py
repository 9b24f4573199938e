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
from harness.models.remote.budget import Usage
from harness.models.remote.spending import Spending

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
    ends_as: str = "completed"
    """How batches end; with nothing in them where that is not `completed`."""
    passing: set[str] = field(default_factory=set)
    """Questions that met a passing trouble once."""
    has_passing: bool = False
    mark: str = ""
    """Stands in every answer, as it is and not escaped."""

    def run(self, name: str) -> dict[str, Any]:
        """Finish a batch once it was asked after often enough."""
        batch = self.batches[name]
        batch["polls"] += 1
        if batch["polls"] < self.polls_needed:
            return {**batch["public"], "status": "in_progress"}
        if self.ends_as != "completed":
            return {**batch["public"], "status": self.ends_as}
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
            if self.has_passing and question["custom_id"] not in self.passing:
                self.passing.add(question["custom_id"])
                status = int(question["custom_id"][:2], 16) % 2
                trouble = {"status_code": 500, "body": {"error": {"message": "overloaded"}}} if status else None
                errors.append({"custom_id": question["custom_id"], "response": trouble,
                               "error": None if status else {"code": "batch_expired"}})  # fmt: skip
                continue
            text = teach(question["body"]) + self.mark
            body = {
                "id": "x",
                "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 50},
            }
            lines.append({"custom_id": question["custom_id"], "response": {"status_code": 200, "body": body}})
        self.files[f"out-{name}"] = "".join(
            json.dumps(line, ensure_ascii=not self.mark) + "\n" for line in reversed(lines)
        )
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
                if parts[-1] not in held.batches:
                    self.send_error(404)
                    return
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
    assert _spent(tmp_path / "fused") == _billed(tmp_path / "fused")


def _spent(folder: Path) -> tuple[int, int]:
    spent = Spending(folder).before()
    return spent.prompt, spent.completion


def _billed(folder: Path) -> tuple[int, int]:
    calls = [json.loads(line) for line in (folder / "calls.jsonl").read_text().splitlines()]
    answered = sum("text" in call for call in calls)
    return 100 * answered, 50 * answered


@pytest.mark.parametrize("ends_as", ["failed", "expired", "cancelled"])
def test_a_batch_that_ended_with_nothing_is_asked_again(
    tmp_path: Path, batches: tuple[Batches, str], capsys: pytest.CaptureFixture[str], ends_as: str
) -> None:
    held, address = batches
    held.ends_as = ends_as
    assert cli.main(_arguments(tmp_path, address)) == 3
    assert f"ended as {ends_as}" in capsys.readouterr().err
    held.ends_as = "completed"
    assert cli.main(_arguments(tmp_path, address)) == 0
    assert _spent(tmp_path / "fused") == _billed(tmp_path / "fused")


def test_a_batch_that_the_server_forgot_is_asked_again(tmp_path: Path, batches: tuple[Batches, str]) -> None:
    held, address = batches
    held.ends_as = "failed"
    assert cli.main(_arguments(tmp_path, address)) == 3
    held.ends_as = "completed"
    held.batches.clear()
    held.batches["other"] = {}  # so that no new one is called as the old one
    assert cli.main(_arguments(tmp_path, address)) == 0


def test_passing_troubles_are_no_refusals(tmp_path: Path, batches: tuple[Batches, str]) -> None:
    held, address = batches
    held.has_passing = True
    assert cli.main(_arguments(tmp_path, address)) == 0
    calls = [json.loads(line) for line in (tmp_path / "fused" / "calls.jsonl").read_text().splitlines()]
    assert {call["refused"] for call in calls if "refused" in call} <= {"filtered"}
    assert max(held.sent.count(key) for key in held.sent) == 2
    assert cli.main([*_arguments(tmp_path, address, "whole")]) == 0
    rows = [(tmp_path / name / "rows.jsonl").read_text() for name in ("fused", "whole")]
    assert rows[0] == rows[1]


def test_a_line_separator_tears_no_answer(tmp_path: Path, batches: tuple[Batches, str]) -> None:
    held, address = batches
    held.mark = "\u2028\u0085x"
    assert cli.main(_arguments(tmp_path, address)) == 0
    assert len(set(held.sent)) == len(held.sent)


def test_a_budget_in_dollars_reckons_with_the_price_of_batches(
    tmp_path: Path, batches: tuple[Batches, str], capsys: pytest.CaptureFixture[str]
) -> None:
    _, address = batches
    assert cli.main([*_arguments(tmp_path, address), "--budget", "0.000001usd"]) == 3
    said = capsys.readouterr().err
    # The longest answer at half of four dollars a million, and a prompt of some hundred bytes.
    worst = float(said.split("next call may take ")[1].split()[0].rstrip("."))
    assert 2048 * 2 / 1e6 < worst < 2048 * 4 / 1e6


def test_what_was_spent_outside_of_batches_counts_twice_at_half_the_price(tmp_path: Path) -> None:
    for in_batches in (False, True):
        with Spending(tmp_path, in_batches=in_batches) as spending:
            spending.reserved(Usage(100, 10))
            spending.settled(Usage(100, 10), Usage(7, 3))
    assert Spending(tmp_path).before() == Usage(14, 6)
    assert Spending(tmp_path).before(at_half_price=True) == Usage(21, 9)
