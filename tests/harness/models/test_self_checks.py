"""The built-in answerers: references unchanged, broken ones changed in exactly one place, the same everywhere."""

from __future__ import annotations

import ast
import gzip
import json
from pathlib import Path

import pytest

from harness.models import SELF_CHECKS, is_self_check
from harness.models.extraction.syntax import parse
from harness.models.self_checks import broken, reference
from harness.records import Benchmark, Task

CHANGED = [
    "total += x * b[i + 1]",
    "total += x * b[i + 1]",
    "return None",
    "if x > 3 or i % 2 == 0:",
    "if x > 3 and i % 2 != 0:",
    "if x > 3 and i // 2 == 0:",
]


def benchmark(*solutions: tuple[str, str]) -> Benchmark:
    tasks = {f"T/{number}": Task(f"T/{number}", prompt, "f", body) for number, (prompt, body) in enumerate(solutions)}
    return Benchmark("demo", "1", "", tasks)


def variants(prompt: str, body: str, seeds: int = 60) -> set[str]:
    """Every program that some seed gives, without the prompt's first line."""
    programs = {broken(benchmark((prompt, body)), seed)[0].text for seed in range(seeds)}
    return {"\n".join(line.strip() for line in program.split("\n")[1:] if line.strip()) for program in programs}


def test_names() -> None:
    assert set(SELF_CHECKS) == {"reference", "broken"}
    assert is_self_check("reference")
    assert not is_self_check("Reference")


def test_reference_is_the_reference() -> None:
    answers = reference(benchmark(("def f(x):\n", "    return x\n")))
    assert [(answer.task_id, answer.sample_index, answer.kind, answer.text) for answer in answers] == [
        ("T/0", 0, "solution", "def f(x):\n    return x\n")
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    return a < b\n", {"return a <= b", "return None"}),
        ("    return a + b\n", {"return a - b", "return None"}),
        ("    return a and b\n", {"return a or b", "return None"}),
        ("    return not a\n", {"return a", "return None"}),
        ("    return True\n", {"return False", "return None"}),
        ("    return 3\n", {"return 2", "return None"}),
        ("    return 0\n", {"return 1", "return None"}),
        ("    return 0.5\n", {"return -0.5", "return None"}),
        ("    return 'ab'\n", {"return 'a'", "return None"}),
        ("    return ''\n", {"return ' '", "return None"}),
        ("    return g(a, b)\n", {"return g(b, a)", "return None"}),
        ("    return a[b]\n", {"return a[b + 1]", "return None"}),
        ("    return a if b else c\n", {"return a if not b else c", "return None"}),
        ("    return [x for x in a if x]\n", {"return [x for x in a if not x]", "return None"}),
        ("    a += b\n", {"a -= b"}),
        ("    if a:\n        return None\n", {"if not a:\nreturn None"}),
        ("    for i in range(a):\n        pass\n", {"for i in range(a - 1):\npass"}),
    ],
)
def test_each_kind_of_change(body: str, expected: set[str]) -> None:
    assert variants("def f(a, b, c):\n", body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "    while a < 10:\n        a += 1\n",
        "    pass\n",
        '    """Only a docstring, with 1 + 1."""\n',
        "    x: int\n",
        "    return None\n",
        "    import math\n",
    ],
)
def test_a_solution_without_a_place_to_change_does_nothing(body: str) -> None:
    assert broken(benchmark(("def f(a):\n", body)))[0].text == "def f(*args, **kwargs):\n    pass\n"


def test_what_a_loop_starts_from_is_left_alone() -> None:
    body = "    i = 1\n    if a == 0:\n        return 7\n    while i < a:\n        i = step(i)\n    return i\n"
    changed = variants("def f(a):\n", body)
    assert all("i = 1" in program and "if a == 0" in program and "while i < a" in program for program in changed)
    assert len(changed) == 3  # 7 or None for 7, and None at the end


def test_the_prompt_and_its_docstring_are_kept() -> None:
    helper_text = "def helper(x=1):\n    return x + 1"
    prompt = helper_text + '\n\n\ndef f(a: int = 2) -> int:\n    """Give 5.\n    >>> f(1)\n    5\n    """\n'
    for seed in range(30):
        tree = ast.parse(broken(benchmark((prompt, "    return a + 5\n")), seed)[0].text)
        helper, function = tree.body
        assert ast.unparse(helper) == helper_text
        assert isinstance(function, ast.FunctionDef)
        assert ast.get_docstring(function) == "Give 5.\n>>> f(1)\n5"
        assert ast.unparse(function.args) == "a: int=2"


def test_a_task_s_change_depends_on_its_name_and_the_seed_alone() -> None:
    first = ("def f(a):\n", "    return a + 1 if a else a - 2\n")
    alone = broken(benchmark(first))[0]
    assert broken(benchmark(first, ("def f():\n", "    return 1\n")))[0] == alone
    assert len({broken(benchmark(first), seed)[0].text for seed in range(40)}) > 4


def test_a_reference_that_does_not_parse() -> None:
    assert broken(benchmark(("def f(:\n", "  x")))[0].text == "def f(*args, **kwargs):\n    pass\n"


def test_chosen_places_are_the_same_in_every_version() -> None:
    # Written down once: another version of Python, or another order of the places, would show here.
    lines = ["total = 0", "for i, x in enumerate(a):", "    if x > 3 and i % 2 == 0:", "        total += x * b[i]"]
    body = "".join(f"    {line}\n" for line in [*lines, "return total"])
    original = "def f(a, b):\n" + body
    texts = [broken(benchmark(("def f(a, b):\n", body)), seed)[0].text for seed in range(6)]
    assert [_changed_line(text, original) for text in texts] == CHANGED


def _changed_line(text: str, original: str) -> str:
    lines = zip(text.split("\n"), ast.unparse(ast.parse(original)).split("\n"), strict=False)
    return next(mine.strip() for mine, theirs in lines if mine != theirs)


@pytest.mark.parametrize("file", ["HumanEvalPlus.jsonl.gz", "MbppPlus.jsonl.gz"])
def test_every_reference_is_changed(fuseval_data: Path, file: str) -> None:
    with gzip.open(fuseval_data / "evalplus" / file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    tasks = {
        row["task_id"]: Task(row["task_id"], row["prompt"], row["entry_point"], row["canonical_solution"])
        for row in rows
    }
    answers = broken(Benchmark("demo", "1", "", tasks))
    for answer in answers:
        before, after = parse(tasks[answer.task_id].reference), parse(answer.text)
        assert before is not None
        assert after is not None
        assert ast.dump(before) != ast.dump(after)
    assert sum("*args, **kwargs" in answer.text for answer in answers) <= 0.02 * len(answers)
