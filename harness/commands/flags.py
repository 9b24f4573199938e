"""Groups of options that several verbs share: a dataclass in a verb's signature stands for all of its fields."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar, get_type_hints

Given = ParamSpec("Given")
Result = TypeVar("Result")


def flattened(verb: Callable[Given, Result]) -> Callable[..., Result]:
    """Let the command line see a dataclass parameter as one option a field.

    Args:
        verb: A function whose parameters may be dataclasses of options.

    Example:
        >>> @dataclasses.dataclass(frozen=True)
        ... class Size:
        ...     width: int = 80
        >>> def draw(name: str, *, size: Size) -> str:
        ...     return name * size.width
        >>> list(inspect.signature(flattened(draw)).parameters), flattened(draw)("a", width=3)
        (['name', 'width'], 'aaa')
    """
    hints = get_type_hints(verb, include_extras=True)
    groups: dict[str, type] = {}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(verb).parameters.items():
        kind = hints[name]
        if not dataclasses.is_dataclass(kind):
            parameters.append(parameter.replace(annotation=kind))
            continue
        assert isinstance(kind, type)
        groups[name] = kind
        fields = get_type_hints(kind, include_extras=True)
        parameters += [
            inspect.Parameter(
                item.name, inspect.Parameter.KEYWORD_ONLY, default=item.default, annotation=fields[item.name]
            )
            for item in dataclasses.fields(kind)
        ]

    @functools.wraps(verb)
    def call(*args: object, **given: object) -> Result:
        for name, kind in groups.items():
            names = [item.name for item in dataclasses.fields(kind)]
            given[name] = kind(**{field: given.pop(field) for field in names if field in given})
        return verb(*args, **given)  # type: ignore[arg-type]

    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {item.name: item.annotation for item in parameters}
    return call
