"""The nouns as JSON and back: fields in the order of their declaration, unknowns absent, any text survives.

Writing is plain and fast: no validation, since the values are our own. Reading validates with pydantic, since a file
may be damaged, edited or from another version. The JSON is pure ASCII: model output may hold lone surrogates, which
have no UTF-8 form.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from harness.errors import InputError
from harness.formats.jsonl import shortened
from harness.records import FORMAT_VERSION

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Noun = TypeVar("Noun")


def to_plain(value: object) -> object:
    """Turn a noun into dicts, lists and scalars, leaving out what is None.

    Args:
        value: A dataclass of `harness.records`, or a part of one.

    Example:
        >>> from harness.records import Completion
        >>> to_plain(Completion("Demo/0", 0, "return 1"))
        {'task_id': 'Demo/0', 'sample_index': 0, 'text': 'return 1', 'kind': 'solution'}
    """
    if isinstance(value, (str, int, float)) or value is None:  # most fields: the fast way out
        return value
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((name, getattr(value, name)) for name in _field_names(type(value)))
        return {name: to_plain(part) for name, part in pairs if part is not None}
    if isinstance(value, Mapping):
        return {str(key): to_plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(part) for part in value]
    raise TypeError(f"a record can not hold a {type(value).__name__}: {value!r}")


def to_json(value: object, *, indent: int | None = None) -> str:
    r"""Write a noun as JSON; equal nouns give equal bytes.

    Args:
        value: A dataclass of `harness.records`, or anything `to_plain` takes.
        indent: Spaces a level, for files that people read; None for one line.

    Example:
        >>> from harness.records import Completion
        >>> to_json(Completion("Demo/0", 0, "\ud800"))
        '{"task_id": "Demo/0", "sample_index": 0, "text": "\\ud800", "kind": "solution"}'
    """
    return json.dumps(to_plain(value), indent=indent, allow_nan=False)


def from_plain(noun: type[Noun], plain: object, where: str) -> Noun:
    """Validate what was read back and build the noun; fields this version does not know are passed over.

    Args:
        noun: The dataclass to build.
        plain: The decoded JSON.
        where: File, and line if there is one, for the error.

    Raises:
        InputError: A field is missing or of the wrong type, or a newer fuseval wrote it.

    Example:
        >>> from harness.records import Completion
        >>> from_plain(Completion, {"task_id": "Demo/0", "sample_index": 0, "text": "x"}, "x.jsonl").kind
        'solution'
    """
    from pydantic import ValidationError

    refuse_newer(plain, where)
    try:
        return _adapter(noun).validate_python(plain)
    except ValidationError as error:
        raise InputError(f"{where}: {first_problem(error.errors())}") from None


def from_json(noun: type[Noun], text: str, where: str) -> Noun:
    """Read a noun from JSON text.

    Args:
        noun: The dataclass to build.
        text: The JSON.
        where: File, and line if there is one, for the error.

    Raises:
        InputError: The text is no JSON, or not this noun.

    Example:
        >>> from harness.records import Completion
        >>> from_json(Completion, '{"task_id": "Demo/0", "text": ""}', "x.jsonl line 4")
        Traceback (most recent call last):
        harness.errors.InputError: x.jsonl line 4: field 'sample_index': Field required
    """
    try:
        plain = load_strictly(text)
    except (ValueError, RecursionError) as error:
        begins = f": {shortened(' '.join(text[:200].split()))}" if text.strip() else ""
        raise InputError(f"{where} is damaged: {error}{begins}") from None
    return from_plain(noun, plain, where)


def load_strictly(text: str | bytes) -> object:
    """Decode JSON that has no numbers but finite ones: Python would take `NaN`, `Infinity` and `1e999` too.

    Args:
        text: The JSON.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply.

    Example:
        >>> load_strictly("[1e999]")
        Traceback (most recent call last):
        ValueError: 1e999 is no number that a record can hold
    """
    return _STRICT.decode(text if isinstance(text, str) else text.decode("utf-8"))


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no number that a record can hold")
    return value


def _counted(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"{shortened(text, 24)} is no number that a record can hold")
    return int(text)


_LONGEST_NUMBER = 20
"""Digits of a whole number; no file has as many bytes, nor a run as many samples."""
_STRICT = json.JSONDecoder(parse_constant=_finite, parse_float=_finite, parse_int=_counted)


def refuse_newer(plain: object, where: str) -> None:
    """Raise InputError if the object says that a newer fuseval wrote it.

    Args:
        plain: The decoded JSON.
        where: The file, for the error.

    Example:
        >>> refuse_newer({"format_version": 99}, "run.json")
        Traceback (most recent call last):
        harness.errors.InputError: run.json was written by a newer fuseval (format 99; this one reads up to 1)
    """
    version = plain.get("format_version") if isinstance(plain, dict) else None
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise InputError(
            f"{where} was written by a newer fuseval (format {version}; this one reads up to {FORMAT_VERSION})",
            hint="pip install --upgrade fuseval",
        )


def first_problem(problems: Sequence[Mapping[str, Any]]) -> str:
    """Say in one line what pydantic found wrong first: the field, the cause and the value seen.

    Args:
        problems: What `ValidationError.errors()` gives.

    Example:
        >>> first_problem([{"loc": ("atol",), "msg": "Input should be a valid number", "input": "x"}])
        "field 'atol': Input should be a valid number, not 'x'"
    """
    problem = problems[0]
    where = ".".join(str(part) for part in problem["loc"])
    # A missing field's "input" is the whole row: no help to anybody.
    seen = "" if problem.get("type") == "missing" else f", not {shortened(repr(problem['input']))}"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return (f"field {where!r}: " if where else "") + str(problem["msg"]) + seen + more


@functools.cache
def _field_names(noun: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(noun))


def _adapter(noun: type[Noun]) -> TypeAdapter[Noun]:
    from pydantic import TypeAdapter

    if noun not in _ADAPTERS:  # building one takes longer than a thousand rows
        _ADAPTERS[noun] = TypeAdapter(noun)
    return _ADAPTERS[noun]


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}
