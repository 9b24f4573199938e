"""The `chat` rule: the program in a chat answer, whatever it is wrapped in.

The answer is cleaned of what the server left in, its thoughts are set aside, and it is split at its Markdown fences.
Every block, and the text around the blocks, is a candidate; the last complete one that defines the function asked for
is the program. What it uses and only another block or the prompt defines is put before it; its examples are dropped.

A wrong function name is the model's failure and stays. Code that does not parse is kept as it stands, so that its
verdict is a syntax error and not a missing answer. Nothing is executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from harness.models.extraction.candidates import Worth, candidate, with_helpers
from harness.models.extraction.cleaning import clean_blanks, clean_newlines, cut_at_stop_token
from harness.models.extraction.completing import continued_prompt, with_alias, with_prompt_parts
from harness.models.extraction.fences import Segment, split_fences
from harness.models.extraction.prose import defines_in_text, looks_like_code
from harness.models.extraction.syntax import defines, gives_back, parse
from harness.models.extraction.thinking import final_channel, split_thinking
from harness.models.extraction.usage import without_usage
from harness.records import SampleKind, Status, Task

# Bounds that no answer meets and a model that repeats itself without end does: they keep the time linear and short.
_MOST_SEGMENTS = 400
_MOST_BODIES = 20
_LONGEST_BODY = 50_000


class _Question(NamedTuple):
    """What is known beside the text."""

    task: Task
    kind: SampleKind
    is_cut: bool


class _Answer(NamedTuple):
    """The best program in a text; `is_thinking` where there is none because the thoughts never ended."""

    program: str = ""
    worth: Worth = Worth.NOTHING
    is_thinking: bool = False


def chat_program(text: str, task: Task, kind: SampleKind, *, is_cut: bool) -> tuple[str, Status | None]:
    """Take the program out of a chat answer.

    Args:
        text: The answer as the server sent it.
        task: The question; its entry point and prompt are used, its tests only for the helpers they call.
        kind: `completion` where the text follows the prompt.
        is_cut: Whether the server stopped at its token limit.

    Returns:
        The program, and why there is none (`no_code`, or `truncated` for thoughts that never end).

    Example:
        >>> task = Task("Demo/0", "def one():\\n", "one", "")
        >>> chat_program("Sure!\\n```python\\ndef one():\\n    return 1\\n```", task, "raw", is_cut=False)
        ('def one():\\n    return 1', None)
    """
    text = clean_newlines(text)
    question = _Question(task, kind, is_cut)
    best = _as_it_stands(text, question)
    if not best.program:
        channel = final_channel(clean_blanks(text))
        # A stop token may also be part of a string in the program: then the text behind it is needed.
        for variant in dict.fromkeys([cut_at_stop_token(channel), channel]):
            answer = _answer(variant, question)
            if answer.worth > best.worth or not best.program:
                best = answer
            if best.worth >= Worth.METHOD:
                break
    if not best.program:
        return "", Status.TRUNCATED if best.is_thinking else Status.NO_CODE
    program = with_prompt_parts(without_usage(best.program, task.entry_point), task)
    return with_alias(program, task.entry_point), None


def _as_it_stands(text: str, question: _Question) -> _Answer:
    """Return the text where nothing has to be done to it: it is a program that defines the function."""
    task = question.task
    for program in [task.prompt + text, text] if question.kind == "completion" else [text]:
        tree = parse(program)
        if tree is not None and defines(tree, task.entry_point) and not gives_back(tree.body) and text.strip():
            return _Answer(program, Worth.FUNCTION)
    return _Answer()


def _answer(text: str, question: _Question) -> _Answer:
    thinking = split_thinking(text)
    best = _answer_in(thinking.answer, question)
    if best.program or thinking.unclosed is None:
        return best
    if not question.is_cut:
        # A model that forgot to close its thoughts, and still answered in a block of its own.
        forgotten = _answer_in(thinking.unclosed, question, only_closed=True)
        if forgotten.worth >= Worth.METHOD:
            return forgotten
    return _Answer(is_thinking=True)


def _answer_in(text: str, question: _Question, *, only_closed: bool = False) -> _Answer:
    """Return the best program in an answer without thoughts."""
    best = _Answer()
    read: list[list[Segment]] = []
    for split in _splits(text):
        segments = [segment for segment in split if not only_closed or (segment.is_fenced and segment.is_closed)]
        if len(segments) > _MOST_SEGMENTS:
            del segments[_MOST_SEGMENTS // 2 : -_MOST_SEGMENTS // 2]
        if segments not in read:
            read.append(segments)
            found = _best_of(segments, question)
            if found.worth > best.worth or not best.program:
                best = found
        if best.worth >= Worth.METHOD:
            break
    return best


def _splits(text: str) -> Iterator[list[Segment]]:
    """Yield the ways to split an answer at its fences, the likeliest first."""
    yield split_fences(text)
    yield split_fences(text, heed_strings=False)
    # What looked like fences may all be inside the docstrings of a program without any.
    yield [Segment(text)]


def _best_of(segments: list[Segment], question: _Question) -> _Answer:
    task, is_cut = question.task, question.is_cut
    candidates = [candidate(segment, number, task.entry_point) for number, segment in enumerate(segments)]
    chosen = max(candidates, key=lambda one: one.rank(is_cut=is_cut), default=None)
    if chosen is not None and chosen.worth >= Worth.METHOD:
        return _Answer(with_helpers(chosen, candidates, task.entry_point), chosen.worth)
    body = _continued(segments, task)
    if body:
        return _Answer(body, Worth.FUNCTION)
    is_prose = not any(segment.is_fenced for segment in segments)
    unfenced = "\n".join(segment.text for segment in segments) if is_prose else ""
    if question.kind == "completion" and looks_like_code(unfenced):
        return _Answer(task.prompt + unfenced, Worth.BROKEN)
    if chosen is not None and chosen.worth > Worth.NOTHING:
        return _Answer(chosen.text, chosen.worth)
    return _Answer(unfenced, Worth.OTHER_CODE) if looks_like_code(unfenced) else _Answer()


def _continued(segments: list[Segment], task: Task) -> str:
    """Return the program of an answer that only continues the prompt, or ""."""
    short = [segment for segment in segments if len(segment.text) <= _LONGEST_BODY]
    bodies = [segment for segment in short if "return" in segment.text or "yield" in segment.text]
    for segment in sorted(bodies[-_MOST_BODIES:], key=lambda segment: segment.is_fenced, reverse=True):
        if not defines_in_text(segment.text, task.entry_point):
            program = continued_prompt(segment.text, task)
            if program:
                return program
    return ""
