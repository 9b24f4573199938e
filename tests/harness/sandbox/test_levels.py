import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.records import Limits
from harness.sandbox.levels import LEVELS, STRONG, candidates, strongest

DOCKER_LIKE = Path(__file__).parent / "docker_like.py"

_PROBE = """
import sys
from harness.errors import SandboxTooWeak
from harness.records import Limits
from harness.sandbox.levels import strongest
try:
    worker, probe = strongest(Limits(), sys.argv[1])
except SandboxTooWeak as error:
    print("too weak:", error)
else:
    worker.close()
    print(probe.level, all(contained for _, contained in probe.canaries), probe.reasons)
"""


def _under_dockers_filter(wanted: str) -> str:
    command = [sys.executable, str(DOCKER_LIKE), sys.executable, "-c", _PROBE, wanted]
    environment = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    return done.stdout


def test_a_level_that_works_contains_the_known_attacks(level: str) -> None:
    worker, probe = strongest(Limits(), level)
    worker.close()
    assert probe.level == level
    assert probe.is_strong
    assert len(probe.canaries) >= 7
    assert all(contained for _, contained in probe.canaries)


def test_what_weak_levels_do_not_contain_is_said() -> None:
    worker, probe = strongest(Limits(), "rlimits")
    worker.close()
    assert not probe.is_strong
    assert not all(contained for _, contained in probe.canaries)
    assert any("whatever this user can" in text for text in probe.not_covered)


def test_under_dockers_filter_the_level_is_landlock() -> None:
    found = _under_dockers_filter("auto")
    assert found.startswith("landlock True ['namespaces: the sandbox did not start: ")
    assert "Operation not permitted" in found


def test_under_dockers_filter_namespaces_are_refused_and_not_replaced() -> None:
    assert _under_dockers_filter("namespaces").startswith("too weak: ")


def test_wanted_levels() -> None:
    assert candidates("auto") == STRONG
    assert candidates("weak") == LEVELS
    assert [candidates(level) for level in LEVELS] == [(level,) for level in LEVELS]
    with pytest.raises(InputError, match="no sandbox level named 'landlok'") as caught:
        candidates("landlok")
    assert "landlock" in caught.value.hint
