"""Which room may import which, and what the command may load before it knows its verb."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("harness", "fusion", "training", "leaderboards")
MAY_IMPORT = {
    "harness": set(),
    "fusion": {"harness"},
    # A study's report is a comparison: it takes the board's statistics, and the board knows nothing of studies.
    "training": {"harness", "fusion", "leaderboards"},
    "leaderboards": {"harness"},
}
# The board reads what runs left behind; it has no business with what makes them.
NOT_FOR_THE_BOARD = (
    "harness.sandbox",
    "harness.run",
    "harness.engines",
    "harness.models",
    "harness.languages",
    "harness.benchmarks",
)
HEAVY = ("torch", "vllm", "transformers", "evalplus", "datasets", "pandas", "numpy", "openai", "pyarrow")


def absolute(node: ast.Import | ast.ImportFrom, module: str, is_package: bool) -> list[str]:
    """Full names of what one import statement may load: for `from a import b` both `a` and `a.b`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        parents = module.split(".")
        parents = parents[: len(parents) - node.level + is_package]
        base = ".".join([*parents, *([base] if base else [])])
    return [base, *(f"{base}.{alias.name}" for alias in node.names)]


def imports_of(room: str) -> Iterator[tuple[str, str]]:
    """Every import in a room, at the top of a file or inside a function, as (where, what)."""
    for path in sorted((ROOT / room).rglob("*.py")):
        where = path.relative_to(ROOT)
        module = ".".join(where.with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name in absolute(node, module, path.name == "__init__.py"):
                    yield f"{where}:{node.lineno}", name


@pytest.mark.parametrize(
    ("code", "module", "is_package", "names"),
    [
        ("import harness.run", "fusion.fuse", False, ["harness.run"]),
        ("from harness import run", "fusion.fuse", False, ["harness", "harness.run"]),
        ("from . import run", "harness.cli", False, ["harness", "harness.run"]),
        ("from .run import score", "harness", True, ["harness.run", "harness.run.score"]),
        (
            "from ..errors import InputError",
            "harness.formats.jsonl",
            False,
            ["harness.errors", "harness.errors.InputError"],
        ),
    ],
)
def test_import_statements_are_read_rightly(code: str, module: str, is_package: bool, names: list[str]) -> None:
    node = ast.parse(code).body[0]
    assert isinstance(node, ast.Import | ast.ImportFrom)
    assert absolute(node, module, is_package) == names


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    others = set(ROOMS) - MAY_IMPORT[room] - {room}
    wrong = [f"{where} imports {name}" for where, name in imports_of(room) if name.split(".")[0] in others]
    assert wrong == []


def test_the_board_runs_nothing() -> None:
    wrong = [
        f"{where} imports {name}"
        for where, name in imports_of("leaderboards")
        if name.startswith(tuple(f"{banned}." for banned in NOT_FOR_THE_BOARD)) or name in NOT_FOR_THE_BOARD
    ]
    assert wrong == []


def test_tests_are_no_packages() -> None:
    """A `tests/harness/__init__.py` would make `harness` mean two things to pytest."""
    assert sorted((ROOT / "tests").rglob("__init__.py")) == []


PROGRAM = """
import json, sys
from harness.cli import main
code = main(sys.argv[1:]) if len(sys.argv) > 1 else 0
print("\\n" + json.dumps([code, sorted(sys.modules)]))
"""


@pytest.mark.parametrize("arguments", [[], ["--help"]], ids=["import", "--help"])
def test_the_command_starts_without_heavy_libraries(arguments: list[str]) -> None:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert sorted(set(HEAVY) & set(modules)) == []
    assert not any(name.split(".")[0] in ROOMS[1:] for name in modules)
