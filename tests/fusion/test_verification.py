"""Verdicts on answers, and that nothing about a teacher's tests ends a run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from fusion import answer_runner
from fusion.prompts import Prompts, domain
from fusion.teachers import Reply, Settings
from fusion.teachers.teacher import TaskKind
from fusion.verification import Verification, Verifier
from harness.engines.local import LocalEngine
from harness.grading.judgement import Judgement
from harness.models.model import Message
from harness.records import Status

PROMPTS = Prompts(domain("code"))
SAME = "def f(x):\n    return x"
POINT = "class Point:\n    def __init__(self, x):\n        self.x = x\n\n    def get(self):\n        return self.x"


class Script:
    """A teacher that says these tests, and these further answers."""

    def __init__(self, tests: str, *further: Reply) -> None:
        self._tests, self._further = f"```python\n{tests}\n```", further

    async def __call__(
        self, task: TaskKind, messages: tuple[Message, ...], draw: int = 0, settings: Settings | None = None
    ) -> Reply:
        """Answer one question."""
        return Reply(self._tests, "stop") if task == "tests" else self._further[draw - 1]


def _said(program: str) -> str:
    return f"```python\n{program}\n```"


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier(1) as opened:
        yield opened


def _verify(verifier: Verifier, program: str, tests: str) -> Verification:
    async def verify() -> Verification:
        return await asyncio.wait_for(verifier.verify("Do.", _said(program), Script(tests), PROMPTS), 60)

    return asyncio.run(verify())


@pytest.mark.parametrize(
    ("program", "tests"),
    [
        (SAME, "assert f(1) == 1\nassert f('a') == 'a'"),
        (SAME, "xs = [1]\nassert f(xs) == [1]"),
        (SAME, "result = f(2)\nassert result == 2"),
        (SAME, "import math\nassert math.isclose(f(2), 2.0)"),
        (SAME, "from solution import f\nassert f(1) == 1"),
        ("from collections import Counter\ndef f(x):\n    return Counter(x)", "assert f('aa') == Counter({'a': 2})"),
        ("import functools\n@functools.lru_cache\ndef f(x):\n    return x", "assert f(1) == 1"),
        ("list = [1]\ndef f(x):\n    return x", "assert f(1) == 1"),
        (POINT, "assert Point(3).get() == 3"),
        (POINT, "point = Point(3)\nassert point.get() == 3\nassert isinstance(point, Point)"),
    ],
)
def test_a_right_answer_passes(verifier: Verifier, program: str, tests: str) -> None:
    assert _verify(verifier, program, tests) == Verification("pass", 1.0, _said(program))


@pytest.mark.parametrize(
    ("program", "tests"),
    [
        (SAME, "assert f(1) == 2"),
        (SAME, "xs = [1]\nassert f(xs) == [2]"),
        ("def f(x):\n    return None", "assert len(f(1)) == 1"),
        ("def f(x):\n    return undefined", "assert f(1) == 1"),
        ("def g(x):\n    return x", "assert f(1) == 1"),
        ("def gcd(a, b):\n    return 0", "from math import gcd\nassert gcd(4, 6) == 2"),
        ("import os\nos._exit(0)\ndef f(x):\n    return x", "assert f(1) == 1"),
        (POINT, "assert Point(3).get() == 4"),
        (POINT, "point = Point(3)\nassert point.missing() == 3"),
    ],
)
def test_a_wrong_answer_fails(verifier: Verifier, program: str, tests: str) -> None:
    assert _verify(verifier, program, tests) == Verification("fail", 0.0)


@pytest.mark.parametrize(
    "tests",
    [
        "import math\nassert math.isclose(1.0, 1.0)",
        "import math\nassert math.isclose(1.0, 2.0)",
        "assert 'a'.foo() == f(1)",
        "assert f(1 / 0) == 1",
        "assert issubclass(Missing, Exception)",
        "assert f(1) == undefined_thing",
        "raise_it = 1 / 0\nassert f(1) == 1",
        "import sys\nassert sys.exit(0) or f(1) == 1",
        "NO TESTS",
    ],
)
def test_broken_tests_leave_a_row_untested_and_the_next_one_is_judged(verifier: Verifier, tests: str) -> None:
    assert _verify(verifier, SAME, tests) == Verification("untested")
    assert _verify(verifier, SAME, "assert f(1) == 1").verified == "pass"


def test_a_teachers_tests_run_inside_the_sandbox(verifier: Verifier, tmp_path: Path) -> None:
    place = tmp_path / "outside"
    _verify(verifier, SAME, f"written = open({str(place)!r}, 'w').write('x')\nassert f(1) == 1")
    _verify(verifier, SAME, f"assert open({str(place)!r}, 'w').write('x') == f(1)")
    assert not place.exists()


def test_a_further_answer_that_could_not_be_kept_is_left_out() -> None:
    right = Reply(f"{_said(SAME)}\nand then it goes on and", "length")
    wrong = Reply(_said("def f(x):\n    return 0"), "stop")

    async def verify(verifier: Verifier) -> Verification:
        ask = Script("assert f(1) == 1", right, wrong)
        return await verifier.verify(
            "Do.", wrong.text, ask, PROMPTS, is_usable=lambda reply: reply.finish_reason == "stop"
        )

    with Verifier(3) as verifier:
        assert asyncio.run(verify(verifier)) == Verification("fail", 0.0)


def test_the_sandboxs_own_trouble_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        LocalEngine, "judge", lambda _, jobs, __: ((job, Judgement(Status.INFRA_ERROR)) for job in jobs)
    )
    with Verifier(1) as verifier:
        assert _verify(verifier, SAME, "assert f(1) == 1") == Verification("untested")


def test_any_exception_of_the_thread_reaches_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(answer_runner.AnswerRunner, "_judge", broken)

    async def verify(verifier: Verifier) -> None:
        for _ in range(2):
            with pytest.raises(RuntimeError, match="out of order"):
                await asyncio.wait_for(verifier.verify("Do.", _said(SAME), Script("assert f(1) == 1"), PROMPTS), 30)

    with Verifier(1) as verifier:
        asyncio.run(verify(verifier))


def test_a_verdict_that_comes_after_the_loop_was_closed_is_no_error(
    verifier: Verifier, capsys: pytest.CaptureFixture[str]
) -> None:
    async def leave(verifier: Verifier) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(
                verifier.verify(
                    "Do.", _said(SAME), Script("import time\nlater = time.sleep(1)\nassert f(1) == 1"), PROMPTS
                ),
                0.2,
            )

    asyncio.run(leave(verifier))
    assert _verify(verifier, SAME, "assert f(1) == 1").verified == "pass"
    assert capsys.readouterr().err == ""
