"""One attempt, against a teacher that says what the test wants."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fusion.attempt import Attempt, Tools
from fusion.dataset import Rejected, Row
from fusion.decontamination.benchmark_texts import read_texts
from fusion.decontamination.text_index import TextIndex
from fusion.production import Outcome
from fusion.prompts import Prompts, domain
from fusion.teachers import Ask, CallJournal, Reply, Settings
from fusion.verification import Verifier
from harness.benchmarks import load

HIDDEN = {"usage": {"completion_tokens_details": {"reasoning_tokens": 6000}}}
WRONG = "```python\ndef f(x):\n    return 0\n```"
RIGHT = "```python\ndef f(x):\n    return x\n```"


class Scripted:
    """A teacher made of one function."""

    name = "scripted"
    concurrency = 1
    about: Mapping[str, str | float | None] = {}

    def __init__(self, say: Callable[[Ask], Reply]) -> None:
        self._say = say
        self.asked: list[Ask] = []

    async def ask(self, ask: Ask) -> Reply:
        """Answer one question."""
        self.asked.append(ask)
        return self._say(ask)

    async def __aenter__(self) -> Scripted:
        """Give the teacher itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""


def _answered(folder: Path, teacher: Scripted, answers: int = 0, index: TextIndex | None = None) -> Outcome:
    folder.mkdir(exist_ok=True)
    with CallJournal(teacher, folder) as journal:
        tools = Tools(journal, Prompts(domain("code")), Settings(), index, is_judged=not answers)
        if not answers:
            return asyncio.run(Attempt(tools, 0, (), (), "merge").answered("Give f.", "python"))
        with Verifier(answers) as verifier:
            tools = Tools(journal, tools.prompts, tools.settings, index, verifier=verifier)
            return asyncio.run(Attempt(tools, 0, (), (), "merge").answered("Give f.", "python"))


def test_a_further_answer_is_kept_only_where_the_first_one_would_be(tmp_path: Path) -> None:
    task = load("humaneval").tasks["HumanEval/0"]
    leaking = f"{RIGHT}\nIt is like this one:\n```python\n{task.reference}\n```"
    draws = [
        Reply(WRONG, "stop"),
        Reply(f"{RIGHT}\nand it goes on and", "length"),
        Reply(leaking, "stop"),
        Reply(f"Here:\n{RIGHT}", "stop"),
    ]
    teacher = Scripted(lambda ask: Reply("assert f(1) == 1", "stop") if ask.task == "tests" else draws[ask.draw])
    row = _answered(tmp_path, teacher, 4, TextIndex(read_texts(["humaneval"]).tasks))
    assert isinstance(row, Row)
    assert (row.verified, row.pass_rate, row.output) == ("pass", 0.5, draws[3].text)


@pytest.mark.parametrize(
    "body",
    [
        HIDDEN,
        {"choices": [{"message": {"reasoning_content": "Hm."}}]},
        {"choices": [{"message": {"reasoning": "Hm."}}]},
    ],
)
def test_hidden_reasoning_does_not_make_an_answer_too_long(tmp_path: Path, body: dict[str, object]) -> None:
    teacher = Scripted(lambda ask: Reply("5" if ask.task == "judge" else RIGHT, "stop", 10, 6020, body=body))
    assert isinstance(_answered(tmp_path / "reasoned", teacher), Row)
    plain = Scripted(lambda _: Reply(RIGHT, "stop", 10, 6020))
    row = _answered(tmp_path / "plain", plain)
    assert isinstance(row, Rejected)
    assert row.reason == "answer_too_long"


def test_a_judge_that_used_its_room_up_to_reason_is_asked_with_more(tmp_path: Path) -> None:
    def say(ask: Ask) -> Reply:
        if ask.task != "judge":
            return Reply(RIGHT, "stop")
        return Reply("", "length") if ask.settings.max_tokens < 100 else Reply("6", "stop")

    teacher = Scripted(say)
    row = _answered(tmp_path, teacher)
    assert isinstance(row, Row)
    assert row.judged_difficulty == 6
    assert [ask.settings.max_tokens for ask in teacher.asked if ask.task == "judge"] == [16, 2048]
    assert len(row.calls) == 3
