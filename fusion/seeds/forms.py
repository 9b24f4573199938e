"""What a row means: which of its columns is the instruction, and which the answer.

Knows Alpaca (`instruction`, `input`, `output`), prompt and completion, question and answer, chat messages (`messages`
with roles, ShareGPT's `conversations` with `from` and `value`: the first turn and its answer), and exercises with
reference files and tests. A map of columns says it for any other form.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from fusion.seeds.language import canonical_language, detect_language, named_languages, written_language
from fusion.seeds.seed import Seed, text_id
from fusion.surrogates import without_surrogates
from harness.errors import InputError, nearest
from harness.formats.jsonl import Row, shortened

_INSTRUCTIONS = ("instruction", "prompt", "question", "problem", "query", "task", "text")
_RESPONSES = ("output", "response", "completion", "answer", "solution", "reference", "code")
_CHATS = ("messages", "conversations", "conversation")
_FIRST = ("user", "human", "prompter")
_SECOND = ("assistant", "gpt", "model", "chatgpt")


class FormError(InputError):
    """A row has no instruction that can be found."""


@dataclass(frozen=True)
class Columns:
    """Which column holds what; None looks for the usual names."""

    instruction: str | None = None
    input: str | None = None
    response: str | None = None
    language: str | None = None
    difficulty: str | None = None
    tests: str | None = None
    id: str | None = None

    @classmethod
    def read(cls, said: str | None) -> Columns:
        """Read a map of columns as it was typed.

        Args:
            said: As in `instruction=problem,response=solution`.

        Raises:
            InputError: It names no field, or is no map.

        Example:
            >>> Columns.read("instruction=problem").instruction
            'problem'
        """
        given: dict[str, str] = {}
        names = [item.name for item in fields(cls)]
        for part in (said or "").split(","):
            if not part.strip():
                continue
            field, equals, column = (piece.strip() for piece in part.partition("="))
            if not equals or not column:
                raise InputError(f"{part!r} is no map of a column", hint="as in --columns instruction=problem")
            if field not in names:
                raise InputError(f"no field {field!r} in a seed", hint=nearest(field, names))
            given[field] = column
        return cls(**given)


def seed_of(row: Row, columns: Columns, source: str, language: str = "") -> Seed:
    """Make a seed of a row.

    Args:
        row: One row of a file.
        columns: Where its parts are.
        source: The file's name.
        language: Of all rows, where it is known; else a column's, else what the text tells.

    Raises:
        FormError: No column holds an instruction.

    Example:
        >>> seed_of({"instruction": "Add two numbers in Python.", "output": "..."}, Columns(), "x.jsonl").language
        'python'
    """
    instruction, response = map(without_surrogates, _turns(row) if columns.instruction is None else ("", ""))
    if not instruction:
        instruction = _text(row, columns.instruction, _INSTRUCTIONS)
        extra = _text(row, columns.input, ("input",))
        if extra and extra.lower() not in ("<noinput>", "none", "n/a"):
            instruction = f"{instruction}\n\n{extra}" if instruction else extra
        response = _text(row, columns.response, _RESPONSES)
    if not instruction:
        raise FormError(
            f"{source}: no instruction in a row with the columns {', '.join(map(str, row))}: "
            + shortened(json.dumps(row, default=str)),
            hint="--columns instruction=NAME says which column it is",
        )
    said = language or _text(row, columns.language, ("language", "lang", "programming_language"))
    named = canonical_language(said) if said else ""
    if named and named not in named_languages(instruction):
        # A column that the teacher does not see: without these words the same exercise in two languages is one text.
        instruction = f"{instruction}\n\nUse {written_language(named)}."
    return Seed(
        id=_text(row, columns.id, ("id", "task_id", "uuid")) or text_id(instruction),
        instruction=instruction,
        response=response,
        language=named or detect_language(instruction, response),
        source=source,
        licence=_text(row, None, ("licence", "license")),
        difficulty=finite_number(row.get(columns.difficulty or "difficulty")),
        tests=_text(row, columns.tests, ("tests", "test", "test_list")),
    )


def _turns(row: Row) -> tuple[str, str]:
    """Take the first question and its answer out of a conversation; both empty where there is none."""
    turns = next((row[name] for name in _CHATS if row.get(name) is not None), None)
    if isinstance(turns, str):
        try:
            turns = json.loads(turns)
        except (ValueError, RecursionError):
            return "", ""
    if not isinstance(turns, list):
        return "", ""
    question = ""
    for turn in turns:
        if not isinstance(turn, Mapping):
            return "", ""
        role = str(turn.get("role") or turn.get("from") or "").lower()
        content = turn.get("content") or turn.get("value") or ""
        text = content if isinstance(content, str) else _parts(content)
        if role in _FIRST and not question:
            question = text.strip()
        elif role in _SECOND and question:
            return question, text.strip()
    return question, ""


def _parts(content: object) -> str:
    """Join the text parts of a message whose content is a list."""
    items = content if isinstance(content, list) else []
    return "\n".join(str(item.get("text", "")) for item in items if isinstance(item, Mapping))


def _text(row: Row, column: str | None, usual: tuple[str, ...]) -> str:
    """Give a column as text; a mapping of file names to contents becomes the contents."""
    if column is not None and column not in row:
        raise InputError(f"no column {column!r} in a row", hint=nearest(column, map(str, row)))
    value = row.get(column) if column is not None else next((row[name] for name in usual if row.get(name)), None)
    if isinstance(value, Mapping):
        text = "\n\n".join(str(item).strip() for item in value.values())
    elif isinstance(value, list):
        text = "\n".join(str(item) for item in value)
    else:
        text = "" if value is None else str(value).strip()
    return without_surrogates(text)


def finite_number(value: object) -> float | None:
    """Read a number, which a file may hold as a text; None where it is none, or not finite.

    Args:
        value: A column's.

    Example:
        >>> finite_number("2.5"), finite_number("Hard"), finite_number(float("nan"))
        (2.5, None, None)
    """
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
