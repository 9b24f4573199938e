"""Prompts of the miniature: the instruction and nothing else, which is what its training rows ask.

A model of a million parameters that was trained on a few thousand rows answers in the words that it was trained in, or
not at all; so presets, which wrap a task in words of their own, do not apply.
"""

from __future__ import annotations

from harness.models.model import Message, Prompt
from harness.models.prompts.chat_template import ChatTemplate
from harness.models.prompts.task_parts import parts_of
from harness.records import Task

ALPACA = """Below is an instruction that describes a task. Write a response that appropriately completes the request.

### Instruction:
{instruction}

### Response:
"""
"""For a checkpoint without a chat template: Stanford Alpaca's form without an input (Apache-2.0)."""

CHAT = "{instruction}"


def base_prompt(task: Task) -> Prompt:
    r"""Ask in the Alpaca form.

    Args:
        task: Of the miniature.

    Example:
        >>> base_prompt(Task("Miniature/0", '\"\"\"\nSay one.\n\"\"\"\n', "one", "")).text[-24:]
        'Say one.\n\n### Response:\n'
    """
    return Prompt(ALPACA.format(instruction=parts_of(task).description), (), "", (), "raw")


def chat_prompt(task: Task, template: ChatTemplate | None) -> Prompt:
    """Ask in one turn of a conversation.

    Args:
        task: Of the miniature.
        template: The checkpoint's; None for a server that has it itself.
    """
    messages = (Message("user", CHAT.format(instruction=parts_of(task).description)),)
    text = template.render(list(messages), "") if template else ""
    return Prompt(text, messages, "", (), "raw")
