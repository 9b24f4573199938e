"""Quick ways next to the plain one: the same verdicts, and nothing of one program for the next."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import SandboxTooWeak
from harness.grading.language_runner import LanguageRunner
from harness.languages import find, languages
from harness.languages.toolchain import find_toolchain
from harness.records import Limits, Status
from harness.sandbox.commands.usage import children
from harness.sandbox.levels import probe

_JAVA = "class Problem {{ public static void main(String[] a) throws Exception {{ {} }} }}\n"
_CSHARP = (
    "using System;\nusing System.Diagnostics;\nclass Problem {{ public static void Main(string[] args) {{ {} }} }}\n"
)
_PARTS = {"java": _JAVA, "cs": _CSHARP}


def _runner(name: str) -> LanguageRunner:
    toolchain = find_toolchain(find(name))
    if toolchain.missing:
        pytest.skip(f"no toolchain of {name}: {', '.join(toolchain.missing)} not found")
    try:
        level = probe("auto").level
    except SandboxTooWeak as error:
        pytest.skip(str(error))
    return LanguageRunner(toolchain, level, Limits(memory_bytes=2 << 30))


@pytest.fixture(params=_PARTS)
def staying(request: pytest.FixtureRequest) -> Iterator[LanguageRunner]:
    """A language whose compiler stays."""
    runner = _runner(request.param)
    if not (runner.has_quick_way and runner.language.shortcut and runner.language.shortcut.compiler):
        runner.close()
        pytest.skip(f"no compiler of {request.param} that stays can be had here")
    yield runner
    runner.close()


def status(runner: LanguageRunner, program: str) -> Status:
    return runner.judge(program, 4.0).status


@pytest.mark.parametrize("name", [name for name, language in languages().items() if language.shortcut])
def test_what_is_known_goes_the_quick_way(name: str) -> None:
    runner = _runner(name)
    shortcut = runner.language.shortcut
    try:
        if not runner.has_quick_way:
            pytest.skip(f"no shortcut of {name} can be made here")
        runner.check_itself()
        assert shortcut
        changes_ways = bool(shortcut.build or shortcut.compiler or shortcut.run)
        assert runner.has_quick_way is changes_ways
    finally:
        runner.close()


def test_a_class_of_one_program_is_unknown_to_the_next(staying: LanguageRunner) -> None:
    program = _PARTS[staying.language.name]
    with_class = program.format("new Left();") + "class Left { }\n"
    assert status(staying, with_class) is Status.PASS
    assert status(staying, program.format("new Left();")) is Status.SYNTAX_ERROR
    assert status(staying, with_class) is Status.PASS


def test_a_program_can_not_stand_in_for_the_platform(staying: LanguageRunner) -> None:
    """A class called as one of the library's is a program's own, for as long as that program lasts."""
    name = staying.language.name
    library = {
        "java": "package org.javatuples;\npublic class Pair { }\n",
        "cs": "namespace System { public class Console { } }\n",
    }[name]
    assert status(staying, library) is not Status.PASS
    known = staying.language.known_good
    assert status(staying, known) is Status.PASS
    assert status(staying, staying.language.known_bad) is Status.FAIL


def test_what_breaks_the_compiler_breaks_nothing_else(staying: LanguageRunner) -> None:
    program = _PARTS[staying.language.name]
    deep = program.format("int x = " + "(" * 20_000 + "1" + ")" * 20_000 + ";")
    assert status(staying, deep) is not Status.INFRA_ERROR
    assert status(staying, staying.language.known_good) is Status.PASS
    assert status(staying, staying.language.known_bad) is Status.FAIL


def test_a_running_program_sees_neither_the_compiler_nor_others_files(staying: LanguageRunner) -> None:
    looks = {
        "java": (
            'for (var file : new java.io.File("/proc").list()) if (file.matches("[0-9]+")) {'
            ' String said = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + file + "/cmdline"));'
            ' if (said.contains("JavaCompiler")) return; }'
            ' for (var file : new java.io.File(".").list()) if (file.contains("Left")) return;'
            ' throw new Exception("nothing to see");'
        ),
        "cs": (
            'foreach (var folder in System.IO.Directory.GetDirectories("/proc"))'
            ' { string said = ""; try { said = System.IO.File.ReadAllText(folder + "/cmdline"); } catch (Exception) { }'
            ' if (said.Contains("compiler.exe")) return; }'
            ' foreach (var file in System.IO.Directory.GetFiles(".")) if (file.Contains("Left")) return;'
            " Debug.Assert(false);"
        ),
    }[staying.language.name]
    program = _PARTS[staying.language.name]
    assert status(staying, program.format("new Left();") + "class Left { }\n") is Status.PASS
    found = staying.judge(program.format(looks), 4.0)
    assert found.status is Status.FAIL, found.error


def test_the_compiler_ends_with_the_jail(staying: LanguageRunner) -> None:
    assert status(staying, staying.language.known_good) is Status.PASS
    assert staying.compiler
    keeper = staying.compiler.keeper_pid
    (process,) = children(keeper)
    staying.close()
    with pytest.raises(FileNotFoundError):
        open(f"/proc/{process}/stat").close()


_NEEDS_MORE = {
    "r": "if (median(c(1, 2, 3)) != 2 || !isVirtualClass('VIRTUAL')) { quit('no', 1) }\n",
    "rb": "Gem::Version.new('1.0')\n" + find("rb").known_good,
}
"""What the quick way leaves out."""


@pytest.mark.parametrize("name", _NEEDS_MORE)
def test_what_needs_more_than_the_quick_way_has_goes_the_plain_one(name: str) -> None:
    runner = _runner(name)
    try:
        runner.check_itself()
        assert status(runner, _NEEDS_MORE[name]) is Status.PASS
    finally:
        runner.close()


_AS_TSC = {
    "an undeclared variable in sloppy code": (
        "function f(this: any) { return this === undefined; }\nif ((f as any)()) { throw 1; }\n",
        Status.PASS,
    ),
    "its own strictness": (
        '"use strict";\nfunction f(this: any) { return this; }\nif ((f as any)()) { throw 1; }\n',
        Status.PASS,
    ),
    "no strict types": (
        "function f(x) { return x.length; }\nlet s: string = null;\nif (f('ab') !== 2) { throw s; }\n",
        Status.PASS,
    ),
    "a type error": ("const x: number = 'a';\n", Status.SYNTAX_ERROR),
    "an enum and a class": (
        "enum E { A = 1, B }\nclass C { constructor(public e: E) {} }\nif (new C(E.B).e !== 2) { throw 1; }\n",
        Status.PASS,
    ),
}


@pytest.mark.parametrize("name", _AS_TSC)
def test_the_native_compiler_of_typescript_is_no_stricter(name: str) -> None:
    runner = _runner("ts")
    program, wanted = _AS_TSC[name]
    try:
        assert status(runner, program) is wanted
        runner.drop_quick_way()
        assert status(runner, program) is wanted
    finally:
        runner.close()


_ALL_SYNTAX = """// a comment
enum Color { Red, Green = 5, Blue }
namespace N { export const x = 1; export namespace M { export function f() { return x; } } }
abstract class A<T> {
  static s = 1; #p = 2; private q?: number;
  constructor(public a: T, protected b = 2) {}
  abstract m(): void;
  get v(): number { return this.#p; }
}
class B extends A<string> { declare z: number; m(): void {} override toString() { return `${this.a}`; } }
function over(a: string): string; function over(a: number): number; function over(a: any) { return a; }
let t = <any>"x"; let u = t as unknown as string; let n = u!.length;
const o = { a: 1, ...{ b: 2 } } satisfies object; const [p, ...q] = [1, 2, 3];
async function* gen(): AsyncGenerator<number> { yield 1; for await (const x of []) { void x; } }
label: for (const i of [1]) { if (i) continue label; }
"""


@pytest.mark.parametrize("program", [_ALL_SYNTAX, _ALL_SYNTAX + "export {};\n"], ids=["a script", "a module"])
def test_the_native_compiler_of_typescript_writes_the_same(program: str, tmp_path: Path) -> None:
    runner = _runner("ts")
    has_quick_way = runner.has_quick_way
    runner.close()
    if not has_quick_way:
        pytest.skip("no native compiler of TypeScript here")
    language = find("ts")
    assert language.shortcut
    written = []
    for step in (language.build[0], language.shortcut.build[0]):
        (tmp_path / language.source).write_text(program)
        words = find_toolchain(language).words(step.command, str(tmp_path))
        subprocess.run(words, cwd=tmp_path, check=True)
        written.append((tmp_path / "program.js").read_text())
    assert written[0] == written[1]


@pytest.mark.long
@pytest.mark.parametrize(("name", "recorded", "step"), [("ts", "js", 10), ("cpp", "cpp", 4), ("java", "java", 4)])
def test_recorded_programs_get_the_same_verdicts_both_ways(
    name: str, recorded: str, step: int, fuseval_data: Path
) -> None:
    place = fuseval_data / "samples" / "multipl_e" / f"qwen2.5-coder-1.5b-humaneval-{recorded}.jsonl.gz"
    with gzip.open(place, "rt", encoding="utf-8") as file:
        programs = [json.loads(line)["program"] for line in file][::step]
    if name != recorded:
        programs = ["declare var require: any;\n" + program for program in programs]
    runner = _runner(name)
    try:
        quickly = [status(runner, program) for program in programs]
        runner.drop_quick_way()
        assert quickly == [status(runner, program) for program in programs]
    finally:
        runner.close()
    assert Status.PASS in quickly
    assert len(set(quickly)) > 1
