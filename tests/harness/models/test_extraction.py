"""The extraction rules by name, their statuses, and what `chat` must leave alone."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from harness.errors import EnvironmentLacking, InputError
from harness.models import extract, rules
from harness.models.extraction.syntax import defines, parse
from harness.records import SampleKind, Status, Task

TASK = Task("Demo/0", 'def add(a, b):\n    """Add."""\n', "add", "    return a + b\n")
FENCED = "Sure:\n```python\ndef add(a, b):\n    return a + b\n```\nUse:\n```python\nprint(add(1, 2))\n```\n"


def test_every_rule_is_described_in_a_line() -> None:
    assert set(rules()) == {"as-is", "chat", "evalplus", "first-fence", "last-fence"}
    assert all(line and "\n" not in line for line in rules().values())


def test_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(InputError, match="no extraction rule named 'chatt'") as caught:
        extract("chatt", "", TASK)
    assert caught.value.hint == "did you mean 'chat'?"


@pytest.mark.parametrize("rule", sorted(rules()))
def test_the_record_says_which_rule(rule: str) -> None:
    assert extract(rule, FENCED, TASK, finish_reason="stop").rule == rule


def test_fence_rules() -> None:
    assert extract("first-fence", FENCED, TASK).program == "def add(a, b):\n    return a + b\n"
    assert extract("last-fence", FENCED, TASK).program == "print(add(1, 2))\n"
    assert extract("first-fence", "    return a", TASK, kind="completion").program == TASK.prompt + "    return a"


@pytest.mark.parametrize(("kind", "expected"), [("solution", "x"), ("raw", "x"), ("completion", TASK.prompt + "x")])
def test_as_is_changes_nothing(kind: SampleKind, expected: str) -> None:
    assert extract("as-is", "x", TASK, kind=kind).program == expected


@pytest.mark.parametrize("rule", sorted(rules()))
def test_blank_answers_are_no_code(rule: str) -> None:
    for kind in ("raw", "solution", "completion"):
        assert extract(rule, " \n", TASK, kind=kind).status is Status.NO_CODE
        assert extract(rule, "", TASK, kind=kind, finish_reason="length").status is Status.TRUNCATED


@pytest.mark.parametrize("rule", ["as-is", "chat"])
@pytest.mark.parametrize("reason", ["length", "max_tokens", "MAX_TOKENS"])
def test_a_cut_answer_is_truncated_only_where_it_is_no_program(rule: str, reason: str) -> None:
    whole = "def add(a, b):\n    return a + b\n"
    assert extract(rule, whole, TASK, finish_reason=reason).status is None
    assert extract(rule, "def add(a, b):\n    return (a +", TASK, finish_reason=reason).status is Status.TRUNCATED
    assert extract(rule, "def plus(a, b):\n    return a + b\n", TASK, finish_reason=reason).status is Status.TRUNCATED
    assert extract(rule, "def add(a, b):\n    return (a +", TASK, finish_reason="stop").status is None


def test_a_truncated_program_is_kept_for_reading() -> None:
    extraction = extract("chat", "```python\ndef add(a, b):\n    total =", TASK, finish_reason="length")
    assert extraction.status is Status.TRUNCATED
    assert "total =" in extraction.program


@pytest.mark.parametrize(
    "text",
    [
        "```python\ndef solution(a, b):\n    return a + b\n```",
        "def plus(a, b):\n    return a + b\n",
        "Here:\n\ndef addNumbers(a, b):\n    return a + b\n\nDone!",
    ],
)
def test_a_wrong_name_stays_wrong(text: str) -> None:
    extraction = extract("chat", text, TASK)
    tree = parse(extraction.program)
    assert extraction.status is None
    assert tree is not None
    assert not defines(tree, "add")


@pytest.mark.parametrize(
    "program",
    [
        "import sys\nsys.setrecursionlimit(10**6)\n\ndef add(a, b):\n    return a + b\n",
        "def add(a, b):\n    return a + b\n\nsys = __import__('sys')\nsys.setrecursionlimit(5000)\n",
        "def add(a, b):\n    return a + b\n\nadd.calls = 0\n",
        "def plus(a, b):\n    return a + b\n\nadd = plus\n",
        'def add(a, b):\n    return a + b\n\nif __name__ == "__main__":\n    print(add(1, 2))\n',
        "memo = {}\ndef add(a, b):\n    return memo.setdefault((a, b), a + b)\nmemo.update({(0, 0): 0})\n",
        "def add(a, b):\n    return a + b; print(1)\n",
        "def add(a, b):\n    return a + b + K\nfor K in (0,): pass\n",
    ],
)
def test_what_a_program_needs_is_not_dropped(program: str) -> None:
    assert extract("chat", program, TASK, kind="solution").program == program


def test_evalplus_rule_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "evalplus.sanitize", None)
    with pytest.raises(EnvironmentLacking, match="evalplus") as caught:
        extract("evalplus", FENCED, TASK)
    assert caught.value.hint == "python -m pip install 'evalplus>=0.3.1'"


def test_evalplus_rule_survives_what_the_sanitizer_does_not() -> None:
    assert extract("evalplus", "x = '\ud800'", TASK).program == "x = '\ud800'"


def _tasks(folder: Path, file: str) -> dict[str, Task]:
    import gzip

    with gzip.open(folder / "evalplus" / file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {
        row["task_id"]: Task(row["task_id"], row["prompt"], row["entry_point"], row["canonical_solution"])
        for row in rows
    }


@pytest.mark.parametrize(
    ("data", "samples"),
    [
        ("HumanEvalPlus.jsonl.gz", "starcoder2-15b-instruct-humaneval.jsonl"),
        ("MbppPlus.jsonl.gz", "starcoder2-15b-instruct-mbpp.jsonl"),
    ],
)
def test_real_samples_keep_their_meaning(fuseval_data: Path, data: str, samples: str) -> None:
    tasks = _tasks(fuseval_data, data)
    rows = [json.loads(line) for line in (fuseval_data / "samples" / samples).read_text(encoding="utf-8").splitlines()]
    checked = 0
    for row in rows:
        task = tasks.get(row["task_id"])
        if task is None:
            continue
        completion = row["completion"]
        program = task.prompt + completion
        wrappings: list[tuple[SampleKind, str]] = [
            ("completion", completion),
            ("solution", program),
            ("raw", completion),
            ("raw", f"Here is the solution:\n```python\n{program}\n```\nIt doesn't need more than O(n)."),
            ("raw", f"Here is the solution:\n\n{program}\n\nThis function isn't hard (is it?)\n"),
            ("raw", f"<think>\nLet me think.\n</think>\n\n```\n{program}\n```<|im_end|>"),
        ]
        for kind, text in wrappings:
            extraction = extract("chat", text, task, kind=kind)
            assert extraction.status is None, (task.task_id, text)
            assert _meaning(extraction.program, task) == _meaning(program, task), (task.task_id, text)
        checked += 1
    assert checked == len(tasks)


def _meaning(program: str, task: Task) -> object:
    """Whether a program defines its entry point, and its functions and classes without their docstrings."""
    tree = parse(program)
    if tree is None:
        return "does not parse"
    definitions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    bodies = {node.name: [ast.dump(inner) for inner in node.body if not _is_docstring(inner)] for node in definitions}
    return defines(tree, task.entry_point), bodies


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
