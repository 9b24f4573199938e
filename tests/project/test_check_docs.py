"""What `make check` finds beside ruff and mypy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.script_modules import load_script

check_docs = load_script("check_docs")


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("harness/long.py", '"""Long."""\n' + "x = 1\n" * 299, None),
        ("harness/long.py", '"""Long."""\n' + "x = 1\n" * 300, "harness/long.py: 301 lines, at most 300"),
        ("fusion/bare.py", "x = 1\n", "fusion/bare.py: no module docstring"),
        ("training/__init__.py", "", "training/__init__.py: no module docstring"),
        ("harness/utils.py", '"""Odds."""\n', "harness/utils.py: 'utils' does not say what it holds"),
        ("harness/common/odds.py", '"""Odds."""\n', "harness/common/odds.py: 'common' does not say what it holds"),
        ("harness/tall.py", '"""Tall."""\n\ndef f():\n' + "    x = 1\n" * 59, None),
        (
            "harness/tall.py",
            '"""Tall."""\n\n@cache\ndef f():\n' + "    x = 1\n" * 60,
            "harness/tall.py:4: f has 61 lines, at most 60",
        ),
    ],
)
def test_modules(tmp_path: Path, name: str, text: str, complaint: str | None) -> None:
    write(tmp_path, name, text)
    assert list(check_docs.check_modules(tmp_path)) == ([complaint] if complaint else [])


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ("docs/page.md", None),
        ("docs", None),
        ("docs/page.md#two-words", None),
        ("#the-fuseval-command", None),
        ("https://example.org/nowhere", None),
        ("docs/gone.md", "README.md: dead link docs/gone.md"),
        ("../outside.md", "README.md: dead link ../outside.md"),
        ("docs/page.md#gone", "README.md: no such heading docs/page.md#gone"),
    ],
)
def test_links(tmp_path: Path, link: str, complaint: str | None) -> None:
    root = tmp_path / "root"
    write(tmp_path, "outside.md", "")
    write(root, "docs/page.md", "# Page\n\n## Two words\n")
    write(root, "README.md", f"# The `fuseval` command\n\nSee [this]({link}).\n")
    assert list(check_docs.check_links(root)) == ([complaint] if complaint else [])


def test_brackets_in_code_are_no_links(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "`f[0](x)`\n\n```python\ntable[0](gone)\n```\n")
    assert list(check_docs.check_links(tmp_path)) == []


def test_help_texts_that_drifted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_docs, "help_page", lambda: "new")
    drifted = ["docs/cli.md: not what `fuseval --help` says; write it again with `make docs`"]
    assert list(check_docs.check_help(tmp_path)) == drifted
    check_docs.write_help(tmp_path)
    assert list(check_docs.check_help(tmp_path)) == []
    write(tmp_path, "docs/cli.md", "old")
    assert list(check_docs.check_help(tmp_path)) == drifted


def test_help_is_the_same_whatever_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = check_docs.help_text("")
    assert plain.startswith("Usage: fuseval")
    for name, value in {
        "COLUMNS": "40",
        "FORCE_COLOR": "1",
        "GITHUB_ACTIONS": "true",
        "TERM": "xterm-256color",
    }.items():
        monkeypatch.setenv(name, value)
    assert check_docs.help_text("") == plain
    assert "\x1b" not in plain
