"""How the world looks from inside."""

import os
import sys
from collections.abc import Callable

import pytest

from harness.records import Limits
from harness.sandbox.worker import Worker

Ask = Callable[..., object]


def test_programs_are_nobody_and_no_two_sandboxes_share_a_user(ask: Ask, level: str) -> None:
    program = "import os\ndef f(): return [*os.getresuid(), *os.getresgid(), *os.getgroups()]"
    found = ask(program)
    assert isinstance(found, list)
    if os.geteuid() == 0:
        assert 0 not in found
        other = Worker(level, Limits())
        try:
            with other.sample(program, "f") as sample:
                assert sample.call("f", (), {}, 5.0).content
                first = sample.pid
            assert first
        finally:
            other.close()
    else:
        assert found[0] in (1000, os.geteuid())


def test_the_environment_is_bare(ask: Ask) -> None:
    found = ask("import os\ndef f(): return dict(os.environ)")
    assert isinstance(found, dict)
    assert set(found) <= {
        "PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE",
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    }  # fmt: skip


def test_only_the_scratch_folder_can_be_written(ask: Ask) -> None:
    program = """
import os
def f():
    found = []
    for top, folders, _ in os.walk("/"):
        if top.count("/") > 4 or top.startswith(("/proc", "/sys")):
            folders.clear()
            continue
        try:
            open(os.path.join(top, "written"), "w").close()
            os.unlink(os.path.join(top, "written"))
            found.append(top)
        except OSError:
            pass
    open("here", "w").close()
    return sorted(found), os.getcwd()
"""
    found, here = ask(program, cpu_limit=20.0)  # type: ignore[misc]
    assert set(found) <= {here, "/tmp", "/dev/shm"}


@pytest.mark.skipif(sys.prefix.startswith("/tmp/"), reason="mount points of the environment show in /tmp")
def test_with_namespaces_there_is_no_proc_no_neighbour_and_no_network(ask: Ask, level: str) -> None:
    if level != "namespaces":
        pytest.skip("namespaces only")
    program = """
import os, socket
def f():
    kill = []
    for pid in range(1, 5000):
        try:
            os.kill(pid, 0)
            kill.append(pid)
        except PermissionError:
            kill.append(pid)
        except ProcessLookupError:
            pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            is_reached = line.connect(("10.0.0.1", 53)) is None
        except OSError:
            is_reached = False
    return os.listdir("/tmp"), os.path.exists("/proc/self"), is_reached, kill, os.getpid()
"""
    left, has_proc, is_reached, processes, own = ask(program)  # type: ignore[misc]
    assert left == []
    assert not has_proc
    assert not is_reached
    assert processes == [1, own]


def test_limits_cannot_be_raised(ask: Ask) -> None:
    program = """
import resource
def f():
    found = {}
    for name in ("AS", "NPROC", "NOFILE", "FSIZE", "CORE", "MEMLOCK"):
        number = getattr(resource, "RLIMIT_" + name)
        soft, hard = resource.getrlimit(number)
        try:
            resource.setrlimit(number, (hard + 1, hard + 1))
            found[name] = "raised"
        except ValueError:
            found[name] = hard
    return found
"""
    found = ask(program)
    assert isinstance(found, dict)
    assert "raised" not in found.values()
    assert all(0 <= most < 1 << 40 for most in found.values())
