"""A compiler that stays, with programs that would have it serve them beyond their own turn."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from harness.languages import find
from harness.languages.toolchain import find_toolchain
from harness.sandbox.commands import Command, CommandWorker, ResidentCompiler
from harness.sandbox.commands.usage import children

# Answers with a file that holds the request, or misbehaves as the request says.
_ECHO = r"""
import os, struct, sys, time
def read(size):
    data = b""
    while len(data) < size:
        part = os.read(0, size - len(data))
        if not part:
            os._exit(0)
        data += part
    return data
def block(data):
    return struct.pack(">I", len(data)) + data
while True:
    source = read(struct.unpack(">I", read(4))[0])
    word = source.decode()
    if word == "die":
        os._exit(1)
    if word == "loop":
        while True:
            pass
    if word == "long":
        os.write(1, struct.pack(">I", 1 << 30))
    if word == "lie":
        os.write(1, block(struct.pack(">I", 1000) + b"x"))
    elif word == "nothing":
        os.write(1, block(b""))
    else:
        name = {"climb": b"../program", "folder": b"a/b.class", "no ascii": "\u00e9.class".encode()}
        os.write(1, block(block(name.get(word, b"Program.class")) + block(source)))
"""


@pytest.fixture
def compiler(level: str) -> Iterator[ResidentCompiler]:
    """A stand-in for a compiler, in a jail of its own."""
    readable = find_toolchain(find("py")).readable()
    worker = CommandWorker(level, readable, scratch_bytes=32 << 20, memory_bytes=300 << 20)
    words = ["/usr/bin/python3", "-c", _ECHO]
    resident = ResidentCompiler(worker, lambda folder: Command(words, {"HOME": folder}, 1000.0))
    yield resident
    resident.close()


def build(compiler: ResidentCompiler, text: str, cpu_s: float = 5.0) -> dict[str, bytes]:
    return compiler.build(text.encode(), cpu_s, wall_factor=4.0)


def test_one_process_builds_all(compiler: ResidentCompiler) -> None:
    assert build(compiler, "one") == {"Program.class": b"one"}
    first = children(compiler.keeper_pid)
    assert build(compiler, "two" * 100_000) == {"Program.class": b"two" * 100_000}
    assert build(compiler, "nothing") == {}
    assert children(compiler.keeper_pid) == first


@pytest.mark.parametrize("name", ["climb", "folder", "no ascii"])
def test_only_plain_names_come_out(compiler: ResidentCompiler, name: str) -> None:
    assert build(compiler, name) == {}
    assert build(compiler, "after") == {"Program.class": b"after"}


@pytest.mark.parametrize("trouble", ["die", "long", "lie"])
def test_what_is_no_answer_costs_it_its_life_and_nobody_else(compiler: ResidentCompiler, trouble: str) -> None:
    assert build(compiler, trouble) == {}
    assert build(compiler, "after") == {"Program.class": b"after"}


def test_a_program_that_keeps_it_busy_is_given_up(compiler: ResidentCompiler) -> None:
    began = time.monotonic()
    assert build(compiler, "loop", cpu_s=0.5) == {}
    assert time.monotonic() - began < 20
    assert build(compiler, "after") == {"Program.class": b"after"}


def test_nothing_is_left_when_it_closes(compiler: ResidentCompiler) -> None:
    build(compiler, "one")
    (process,) = children(compiler.keeper_pid)
    compiler.close()
    with pytest.raises(FileNotFoundError):
        open(f"/proc/{process}/stat").close()
