"""Commands in their jail, with hostile ones: what ends them, what they reach, what they leave."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.languages import find
from harness.languages.toolchain import find_toolchain
from harness.sandbox.commands import Command, CommandWorker, Finished
from harness.sandbox.commands.usage import children

_MEMORY = 300 << 20


@pytest.fixture
def jail(level: str) -> Iterator[CommandWorker]:
    """A jail of its own with little room."""
    readable = find_toolchain(find("sh")).readable()
    worker = CommandWorker(level, readable, scratch_bytes=32 << 20, memory_bytes=_MEMORY, processes=40)
    yield worker
    worker.close()


def shell(jail: CommandWorker, program: str, cpu_s: float = 1.0) -> Finished:
    """Run a program of bash and empty the folder behind it."""
    jail.start()
    environment = {"PATH": "/usr/bin:/bin", "HOME": jail.scratch}
    try:
        return jail.run(Command(["/bin/bash", "-c", program], environment, cpu_s, wall_factor=4.0))
    finally:
        jail.clean()


def python(jail: CommandWorker, program: str, cpu_s: float = 1.0) -> Finished:
    return shell(jail, f"exec /usr/bin/python3 -c '{program}'", cpu_s)


def still_works(jail: CommandWorker) -> bool:
    found = shell(jail, "echo well; ls -A")
    return (found.reason, found.exit_code, found.stdout) == ("ended", 0, "well\n")


def test_output_and_exit_code(jail: CommandWorker) -> None:
    found = shell(jail, "echo out; echo err >&2; exit 3")
    assert (found.reason, found.exit_code, found.stdout, found.stderr) == ("ended", 3, "out\n", "err\n")


def test_a_signal_is_a_negative_exit_code(jail: CommandWorker) -> None:
    assert shell(jail, "kill -SEGV $$").exit_code == -11


def test_files_go_in_and_come_out(jail: CommandWorker) -> None:
    jail.write({"a/b.txt": b"x"})
    environment = {"PATH": "/usr/bin:/bin"}
    found = jail.run(Command(["/bin/bash", "-c", "cat a/b.txt; echo y > c"], environment, 1.0))
    assert found.stdout == "x"
    assert jail.fetch(1 << 20) == {"a/b.txt": b"x", "c": b"y\n"}
    assert jail.fetch(1) == {}
    jail.clean()
    assert still_works(jail)


def test_an_endless_loop_times_out_by_its_cpu_time(jail: CommandWorker) -> None:
    found = shell(jail, "while :; do :; done", 0.5)
    assert found.reason == "timeout"
    assert found.cpu_s < 2.5
    assert still_works(jail)


def test_the_kernels_own_limit_is_far_behind(jail: CommandWorker) -> None:
    assert shell(jail, "ulimit -t", cpu_s=10.0).stdout == "21\n"


def test_the_cpu_time_of_all_processes_counts(jail: CommandWorker) -> None:
    found = shell(jail, "for i in 1 2 3 4; do (while :; do :; done) & done; wait", 1.0)
    assert found.reason == "timeout"


def test_sleep_times_out(jail: CommandWorker) -> None:
    began = time.monotonic()
    assert shell(jail, "sleep 100", 1.0).reason in ("sleep", "timeout")
    assert time.monotonic() - began < 20


def test_memory_is_limited(jail: CommandWorker) -> None:
    found = python(jail, "x = bytearray(1 << 30); print(len(x))")
    assert "MemoryError" in found.stderr
    assert still_works(jail)


def test_the_memory_of_all_processes_is_limited(jail: CommandWorker) -> None:
    hog = 'python3 -c "import time; x = bytearray(200 << 20); time.sleep(20)" &'
    assert shell(jail, f"{hog} {hog} {hog} wait", 5.0).reason == "memory"
    assert still_works(jail)


def test_a_flood_of_output_is_ended(jail: CommandWorker) -> None:
    found = shell(jail, "yes | head -c 300000000; yes", 20.0)
    assert found.reason == "output"
    assert len(found.stdout) < 1 << 20
    assert still_works(jail)


def test_much_output_is_no_trouble(jail: CommandWorker) -> None:
    found = shell(jail, "yes | head -c 1000000; echo end", 5.0)
    assert (found.reason, found.exit_code) == ("ended", 0)
    assert found.stdout.endswith("y\nend\n")


def test_a_fork_bomb_leaves_nothing(jail: CommandWorker) -> None:
    found = shell(jail, "bomb() { bomb | bomb & }; bomb; sleep 1; echo over", 2.0)
    assert found.reason in ("ended", "timeout", "sleep")
    assert children(jail.keeper_pid) == []
    assert still_works(jail)


def test_daemons_do_not_outlive_their_program(jail: CommandWorker) -> None:
    found = shell(jail, "(setsid sleep 300 >/dev/null 2>&1 &) ; (setsid bash -c 'sleep 300' &) ; exit 0")
    assert (found.reason, found.exit_code) == ("ended", 0)
    assert children(jail.keeper_pid) == []


def test_a_daemon_that_holds_the_output_does_not_hold_the_run(jail: CommandWorker) -> None:
    began = time.monotonic()
    assert shell(jail, "sleep 300 & echo said", 5.0).stdout == "said\n"
    assert time.monotonic() - began < 5


def test_files_do_not_outlive_their_program(jail: CommandWorker) -> None:
    shell(jail, "mkdir -p a/b; echo x > a/b/c; ln -s / root; chmod 000 a")
    assert still_works(jail)


def test_the_disk_is_limited(jail: CommandWorker) -> None:
    found = shell(jail, "for i in 1 2 3 4 5; do head -c 30000000 /dev/zero > f$i; sleep 0.3; done; exit 0", 5.0)
    assert found.reason == "output" or "No space left" in found.stderr
    assert still_works(jail)


def test_no_file_of_the_user_can_be_read_or_written(jail: CommandWorker, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    tmp_path.chmod(0o777)
    found = shell(jail, f"cat {secret}; ls -a {Path.home()}; echo x > {tmp_path}/new; echo y > /usr/bin/new; exit 0")
    assert found.stdout == ""
    assert os.listdir(tmp_path) == ["secret"]


def test_no_network(jail: CommandWorker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(3)
        port = server.getsockname()[1]
        accepted: list[object] = []

        def accept() -> None:
            with contextlib.suppress(TimeoutError):
                accepted.append(server.accept())

        waiting = threading.Thread(target=accept)
        waiting.start()
        found = shell(jail, f"exec 3<>/dev/tcp/127.0.0.1/{port} && echo connected")
        waiting.join()
    assert "connected" not in found.stdout
    assert accepted == []


def test_the_keeper_can_not_be_killed(jail: CommandWorker) -> None:
    jail.start()
    before = jail.keeper_pid
    shell(jail, "kill -9 $PPID; kill -9 -1; exit 0")
    assert still_works(jail)
    assert jail.keeper_pid == before


def test_installed_packages_are_hidden(jail: CommandWorker) -> None:
    assert python(jail, "import evalplus").exit_code == 1


def test_nothing_is_left_when_it_closes(jail: CommandWorker) -> None:
    jail.start()
    keeper, scratch = jail.keeper_pid, jail.scratch
    jail.close()
    assert not os.path.exists(f"/proc/{keeper}")
    assert scratch == "/tmp" or not os.path.exists(scratch)
