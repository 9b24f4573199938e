"""Every language whose toolchain is here: its known programs, MultiPL-E's own test inputs, and attacks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import EnvironmentLacking, SandboxTooWeak
from harness.grading.calibration import Pace
from harness.grading.judgement import Judgement
from harness.grading.language_programs import LanguagePrograms
from harness.languages import find, languages
from harness.languages.toolchain import find_toolchain
from harness.records import Limits, Status
from harness.sandbox.levels import probe

_UNHURRIED = Pace(0.0025, 4.0)


@pytest.fixture(scope="module")
def programs() -> Iterator[LanguagePrograms]:
    """Jails at this machine's own level."""
    try:
        level = probe("auto").level
    except SandboxTooWeak as error:
        pytest.skip(str(error))
    judge = LanguagePrograms(level, Limits(memory_bytes=2 << 30))
    yield judge
    judge.close()


def judge(programs: LanguagePrograms, name: str, program: str, pace: Pace = _UNHURRIED) -> Judgement:
    """Judge a program, or skip by the language's name."""
    missing = find_toolchain(find(name)).missing
    if missing:
        pytest.skip(f"no toolchain of {name}: {', '.join(missing)} not found")
    return programs.judge(name, program, pace)


@pytest.mark.parametrize("name", languages())
def test_known_programs(programs: LanguagePrograms, name: str) -> None:
    language = find(name)
    good = judge(programs, name, language.known_good)
    assert (good.status, good.error) == (Status.PASS, None)
    # Haskell's and Ruby's failures are syntax errors to MultiPL-E.
    assert judge(programs, name, language.known_bad).status in (Status.FAIL, Status.SYNTAX_ERROR)


@pytest.mark.parametrize("name", languages())
def test_upstream_s_inputs(programs: LanguagePrograms, name: str, fuseval_data: Path) -> None:
    """MultiPL-E tests its own container so: of two completions the first has to be OK and the second not."""
    folder = fuseval_data / "samples" / "multipl_e" / "must-pass-must-fail"
    file = folder / f"{name}-davinci-0.2-keep-HumanEval53.json"
    if not file.exists():
        pytest.skip(f"no inputs for {name}")
    problem = json.loads(file.read_text())
    first, second = (
        judge(programs, name, f"{problem['prompt']}{completion}\n{problem['tests']}")
        for completion in problem["completions"]
    )
    assert first.execution is not None
    assert (first.status, first.execution.status, first.execution.exit_code) == (Status.PASS, "OK", 0), first.error
    assert second.status is not Status.PASS


@pytest.mark.parametrize("name", languages())
def test_a_program_that_can_not_be_parsed(programs: LanguagePrograms, name: str) -> None:
    opening = "<?php " if name == "php" else ""  # without it PHP takes a text for a page to print
    found = judge(programs, name, opening + "}} this is ((( no program\n")
    assert found.status in (Status.SYNTAX_ERROR, Status.FAIL)


_LOOPS = {
    "js": "while (true) {}",
    "cpp": "int main() { volatile int x = 0; while (true) { x = x + 1; } }",
    "rs": "fn main() { let mut x: u64 = 0; loop { x = x.wrapping_add(1); std::hint::black_box(x); } }",
    "pl": "while (1) {}",
    "sh": "while :; do :; done",
    "py": "while True: pass",
    "lua": "while true do end",
    "php": "<?php while (true) {}",
    "rb": "loop {}",
    "java": "class Problem { public static void main(String[] a) { while (true) {} } }",
    "go": 'package p\nimport "testing"\nfunc TestLoop(t *testing.T) { for {} }\n',
}


@pytest.mark.parametrize("name", _LOOPS)
@pytest.mark.long
def test_an_endless_loop(programs: LanguagePrograms, name: str) -> None:
    found = judge(programs, name, _LOOPS[name], Pace(0.0025, 0.4))
    assert found.status is Status.TIMEOUT
    assert found.execution is not None
    assert (found.execution.status, found.execution.exit_code) == (find(name).timeout_status, -1)


