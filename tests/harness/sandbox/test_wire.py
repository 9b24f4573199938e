"""What the worker makes of messages that no child of ours would send."""

import marshal

import pytest

from harness.sandbox import wire
from harness.sandbox.sample import Ended, NotLoaded
from harness.sandbox.worker import Worker

_SEND = """
import os, struct
def frame(kind, index, body=b"", size=None):
    return struct.pack("<BII", kind, index, len(body) if size is None else size) + body
for fd in range(3, 20):
    try:
        os.write(fd, {message})
    except OSError:
        pass
def f(x): return x
"""
_ANSWER = "struct.pack('<BI', 0, 1) + b'T'"


@pytest.mark.parametrize(
    "message",
    [
        "frame(9, 0)",
        "frame(2, 1, bytes(8))",  # another index
        "frame(2, 0, bytes(7))",  # no whole print
        "frame(2, 0, bytes(24))",  # more than was asked for
        "frame(2, 0)",  # nothing
        "frame(2, 0, b'', 0xFFFFFFFF)",
        "frame(3, 0, " + _ANSWER + ")",  # answers, unasked
        "frame(5, 0, bytes(17))",  # measurements, unasked
        "frame(1, 0) + frame(1, 0)",  # a second greeting
        "frame(4, 0)",  # no reason
    ],
)
def test_what_is_no_batch_ends_the_sample(worker: Worker, message: str) -> None:
    worker.use_inputs(marshal.dumps([[1], [2]], 2))
    with worker.sample(_SEND.format(message=message), "f") as sample, pytest.raises(Ended, match="protocol"):
        sample.go(0, 2, 2.0)


@pytest.mark.parametrize(
    "message",
    ["b''", "struct.pack('<BI', 0, 9) + b'T'", "b'x'", "struct.pack('<BI', 0, 0xFFFFFFFF)", _ANSWER + " + b'x'"],
)
def test_what_is_no_answer_ends_the_sample(worker: Worker, message: str) -> None:
    program = _SEND.format(message=f"frame(3, 0, {message})")
    with worker.sample(program, "f") as sample, pytest.raises(Ended, match="protocol"):
        sample.call("f", (1,), {}, 2.0)


def test_a_program_that_says_it_did_not_load_did_not(worker: Worker) -> None:
    program = _SEND.format(message="frame(4, 0, bytes([0]) + b'T')")
    with worker.sample(program, "f") as sample, pytest.raises(NotLoaded):
        sample.go(0, 1, 2.0)


def test_orders_and_frames_have_one_length() -> None:
    assert wire.ORDER.size == wire.FRAME.size == 9
    assert wire.MEASUREMENT.size == 17
    assert {len(mark) for mark in wire.MARK.values()} == {8}
