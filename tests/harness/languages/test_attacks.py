"""Attacks in every language whose toolchain is here: each gets its verdict, reaches nothing and leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import SandboxTooWeak
from harness.grading.judgement import Judgement
from harness.grading.language_runner import LanguageRunner
from harness.languages import find
from harness.languages.toolchain import find_toolchain
from harness.records import Limits, Status
from harness.sandbox.levels import probe

_JAVA = "class Problem {{ public static void main(String[] a) throws Exception {{ {} }} }}\n"
_CSHARP = "using System;\nclass Problem {{ public static void Main(string[] args) {{ {} }} }}\n"
_GO = 'package p\nimport (\n"fmt"\n"os"\n"testing"\n)\nfunc TestIt(t *testing.T) {{ _ = os.Args; fmt.Print(); {} }}\n'
_D = "import std.stdio, std.file;\nunittest {{ {} }}\nvoid main() {{}}\n"
_CPP = "#include <bits/stdc++.h>\n#include <unistd.h>\nint main() {{ {} }}\n"
_TS = "declare var require: any;\n{}\n"

_LOOPS = {
    "cpp": _CPP.format("volatile int x = 0; while (true) x = x + 1;"),
    "cs": _CSHARP.format("while (true) { }"),
    "d": _D.format("int x; while (true) x++;"),
    "go": _GO.format("for { }"),
    "java": _JAVA.format("while (true) { }"),
    "js": "while (true) {}",
    "lua": "while true do end",
    "php": "<?php while (true) {}",
    "pl": "while (1) {}",
    "r": "while (TRUE) {}",
    "rb": "loop {}",
    "rkt": "#lang racket\n(let loop () (loop))\n",
    "rs": "fn main() { let mut x: u64 = 0; loop { x = x.wrapping_add(1); std::hint::black_box(x); } }",
    "sh": "while :; do :; done",
    "ts": _TS.format("while (true) {}"),
}
_FLOODS = {
    "cpp": _CPP.format('while (true) puts("flood flood flood flood flood flood flood");'),
    "cs": _CSHARP.format("var line = new string('f', 4000); while (true) Console.WriteLine(line);"),
    "d": _D.format('while (true) writeln("flood flood flood flood flood flood flood");'),
    "java": _JAVA.format('String line = "f".repeat(4000); while (true) System.out.println(line);'),
    "js": "const line = 'f'.repeat(1 << 20); while (true) require('fs').writeSync(1, line);",
    "lua": "local line = string.rep('f', 4000) while true do print(line) end",
    "php": "<?php $line = str_repeat('f', 4000); while (true) { echo $line; }",
    "pl": "my $line = 'f' x 4000; while (1) { print $line; }",
    "r": "line <- strrep('f', 4000); while (TRUE) cat(line)",
    "rb": "line = 'f' * 4000\nloop { puts line }",
    "rkt": "#lang racket\n(define line (make-string 4000 #\\f))\n(let loop () (display line) (loop))\n",
    "rs": 'fn main() { let line = "f".repeat(4000); loop { println!("{}", line); } }',
    "sh": "yes flood flood flood",
    "ts": _TS.format("const line = 'f'.repeat(1 << 20); while (true) require('fs').writeSync(1, line);"),
}
# Each prints the file that SECRET stands for.
_READERS = {
    "cpp": _CPP.format('std::ifstream file("SECRET"); std::cout << file.rdbuf();'),
    "cs": _CSHARP.format('Console.Write(System.IO.File.ReadAllText("SECRET"));'),
    "d": _D.format('write(readText("SECRET"));'),
    "go": _GO.format('text, _ := os.ReadFile("SECRET"); fmt.Print(string(text)); t.Error(string(text))'),
    "java": _JAVA.format('System.out.print(java.nio.file.Files.readString(java.nio.file.Path.of("SECRET")));'),
    "js": "process.stdout.write(require('fs').readFileSync('SECRET', 'utf8'))",
    "lua": "io.write(io.open('SECRET'):read('a'))",
    "php": "<?php echo file_get_contents('SECRET');",
    "pl": "open(my $file, '<', 'SECRET'); print <$file>;",
    "r": "cat(readLines('SECRET'))",
    "rb": "print File.read('SECRET')",
    "rkt": '#lang racket\n(display (file->string "SECRET"))\n',
    "rs": 'fn main() { print!("{}", std::fs::read_to_string("SECRET").unwrap_or_default()); }',
    "sh": "cat SECRET",
    "ts": _TS.format("console.log(require('fs').readFileSync('SECRET', 'utf8'))"),
}
_HOGS = {
    "cpp": _CPP.format("while (true) { auto p = new char[1 << 24]; memset(p, 1, 1 << 24); }"),
    "java": _JAVA.format("var all = new java.util.ArrayList<long[]>(); while (true) all.add(new long[1 << 20]);"),
    "js": "const all = []; while (true) all.push(new Array(1 << 20).fill(all.length));",
    "pl": "my @all; while (1) { push @all, 'x' x 10_000_000; }",
    "rb": "all = []\nloop { all << 'x' * 10_000_000 }",
    "rs": "fn main() { let mut all = Vec::new(); loop { all.push(vec![1u8; 1 << 24]); } }",
}
_FORKS = {
    "cpp": _CPP.format("while (true) fork();"),
    "php": "<?php while (true) { proc_open(['sleep', '300'], [], $pipes); }",
    "pl": "while (1) { fork; }",
    "rb": "loop { fork rescue nil }",
    "sh": "bomb() { bomb | bomb & }; bomb; sleep 1",
}


def _each(programs: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("name", "program"), programs.items(), ids=list(programs))


class _Attacked:
    """Judges attacks, and after each a known program in the same jail."""

    def __init__(self, level: str) -> None:
        self._level = level

    def judge(self, name: str, program: str, stretch: float) -> Judgement:
        toolchain = find_toolchain(find(name))
        if toolchain.missing:
            pytest.skip(f"no toolchain of {name}: {', '.join(toolchain.missing)} not found")
        runner = LanguageRunner(toolchain, self._level, Limits(memory_bytes=2 << 30))
        try:
            found = runner.judge(program, stretch)
            assert runner.is_idle
            assert runner.judge(find(name).known_good, 4.0).status is Status.PASS
            assert runner.judge(find(name).known_bad, 4.0).status is not Status.PASS
        finally:
            runner.close()
        return found


@pytest.fixture(scope="module")
def attacked() -> _Attacked:
    """This machine's own level."""
    try:
        level = probe("auto").level
    except SandboxTooWeak as error:
        pytest.skip(str(error))
    return _Attacked(level)