_BOMBS = {
    "cpp": (
        "template<int N> struct A { typedef typename A<N-1>::t a; typedef typename A<N-2>::t t; };\n"
        "template<int N, int M> struct B { static const long v = B<N-1, M>::v + B<N-1, M+1>::v; };\n"
        "template<int M> struct B<0, M> { static const long v = M; };\n"
        "int main() { return B<800, 0>::v == 0; }\n"
    ),
    "rs": (
        "macro_rules! bomb { ($($t:tt)*) => { bomb!($($t)* $($t)*) } }\n"
        '#![recursion_limit = "100000"]\nfn main() { bomb!(1 2 3); }\n'
    ),
    "ts": (
        "type Twice<T extends unknown[]> = [...T, ...T];\n"
        "type Bomb<N, T extends unknown[] = [1]> = Bomb<N, Twice<T>>;\n"
        "const x: Bomb<1> = 1;\n"
    ),
    "sh": 'x=aaaaaaaaaaaaaaaa; while :; do x="$x$x"; done',
}


@pytest.mark.parametrize("name", _BOMBS)
@pytest.mark.long
def test_bombs(programs: LanguagePrograms, name: str) -> None:
    found = judge(programs, name, _BOMBS[name])
    assert found.status not in (Status.PASS, Status.INFRA_ERROR)
    language = find(name)
    assert judge(programs, name, language.known_good).status is Status.PASS


def test_a_huge_array(programs: LanguagePrograms) -> None:
    found = judge(programs, "cpp", "static char big[3000000000000]; int main() { big[5] = 1; }\n")
    assert found.status not in (Status.PASS, Status.INFRA_ERROR)


_EXITS = {
    "js": "process.exit(0);\n",
    "php": "<?php exit(0); ?>",
    "py": "import os\nos._exit(0)\n",
    "pl": "exit 0;\n",
    "sh": "exit 0\n",
    "r": "quit('no', 0)\n",
    "ts": "declare var process: any;\nprocess.exit(0);\n",
    "lua": "os.exit(0)\n",
    "rb": "exit!(0)\n",
    "ml": "let () = exit 0\n",
    "elixir": "System.halt(0)\n",
}
_EARLY = {
    "cpp": ("int main() {", "int main() { exit(0);"),
    "rs": ("fn main() {", "fn main() { std::process::exit(0);"),
    "java": ("String[] a) {", "String[] a) { System.exit(0);"),
    "cs": ("string[] args) {", "string[] args) { System.Environment.Exit(0);"),
    "d": ("unittest\n{", "unittest\n{ import core.stdc.stdlib : exit; exit(0);"),
    "rkt": ("#lang racket\n", "#lang racket\n(exit 0)\n"),
    "scala": ("String]): Unit = {", "String]): Unit = { sys.exit(0)"),
}
"""Where a language has no place for a statement in front: what to replace in its known-bad program."""


def _exiting(name: str) -> str:
    bad = find(name).known_bad
    return bad.replace(*_EARLY[name]) if name in _EARLY else _EXITS[name] + bad


@pytest.mark.parametrize("name", [*_EXITS, *_EARLY])
def test_success_before_the_tests_is_told_from_a_pass(programs: LanguagePrograms, name: str) -> None:
    language = find(name)
    assert language.ending
    early = judge(programs, name, _exiting(name))
    whole = judge(programs, name, language.known_good)
    assert early.execution is not None
    assert whole.execution is not None
    assert early.is_low_assurance
    # MultiPL-E counts both; the difference is kept beside.
    assert (early.status, early.execution.ran_to_end) == (Status.PASS, False)
    assert (whole.status, whole.execution.ran_to_end) == (Status.PASS, True)


@pytest.mark.parametrize("name", [name for name, language in languages().items() if language.ending])
def test_a_program_says_that_it_ran_to_its_end(programs: LanguagePrograms, name: str) -> None:
    whole = judge(programs, name, find(name).known_good)
    assert whole.execution is not None
    assert whole.execution.ran_to_end
    assert not re.search(r"[0-9a-f]{24}", whole.execution.stdout)


def test_running_out_of_memory_is_named(programs: LanguagePrograms) -> None:
    found = judge(programs, "py", "x = bytearray(1 << 40)\n")
    assert found.status is Status.OUT_OF_MEMORY


@pytest.mark.parametrize(("name", "interpreter", "module"), [("pl", "perl", "Test::Deep"), ("rb", "ruby", "test-unit")])
def test_a_language_whose_tests_can_not_be_loaded_is_not_here(
    name: str, interpreter: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interpreter alone is on many machines; every program would fail for want of the module."""
    place = tmp_path / interpreter
    place.write_text('#!/bin/sh\ncase "$*" in *Deep*|*unit*) exit 2;; *) echo 1.0;; esac\n')
    place.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = find_toolchain.__wrapped__(find(name))
    assert found.missing == [module]
    with pytest.raises(EnvironmentLacking, match=f"{module} not found"):
        found.require()
