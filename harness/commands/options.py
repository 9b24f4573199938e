"""The options that several verbs share, each with its environment variable, and how their values are read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from harness.errors import InputError


@dataclass
class Invocation:
    """What one call of the command keeps for its end, when an error may have to be told."""

    debug: bool = False
    """Whether an error shows its traceback."""
    verb: str = ""
    """The verb that was called, for the help to be named."""


def require_verb(context: typer.Context) -> None:
    """Answer a bare `fuseval` or `fuseval data` with its help, as the usage error it is.

    Args:
        context: Of a group's callback.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


def _remember_debug(context: typer.Context, wanted: bool) -> bool:
    # `obj` is missing when a verb is called without `harness.cli.main`, as its help test does.
    if wanted and isinstance(context.obj, Invocation):
        context.obj.debug = True
    return wanted


Runs = Annotated[Path, typer.Option("--runs", envvar="FUSEVAL_RUNS", metavar="DIR", help="Where runs are kept.")]


def runs_ending(runs: Path) -> str:
    """Give what a command that is suggested needs to find the same runs.

    Args:
        runs: The runs' root.

    Example:
        >>> runs_ending(DEFAULT_RUNS), runs_ending(Path("mine"))
        ('', ' --runs mine')
    """
    return "" if runs == DEFAULT_RUNS else f" --runs {runs}"


AsJson = Annotated[bool, typer.Option("--json", envvar="FUSEVAL_JSON", help="Print JSON for other programs.")]

Debug = Annotated[
    bool,
    typer.Option("--debug", envvar="FUSEVAL_DEBUG", callback=_remember_debug, help="Show where an error happened."),
]

Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", envvar="FUSEVAL_TAG", metavar="NAME=VALUE", help="Note on the run, as recipe=if or seed=1; repeatable."
    ),
]

DEFAULT_RUNS = Path("runs")

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def parse_size(text: str) -> int:
    """Read a memory size as bytes; units are powers of 1024.

    Args:
        text: As in `512MiB`, `4G` or `4294967296`.

    Raises:
        InputError: It is no size, or not positive.

    Example:
        >>> parse_size("4GiB"), parse_size("512m"), parse_size("1.5G")
        (4294967296, 536870912, 1610612736)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*", text, re.IGNORECASE)
    size = int(float(match[1]) * _UNITS[match[2].lower()]) if match else 0
    if size <= 0:
        raise InputError(f"{text!r} is no memory size", hint="as in --memory 4GiB or --memory 512M")
    return size


def parse_tags(texts: Iterable[str]) -> dict[str, str | float]:
    """Read what was said of a run; what reads as a number is one.

    Args:
        texts: As in `recipe=if` or `seed=1`.

    Raises:
        InputError: One is no name and value, or a name is given two values.

    Example:
        >>> parse_tags(["recipe=if", "seed=1"])
        {'recipe': 'if', 'seed': 1.0}
    """
    tags: dict[str, str | float] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not value or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise InputError(f"{text!r} is no tag", hint="a name and a value, as in --tag recipe=if --tag seed=1")
        read = float(value) if re.fullmatch(r"[+-]?\d+(\.\d+)?", value) else value
        if tags.setdefault(name, read) != read:
            raise InputError(f"tag {name!r} is given twice, as {tags[name]} and {read}", hint=f"--tag {name}={value}")
    return tags
