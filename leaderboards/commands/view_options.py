"""The options that choose what of the runs is shown, the same for every verb that shows standings."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from harness.errors import InputError, nearest
from leaderboards.reference_lines import Choice

Bench = Annotated[
    list[str] | None,
    typer.Option(
        "--bench",
        envvar="FUSEVAL_BENCH",
        metavar="NAME",
        help="Only this benchmark or column; repeat for several.",
        show_default=False,
    ),
]
Sort = Annotated[
    str,
    typer.Option(
        "--sort",
        envvar="FUSEVAL_SORT",
        metavar="COLUMN",
        help="Rank within this column; if not given, the one most models have.",
    ),
]
Columns = Annotated[
    str,
    typer.Option(
        "--columns",
        envvar="FUSEVAL_COLUMNS",
        metavar="A,B,C",
        help="Show these: benchmarks, languages as multipl-e:js, or n, tokens, wall-s and others.",
    ),
]
Where = Annotated[
    str,
    typer.Option(
        "--where",
        envvar="FUSEVAL_WHERE",
        metavar="FILTER",
        help="Only rows that pass, as in 'size<15 and recipe==if'; scores are percent.",
    ),
]
Baseline = Annotated[
    str,
    typer.Option(
        "--baseline",
        envvar="FUSEVAL_BASELINE",
        metavar="RUN|MODEL",
        help="Show every row as its paired difference to this one.",
    ),
]
By = Annotated[
    str,
    typer.Option(
        "--by",
        envvar="FUSEVAL_BY",
        metavar="recipe",
        help="One row a recipe: the mean over its training seeds (score --tag recipe=… --tag seed=…).",
    ),
]
References = Annotated[
    str,
    typer.Option(
        "--references",
        envvar="FUSEVAL_REFERENCES",
        metavar="WHICH",
        help="Imported published scores: near the models, all or none.",
    ),
]
K = Annotated[int, typer.Option("--k", envvar="FUSEVAL_K", min=1, metavar="K", help="Show pass@K.")]


def reference_choice(text: str) -> Choice:
    """Read which published scores to show.

    Args:
        text: As typed.

    Raises:
        InputError: It is none of the choices.

    Example:
        >>> reference_choice("al")
        Traceback (most recent call last):
        harness.errors.InputError: --references can not be 'al'
    """
    for choice in get_args(Choice):
        if text == choice:
            return choice  # type: ignore[no-any-return]  # get_args loses the literal's type
    raise InputError(f"--references can not be {text!r}", hint=nearest(text, get_args(Choice)))
