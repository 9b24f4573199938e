"""How the miniature is asked: its instruction and nothing else, whatever the preset."""

from __future__ import annotations

import pytest

from harness.benchmarks import load
from harness.models.extraction import extract
from harness.models.prompts import ChatTemplate, build_prompts
from harness.models.prompts.task_parts import parts_of

TEMPLATE = ChatTemplate("{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant>")


@pytest.mark.parametrize("preset", ["fuseval", "paper"])
def test_the_instruction_is_all_that_is_asked(preset: str) -> None:
    benchmark = load("miniature")
    task_id, task = next(iter(benchmark.tasks.items()))
    instruction = parts_of(task).description
    assert instruction.startswith(f"Write a Python function named {task.entry_point} that takes ")
    chat = build_prompts(benchmark, preset, "chat", TEMPLATE).prompts[task_id]
    assert (chat.text, chat.kind, chat.stop) == (f"<user>{instruction}<assistant>", "raw", ())
    server = build_prompts(benchmark, preset, "chat").prompts[task_id]
    assert [message.content for message in server.messages] == [instruction]
    base = build_prompts(benchmark, preset, "base")
    assert base.prompts[task_id].text == (
        "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n"
        f"### Instruction:\n{instruction}\n\n### Response:\n"
    )
    assert base.extraction == "chat"


def test_what_is_recorded_is_its_own_template_and_the_checkpoints() -> None:
    benchmark = load("miniature")
    chat = build_prompts(benchmark, "fuseval", "chat", TEMPLATE)
    assert chat.template == "{instruction}" + TEMPLATE.text
    assert chat.template_sha256 == build_prompts(benchmark, "paper", "chat", TEMPLATE).template_sha256
    assert chat.template_sha256 != build_prompts(benchmark, "fuseval", "base").template_sha256


def test_an_answer_in_the_form_of_its_rows_is_read_as_the_program() -> None:
    task = next(iter(load("miniature").tasks.values()))
    said = f"```python\n{task.canonical_solution}```"
    assert extract("chat", said, task).program.strip() == task.canonical_solution.strip()
