"""The clock and the life of one sandbox, with programs that sleep, stop, flood, hide or take it down."""

import contextlib
import marshal
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import WorkerLost
from harness.records import Limits
from harness.sandbox import wire
from harness.sandbox.sample import Ended, Sample
from harness.sandbox.values import decode
from harness.sandbox.worker import Worker

_FLOOR_S = 0.6
_ADD_ONE = "def f(x): return x + 1"


@pytest.fixture
def quick(level: str) -> Iterator[Worker]:
    """A sandbox of its own with short limits."""
    worker = Worker(level, Limits(floor_s=_FLOOR_S, wall_factor=4.0))
    yield worker
    worker.close()


def _works(worker: Worker) -> bool:
    with worker.sample(_ADD_ONE, "f") as sample:
        return decode(sample.call("f", (1,), {}, 5.0).content) == 2


def _why_it_ended(worker: Worker, program: str, cpu_limit: float = _FLOOR_S) -> tuple[str, float]:
    began = time.monotonic()
    with pytest.raises(Ended) as caught, worker.sample(program, "f") as sample:
        sample.call("f", (1,), {}, cpu_limit)
    return caught.value.reason, time.monotonic() - began


@contextlib.contextmanager
def _busy_machine() -> Iterator[None]:
    count = 4 * len(os.sched_getaffinity(0))
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def test_a_busy_machine_takes_no_time_from_a_program(quick: Worker) -> None:
    quick.start()
    program = f"""
import time
def f(x):
    until = time.process_time() + {0.6 * _FLOOR_S}
    while time.process_time() < until:
        pass
    return x + 1
"""
    with _busy_machine():
        began = time.monotonic()
        with quick.sample(program, "f") as sample:
            assert decode(sample.call("f", (1,), {}, _FLOOR_S).content) == 2
        wall_s = time.monotonic() - began
    assert sample.usage.cpu_s < _FLOOR_S + 0.2
    assert wall_s > sample.usage.cpu_s


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("while True: pass", "timeout"),
        ("__import__('time').sleep(60)", "sleep"),
        ("__import__('os').kill(__import__('os').getpid(), __import__('signal').SIGSTOP)", "sleep"),
        ("__import__('threading').Event().wait()", "sleep"),
        ("__import__('os')._exit(0)", "gone"),
        ("__import__('os').abort()", "gone"),
        ("__import__('os').closerange(0, 256)", "gone"),
        ("[__import__('threading').Thread(target=lambda: sum(range(10**12))).start() for _ in range(4)]", "timeout"),
    ],
)
def test_why_and_when_a_program_ends(quick: Worker, body: str, reason: str) -> None:
    found, seconds = _why_it_ended(quick, f"def f(x):\n    {body}\n    while True: __import__('time').sleep(0.001)")
    assert found in (reason, "timeout") if reason == "timeout" else found == reason
    assert seconds < 10
    assert _works(quick)


def test_threads_that_come_and_go_are_not_asleep(quick: Worker) -> None:
    program = """
import threading, time
def work():
    until = time.thread_time() + 0.2
    while time.thread_time() < until:
        pass
def f(x):
    for _ in range(8):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    return x + 1
"""
    with quick.sample(program, "f") as sample:
        assert decode(sample.call("f", (1,), {}, 4.0).content) == 2


def test_how_long_a_program_may_sleep_does_not_follow_its_cpu_limit(quick: Worker) -> None:
    reason, seconds = _why_it_ended(quick, "import time\ndef f(x): time.sleep(20)", 3 * _FLOOR_S)
    assert reason == "sleep"
    assert seconds < 2


def test_a_program_may_sleep_a_little(quick: Worker) -> None:
    with quick.sample(f"import time\ndef f(x):\n    time.sleep({0.3 * _FLOOR_S})\n    return x + 1", "f") as sample:
        assert decode(sample.call("f", (1,), {}, _FLOOR_S).content) == 2


def _answer_all(sample: Sample, count: int) -> None:
    for start in range(count):
        sample.go(start, start + 1, _FLOOR_S)


def test_short_sleeps_before_many_answers_add_up(quick: Worker) -> None:
    quick.use_inputs(marshal.dumps([[n] for n in range(200)], 2))
    began = time.monotonic()
    with quick.sample("import time\ndef f(x): time.sleep(0.1)", "f") as sample, pytest.raises(Ended, match="sleep"):
        _answer_all(sample, 200)
    assert time.monotonic() - began < 8


_FLOOD = """
import os, struct, time
def f(x):
    for fd in range(3, 20):
        try:
            os.write(fd, {first})
        except OSError:
            continue
        while True:
            os.write(fd, {again})
            time.sleep({pause})
"""


@pytest.mark.parametrize(
    ("first", "again", "pause"),
    [
        ("b''", "struct.pack('<BII', 1, 0, 0) * 500", 0),  # greetings
        ("struct.pack('<BII', 3, 0, 1 << 24)", "b'x'", 0.05),  # a long answer, byte by byte
        ("struct.pack('<BII', 3, 0, 1 << 24)", "b'x' * 10", 0),
        ("struct.pack('<BII', 3, 0, 0xFFFFFFFF)", "b'x'", 0.05),
        ("struct.pack('<BII', 9, 9, 9)", "b'x'", 0.05),
    ],
)
def test_floods_and_drips_end(quick: Worker, first: str, again: str, pause: float) -> None:
    reason, seconds = _why_it_ended(quick, _FLOOD.format(first=first, again=again, pause=pause))
    assert reason in ("timeout", "sleep", "protocol")
    assert seconds < 10
    assert _works(quick)


