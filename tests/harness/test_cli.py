"""The command itself: its help, its errors, its exit codes, and that it starts at once."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import cli
from harness.commands import terminal
from harness.commands.options import parse_size
from harness.errors import EnvironmentLacking, InputError

ROOT = Path(__file__).parents[2]


def commands() -> Iterator[tuple[str, Any]]:
    """Every verb, and every verb of a verb, with its click command."""
    for name in cli.VERBS:
        command = cli.load_verb(name)
        inner = getattr(command, "commands", {})
        yield name, command
        yield from ((f"{name} {verb}", inner[verb]) for verb in inner)


LEAVES = [pair for pair in commands() if not getattr(pair[1], "commands", None)]


def start(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, **options)


def test_help_comes_at_once() -> None:
    """The promise is 0.3 s. Counted is CPU time, the best of three: the wall clock would count the other tests too."""
    seconds = []
    for _ in range(3):
        before = os.times()
        assert start("--help").returncode == 0
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        seconds.append(used)
    assert min(seconds) < 0.3


def test_help_imports_no_verb_and_no_rich() -> None:
    program = "import sys; from harness.cli import main; main(['--help']); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    modules = set(done.stdout.splitlines())
    targets = {verb.target.partition(":")[0] for verb in cli.VERBS.values()}
    assert not (targets | {"rich.console", "leaderboards", "harness.benchmarks", "numpy"}) & modules


def test_help_names_every_verb_with_its_whole_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    width = max(map(len, cli.VERBS))
    for name, verb in cli.VERBS.items():
        assert f"  {name:<{width}}  {verb.summary}\n" in text


@pytest.mark.parametrize("name", list(cli.VERBS))
def test_a_verb_s_line_is_its_docstring_s(name: str) -> None:
    command = cli.load_verb(name)
    assert command.name == name
    assert command.help.splitlines()[0] == cli.VERBS[name].summary


@pytest.mark.parametrize(("name", "command"), LEAVES, ids=[name for name, _ in LEAVES])
def test_every_option_has_help_and_an_environment_variable(name: str, command: Any) -> None:
    for parameter in command.params:
        assert parameter.help, f"{name} {parameter.name}"
        assert str(parameter.envvar).startswith("FUSEVAL_"), f"{name} {parameter.name}"
        # These two mean something else already: a folder of data, and the cache.
        assert parameter.envvar not in ("FUSEVAL_DATA", "FUSEVAL_CACHE")


@pytest.mark.parametrize(("name", "command"), LEAVES, ids=[name for name, _ in LEAVES])
def test_every_verb_has_an_example_and_the_options_all_have(name: str, command: Any) -> None:
    assert f"fuseval {name}" in command.help.partition("Example:")[2]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {"--debug"} <= options
    assert "--json" in options


@pytest.mark.parametrize("arguments", [[], ["data"]])
def test_a_bare_command_shows_its_help_and_is_a_usage_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err.startswith(" ".join(["Usage: fuseval", *arguments]))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("fuseval ")


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["scoer"], "no verb 'scoer'", "did you mean 'score'?"),
        (["leaderboard", "--srt", "x"], "no such option: --srt", "did you mean --sort?"),
        (["leaderboard", "--k", "many"], "'--k'", "fuseval leaderboard --help"),
        (["leaderboard", "--k", "many"], "'many'", ""),
        (["leaderboard", "--k", "0"], "0", "fuseval leaderboard --help"),
        (["leaderboard", "--sort"], "'--sort' requires an argument", "fuseval leaderboard --help"),
        (["show"], "missing argument 'RUN'", "fuseval show --help"),
        (["data", "fetch", "humanevl"], "no benchmark named 'humanevl'", "did you mean 'humaneval'?"),
    ],
)
def test_usage_errors_say_what_was_seen_and_what_is_near(
    arguments: list[str], message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert message in err
    assert hint in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (InputError("no run 'x'", hint="did you mean 'y'?"), 2, "error: no run 'x'\nhint: did you mean 'y'?\n"),
        (EnvironmentLacking("no data"), 3, "error: no data\n"),
        (InputError("bad row: \x1b[2J"), 2, "error: bad row: \\x1b[2J\n"),
        (PermissionError(13, "Permission denied", "runs"), 3, "error: runs: Permission denied\n"),
        (OSError(28, "No space left on device"), 3, "error: No space left on device\n"),
        (KeyError("x"), 1, "error: KeyError: 'x'\nhint: that should not happen; run again with --debug"),
        (ValueError(), 1, "error: ValueError\nhint: "),
    ],
)
def test_errors_end_with_their_code_and_without_a_traceback(
    error: Exception, code: int, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("leaderboards.commands.leaderboard.read_standings", fail)
    assert cli.main(["leaderboard"]) == code
    err = capsys.readouterr().err
    assert err.startswith(text)
    assert "Traceback" not in err


@pytest.mark.parametrize("where", ["before", "after", "environment"])
def test_debug_shows_where(
    where: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    arguments = ["show", "x", "--runs", str(tmp_path)]
    if where == "before":
        arguments.insert(0, "--debug")
    elif where == "after":
        arguments.append("--debug")
    else:
        monkeypatch.setenv("FUSEVAL_DEBUG", "1")
    assert cli.main(arguments) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "error: no run 'x'" in err


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("leaderboards.commands.leaderboard.read_standings", interrupt)
    assert cli.main(["leaderboard"]) == 130


def test_a_reader_that_has_gone_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    for arguments in (["benchmarks"], ["benchmarks", "--json"], ["--help"]):
        command = [sys.executable, "-m", "harness.cli", *arguments]
        done = subprocess.run(command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    os.close(write)


def test_a_setting_means_the_same_in_every_verb() -> None:
    meant: dict[str, set[str]] = {}
    for _, command in LEAVES:
        for parameter in command.params:
            meant.setdefault(str(parameter.envvar), set()).add(str(parameter.name))
    different = {name: names for name, names in meant.items() if len(names) > 1}
    # `score --export FORMAT --export-dir DIR` is `export --format FORMAT --out DIR`.
    assert different == {"FUSEVAL_EXPORT": {"exports", "formats"}, "FUSEVAL_EXPORT_DIR": {"export_dir", "out"}}


@pytest.mark.parametrize("text", ["", "4 apples", "-1", "0", "GiB", "1e3"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no memory size"):
        parse_size(text)


def test_foreign_text_is_made_printable() -> None:
    text = "a\x1b[31m\tb\n\x07\u202ec\u2028\ud800é"
    assert terminal.printable(text) == "a\\x1b[31m\tb\n\\x07\\u202ec\\u2028\\ud800é"


def test_verbs_are_functions_of_their_own_module() -> None:
    for verb in cli.VERBS.values():
        module, _, attribute = verb.target.partition(":")
        target = getattr(sys.modules[module], attribute)
        assert not inspect.isfunction(target) or target.__module__ == module
