"""The scripted model: what its script says, and what is said of a script that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import EnvironmentLacking, InputError
from harness.models.backends.mock import MockModel, Script, read_script
from harness.models.model import Message, Prompt, Request, Sampling
from harness.records import Completion, Task

TASKS = {f"Demo/{n}": Task(f"Demo/{n}", f"def f{n}():\n", f"f{n}", f"    return {n}\n") for n in range(100)}
COMPLETE = Prompt("def f():\n")
RAW = Prompt("", (Message("user", "write f"),), kind="raw")


GREEDY = Sampling()


def said(script: Script, sampling: Sampling = GREEDY, prompt: Prompt = COMPLETE) -> dict[str, Completion]:
    requests = [Request(task_id, 0, prompt) for task_id in TASKS]
    with MockModel(TASKS, script) as model:
        return {answer.task_id: answer for answer in model.answer(requests, sampling)}


def solved(answers: dict[str, Completion]) -> set[str]:
    return {task_id for task_id, answer in answers.items() if answer.text == TASKS[task_id].canonical_solution}


def test_it_solves_its_share_and_the_same_tasks_again() -> None:
    first = solved(said(Script(share=0.5)))
    assert 30 < len(first) < 70
    assert solved(said(Script(share=0.5))) == first
    assert solved(said(Script(share=0.0))) == set()
    assert solved(said(Script(share=1.0))) == set(TASKS)


def test_a_seed_draws_other_tasks_and_greedy_does_not_heed_it() -> None:
    warm = [solved(said(Script(), Sampling(temperature=1.0, seed=seed))) for seed in (1, 2)]
    assert warm[0] != warm[1]
    assert solved(said(Script(), Sampling(seed=1))) == solved(said(Script(), Sampling(seed=2)))


def test_answers_of_the_script_go_before_the_share() -> None:
    answers = said(Script({"Demo/3": "    return 'three'\n"}, share=1.0))
    assert answers["Demo/3"].text == "    return 'three'\n"
    assert solved(answers) == set(TASKS) - {"Demo/3"}


def test_a_chat_is_answered_with_a_fence_and_a_prefill_is_kept() -> None:
    assert said(Script(share=1.0), prompt=RAW)["Demo/7"].text == "```python\ndef f7():\n    return 7\n```"
    begun = Prompt("x```python\n", RAW.messages, prefill="```python\n", kind="raw")
    assert said(Script(share=1.0), prompt=begun)["Demo/7"].text == "```python\ndef f7():\n    return 7\n"


def test_it_is_gone_after_so_many_answers() -> None:
    model, came = MockModel(TASKS, Script(fails_after=3)), []
    with pytest.raises(EnvironmentLacking, match="gone after 3 answers"):
        came.extend(model.answer([Request(task_id, 0, COMPLETE) for task_id in TASKS], Sampling()))
    assert len(list(came)) <= 3


def test_what_changes_its_answers_is_in_its_settings() -> None:
    plain = MockModel(TASKS, Script()).settings
    assert MockModel(TASKS, Script(latency_s=1.0, fails_after=2)).settings == plain
    assert MockModel(TASKS, Script(share=0.4)).settings != plain
    assert MockModel(TASKS, Script({"Demo/1": "x"})).settings != plain


@pytest.mark.parametrize("text", ["", "[]", '{"share": 2}', '{"share": "much"}', '{"answers": {"a": 1}}'])
def test_a_script_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    script = tmp_path / "script.json"
    script.write_text(text)
    with pytest.raises(InputError, match="script of a mock|a mock's share"):
        read_script(script)


def test_a_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_script(tmp_path / "none.json")
