"""The browser for the tests is installed where that needs no password, and nothing is done where it is here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.script_modules import load_script

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "install-chromium"


def program(folder: Path, name: str, text: str) -> None:
    """Put a program into a folder, one that notes that it was called."""
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{folder}/calls"\n{text}\n', encoding="utf-8")
    path.chmod(0o755)


def install(folder: Path) -> tuple[str, list[str]]:
    """Run the script with only the programs of a folder; gives what it said and which of them were called."""
    done = subprocess.run(
        [sys.executable, SCRIPT], env={"PATH": str(folder)}, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    calls = folder / "calls"
    return done.stderr, calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with what the script may call beside apt-get."""
    program(tmp_path, "env", 'shift\nexec "$@"')
    program(tmp_path, "sudo", '[ "$2" = true ] || { shift; exec "$@"; }')
    return tmp_path


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_a_browser_that_is_here_is_enough(name: str, programs: Path) -> None:
    program(programs, name, "exit 1")
    program(programs, "apt-get", "exit 1")
    assert install(programs) == ("", [])


def test_it_is_installed_quietly_and_without_questions(programs: Path) -> None:
    program(
        programs,
        "apt-get",
        f'case "$*" in *install*) : > "{programs}/chromium"; /bin/chmod +x "{programs}/chromium";; esac',
    )
    said, calls = install(programs)
    assert said == "installing Chromium for the tests of the site, takes half a minute\n"
    asked = [call for call in calls if call.startswith("apt-get")]
    assert [call.split()[4] for call in asked] == ["update", "install"]
    assert "--yes --no-install-recommends chromium" in asked[1]


def test_where_it_fails_the_tests_go_on_without(programs: Path) -> None:
    program(programs, "apt-get", 'echo "E: Unable to locate package chromium"; exit 100')
    said, _ = install(programs)
    assert (
        "could not be installed (E: Unable to locate package chromium): the tests that need a browser are skipped"
        in said
    )


def test_other_systems_are_told(programs: Path) -> None:
    said, calls = install(programs)
    assert said == "no Chromium, and no apt-get to install it with: the tests that need a browser are skipped\n"
    assert calls == []


def test_no_password_is_asked_for(
    programs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program(programs, "apt-get", "exit 1")
    program(programs, "sudo", "exit 1")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert load_script("install-chromium").main() == 0
    assert "sudo apt-get install chromium" in capsys.readouterr().err
    assert (programs / "calls").read_text(encoding="utf-8").splitlines() == ["sudo -n true"]
