"""Rows of the usual forms as turns of a conversation.

    alpaca              instruction, input (may be missing), output or response, system (may be missing)
    messages            messages: a list of {role, content}
    sharegpt            conversations: a list of {from, value}; from is system, human, gpt
    prompt-completion   prompt, completion: texts, or lists of {role, content}

Tool calls and images are not covered: a turn's content is text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, get_args

from harness.errors import InputError, nearest
from harness.formats.jsonl import Row, shortened
from harness.models.model import Message, Role

Form = Literal["alpaca", "messages", "sharegpt", "prompt-completion"]
FORMS: tuple[Form, ...] = get_args(Form)

_ROLES: Mapping[str, Role] = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
}
_ANSWERS = ("output", "response", "completion")


class RowProblem(Exception):
    """What is wrong with one row, in a few words; whoever reads the file adds where it stands."""


class EmptyAnswer(RowProblem):
    """The row has an answer column, with nothing in it."""


def detect_form(row: Row) -> Form:
    """Tell a row's form by its columns.

    Args:
        row: One row.

    Raises:
        InputError: It has the columns of no form.

    Example:
        >>> detect_form({"instruction": "Add.", "output": "1"}), detect_form({"messages": []})
        ('alpaca', 'messages')
    """
    if "messages" in row:
        return "messages"
    if "conversations" in row:
        return "sharegpt"
    if "prompt" in row and "completion" in row:
        return "prompt-completion"
    if "instruction" in row and any(name in row for name in _ANSWERS):
        return "alpaca"
    raise InputError(
        f"no form of training data has these columns: {', '.join(sorted(row)) or 'none'}",
        hint='name them, as in columns = { instruction = "question", output = "answer" } of the data set',
    )


def check_form(form: str) -> Form:
    """Give a form by its name.

    Args:
        form: As typed.

    Raises:
        InputError: There is no such form.

    Example:
        >>> check_form("alpaca")
        'alpaca'
    """
    for known in FORMS:
        if form == known:
            return known
    raise InputError(f"no form of training data named {form!r}", hint=nearest(form, FORMS))


def turns_of(row: Row, form: Form) -> tuple[Message, ...]:
    r"""Read one row.

    Args:
        row: The row, its columns already renamed to the form's.
        form: Which form.

    Raises:
        EmptyAnswer: An answer is empty.
        RowProblem: A column is missing or has another kind of value, or the roles do not alternate.

    Example:
        >>> turns_of({"instruction": "Add.", "input": "1 2", "output": "3"}, "alpaca")[0].content
        'Add.\n\n### Input:\n1 2'
    """
    turns = _READERS[form](row)
    _check_order(turns)
    return turns


def _alpaca(row: Row) -> tuple[Message, ...]:
    instruction, extra = _text(row, "instruction"), _text(row, "input", is_optional=True)
    answer = _text(row, next((name for name in _ANSWERS if name in row), "output"))
    system = _text(row, "system", is_optional=True)
    # The words of Stanford Alpaca's prompt for an instruction that comes with an input.
    asked = f"{instruction}\n\n### Input:\n{extra}" if extra.strip() else instruction
    head = (Message("system", system),) if system.strip() else ()
    return (*head, Message("user", asked), Message("assistant", answer))


def _messages(row: Row) -> tuple[Message, ...]:
    return _turn_list(row.get("messages"), "messages", ("role", "content"))


def _sharegpt(row: Row) -> tuple[Message, ...]:
    system = _text(row, "system", is_optional=True)
    head = (Message("system", system),) if system.strip() else ()
    return (*head, *_turn_list(row.get("conversations"), "conversations", ("from", "value")))


def _prompt_completion(row: Row) -> tuple[Message, ...]:
    if isinstance(row.get("prompt"), list):
        prompt = _turn_list(row["prompt"], "prompt", ("role", "content"))
        return (*prompt, *_turn_list(row.get("completion"), "completion", ("role", "content")))
    return (Message("user", _text(row, "prompt")), Message("assistant", _text(row, "completion")))


_READERS: Mapping[Form, Callable[[Row], tuple[Message, ...]]] = {
    "alpaca": _alpaca,
    "messages": _messages,
    "sharegpt": _sharegpt,
    "prompt-completion": _prompt_completion,
}


def _turn_list(value: object, column: str, names: tuple[str, str]) -> tuple[Message, ...]:
    if value is None:
        raise RowProblem(f"no column {column!r}")
    if not isinstance(value, list) or not value:
        raise RowProblem(f"{column} is no list of turns: {shortened(repr(value))}")
    turns = []
    for number, turn in enumerate(value):
        if not isinstance(turn, dict) or not all(isinstance(turn.get(name), str) for name in names):
            raise RowProblem(f"{column}[{number}] is no {{{names[0]}, {names[1]}}} of texts: {shortened(repr(turn))}")
        role = _ROLES.get(turn[names[0]])
        if role is None:
            raise RowProblem(f"{column}[{number}] has the role {turn[names[0]]!r}, {nearest(turn[names[0]], _ROLES)}")
        turns.append(Message(role, turn[names[1]]))
    return tuple(turns)


def _text(row: Row, name: str, *, is_optional: bool = False) -> str:
    value = row.get(name)
    if value is None and is_optional:
        return ""
    if value is None:
        raise RowProblem(f"no column {name!r}" if name not in row else f"{name} is null")
    if not isinstance(value, str):
        raise RowProblem(f"{name} is no text: {shortened(repr(value))}")
    return value


def _check_order(turns: tuple[Message, ...]) -> None:
    said = turns[1:] if turns[0].role == "system" else turns
    for number, turn in enumerate(said):
        wanted = "user" if number % 2 == 0 else "assistant"
        if turn.role != wanted:
            raise RowProblem(f"turn {number + 1} is the {turn.role}'s, and the {wanted}'s was due")
    if not said or said[-1].role != "assistant":
        raise RowProblem("it does not end with an answer")
    for number, turn in enumerate(turns):
        try:
            turn.content.encode()
        except UnicodeEncodeError as error:
            raise RowProblem(
                f"turn {number + 1} holds half of a character, {turn.content[error.start]!r}, which no tokenizer takes"
            ) from None
    for turn in said:
        if turn.role == "assistant" and not turn.content.strip():
            raise EmptyAnswer("an answer is empty")
        if turn.role == "user" and not turn.content.strip():
            raise RowProblem("an instruction is empty")
