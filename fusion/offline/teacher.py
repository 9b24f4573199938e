"""The offline teacher: replies to prompts about the miniature's instructions as a model would. A miniature, no teacher.

Whatever template surrounds them, the instructions are found by their words, so that the templates that are tried with
it are the real ones. The same messages are answered the same way, always; `draw` tells several answers apart.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import Literal

from fusion.offline.answers import answer, tests, wrong_answer, wrong_tests
from fusion.offline.evolving import evolve
from fusion.offline.fusing import fuse
from harness.benchmarks.miniature.instruction import Instruction
from harness.benchmarks.miniature.wording import find_instructions, render
from harness.errors import InputError

Task = Literal["fuse", "evolve", "answer", "tests", "judge"]

INVALID = "INVALID PROMPT"
UNKNOWN = "Sorry, as the offline teacher I only know the instructions of my own small domain."


class OfflineTeacher:
    """A deterministic teacher for the miniature's domain. No evidence about any real one.

    Args:
        wrong_share: Share of replies that are wrong, by the hash of what was asked: fusions that are refused or drop a
            parent, evolutions that change nothing, wrong programs, wrong tests.

    Raises:
        InputError: The share is none.

    Example:
        >>> said = "Write a Python function named mu that takes an integer x and squares it."
        >>> print(OfflineTeacher(wrong_share=0).reply([{"role": "user", "content": said}], task="answer"))
        ```python
        def mu(x):
            x = x * x
            return x
        ```
    """

    name = "offline"

    def __init__(self, wrong_share: float = 0.05) -> None:
        if not 0 <= wrong_share <= 1:
            raise InputError(f"a share of {wrong_share} wrong replies", hint="0 to 1, as 0.05")
        self.wrong_share = wrong_share

    def reply(self, messages: Sequence[Mapping[str, str]], *, task: Task, draw: int = 0) -> str:
        """Reply to a conversation.

        Args:
            messages: With `role` and `content`; the instructions are looked for in the user's last turn.
            task: What is asked for: a fusion of the first two instructions, a harder version of the first, its program,
                asserts for it, or how hard it is from 1 to 10 (of two: whether they are equal).
            draw: Which of several replies; another one may be wrong where this is right.

        Returns:
            What a model would say: an instruction, `INVALID PROMPT`, a code block, a number or a word. A text with none
            of its instructions is refused in words.

        Raises:
            InputError: There is no user's turn.
        """
        said = [message["content"] for message in messages if message["role"] == "user"]
        if not said:
            raise InputError("the conversation has no user's turn")
        found = list(find_instructions(said[-1]))
        key = hashlib.sha256(f"{task}|{draw}|{said[-1]}".encode()).hexdigest()
        rng = random.Random(key)
        is_wrong = rng.random() < self.wrong_share
        if task == "fuse":
            return _fused(found, is_wrong, rng)
        if not found:
            return UNKNOWN
        if task == "evolve":
            return render(found[0] if is_wrong else evolve(found[0], rng))
        if task == "answer":
            return wrong_answer(found[0], rng) if is_wrong else answer(found[0])
        if task == "tests":
            return wrong_tests(found[0]) if is_wrong else tests(found[0])
        return _judged(found)


def _fused(found: Sequence[Instruction], is_wrong: bool, rng: random.Random) -> str:
    if len(found) < 2:
        return INVALID
    first, second = found[:2]
    if is_wrong:
        return rng.choice([INVALID, render(first), render(second)])
    fused = fuse(first, second, rng)
    return render(fused) if fused else INVALID


def _judged(found: Sequence[Instruction]) -> str:
    if len(found) > 1:
        return "Equal" if found[0] == found[1] else "Different"
    (one,) = found
    return str(min(10, len(one.steps) + (one.condition is not None) + 2 * len(one.constraints)))