def test_a_program_that_does_not_read_does_not_hold_the_worker(quick: Worker) -> None:
    program = "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\ndef f(x): return x"
    began = time.monotonic()
    with pytest.raises(Ended), quick.sample(program, "f") as sample:
        sample.call("f", ("x" * (8 << 20),), {}, _FLOOR_S)
    assert time.monotonic() - began < 15
    assert _works(quick)


def test_a_zygote_that_dies_is_lost_and_replaced(quick: Worker) -> None:
    assert _works(quick)
    for _ in range(2):
        process = quick._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with pytest.raises(WorkerLost):
            _works(quick)
        assert _works(quick)


def test_a_zygote_that_dies_under_a_sample_takes_it_along(quick: Worker) -> None:
    with contextlib.suppress(WorkerLost), quick.sample("def f(x):\n    while x: pass", "f") as sample:
        sample.call("f", (0,), {}, 5.0)
        assert quick._process is not None
        os.kill(quick._process.pid, signal.SIGKILL)
        with pytest.raises(Ended, match="gone"):
            sample.call("f", (1,), {}, 30.0)
        assert _is_gone(sample.pid, 2.0)
    assert _works(quick)


_HELD = """
import sys
from harness.records import Limits
from harness.sandbox.sample import Ended
from harness.sandbox.worker import Worker
worker = Worker(sys.argv[1], Limits(floor_s=60.0))
with worker.sample('''
import ctypes, os, signal
for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
open("left", "w").close()
def f(x):
    while x: pass
    return x
''', "f") as sample:
    sample.call("f", (0,), {}, 5.0)
    print(sample.pid, worker._process.pid, worker._folder.path if worker._folder else "", sep="|", flush=True)
    sample.call("f", (1,), {}, 60.0)
"""


def test_when_the_trusted_process_is_killed_nothing_is_left(level: str) -> None:
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", _HELD, level]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as trusted:
        assert trusted.stdout is not None
        child, zygote, folder = trusted.stdout.readline().strip().split("|")
        trusted.kill()
        trusted.wait()
    assert _is_gone(int(child), 2.0)
    assert _is_gone(int(zygote), 2.0)
    if folder:
        assert os.listdir(folder) == []  # the zygote has emptied it
        with contextlib.closing(Worker(level, Limits())) as later:
            later.start()
            assert not Path(folder).exists()


def _is_gone(pid: int, within_s: float) -> bool:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("size", [32 << 20, 0])
def test_many_files_are_too_many(worker: Worker, size: int) -> None:
    program = f"""
import os, time
def f(x):
    try:
        for number in range(40 if {size} else 30000):
            with open(str(number), "wb") as file:
                file.write(b"x" * {size})
    except OSError as error:
        return str(error)
    time.sleep(0.6)
    return "written"
"""
    with contextlib.suppress(Ended), worker.sample(program, "f") as sample:
        assert "No space left" in str(decode(sample.call("f", (1,), {}, 8.0).content))
    assert _works(worker)


@pytest.mark.skipif(sys.prefix.startswith("/tmp/"), reason="mount points of the environment show in /tmp")
def test_nothing_of_a_sample_is_there_for_the_next(worker: Worker) -> None:
    leave = """
import os, threading, time
def f(x):
    for folder in (os.getcwd(), "/tmp", "/dev/shm"):
        try:
            os.makedirs(folder + "/left/inner", mode=0o300)
            open(folder + "/left/inner/file", "w").close()
            os.symlink("/", folder + "/link")
        except OSError:
            pass
    threading.Thread(target=lambda: [time.sleep(0.01) for _ in iter(int, 1)]).start()
    return x
"""
    look = """
import os
def f(x):
    return [name for folder in (os.getcwd(), "/tmp", "/dev/shm") if os.access(folder, os.R_OK)
            for name in os.listdir(folder)] if os.getcwd() == "/tmp" else os.listdir(".")
"""
    for _ in range(2):
        with worker.sample(leave, "f") as sample:
            assert sample.call("f", (1,), {}, 5.0).tag == wire.VALUE
        with worker.sample(look, "f") as sample:
            assert decode(sample.call("f", (1,), {}, 5.0).content) == []


def test_what_a_sample_used_is_told(worker: Worker) -> None:
    program = "def f(x):\n    data = bytearray(200 << 20)\n    return sum(range(10 ** 7)) and len(data)"
    with worker.sample(program, "f") as sample:
        assert decode(sample.call("f", (1,), {}, 8.0).content) == 200 << 20
    assert 0.05 < sample.usage.cpu_s < 8
    assert 200 << 20 < sample.usage.peak_bytes < 1 << 30
    with worker.sample("def f(x):\n    __import__('os').abort()", "f") as sample, contextlib.suppress(Ended):
        sample.call("f", (1,), {}, 5.0)
    assert os.WTERMSIG(sample.usage.wait_status) == signal.SIGABRT