@_each(_LOOPS)
@pytest.mark.long
def test_an_endless_loop_runs_into_its_time(attacked: _Attacked, name: str, program: str) -> None:
    found = attacked.judge(name, program, stretch=0.25)
    assert found.status is Status.TIMEOUT, found.error
    assert found.execution is not None
    assert (found.execution.status, found.execution.exit_code) == (find(name).timeout_status, -1)


@_each(_FLOODS)
@pytest.mark.long
def test_a_flood_of_output_is_ended(attacked: _Attacked, name: str, program: str) -> None:
    found = attacked.judge(name, program, stretch=4.0)
    assert found.status is Status.FAIL, found.error
    assert found.error is not None
    assert "wrote more than it may" in found.error


@_each(_READERS)
@pytest.mark.long
def test_no_file_of_the_user_is_read(attacked: _Attacked, name: str, program: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("what nobody may know")
    tmp_path.chmod(0o755)
    found = attacked.judge(name, program.replace("SECRET", str(secret)), stretch=4.0)
    assert found.execution is not None
    assert "what nobody may know" not in found.execution.stdout + found.execution.stderr


@_each(_HOGS)
@pytest.mark.long
def test_memory_is_limited(attacked: _Attacked, name: str, program: str) -> None:
    found = attacked.judge(name, program, stretch=4.0)
    assert found.status in (Status.OUT_OF_MEMORY, Status.FAIL, Status.CRASH), found.error


@_each(_FORKS)
@pytest.mark.long
def test_a_fork_bomb_is_no_trouble(attacked: _Attacked, name: str, program: str) -> None:
    found = attacked.judge(name, program, stretch=0.25)
    assert found.status is not Status.INFRA_ERROR
