"""The options that say what the seeds are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from fusion.seeds import Columns, SeedPool, read_pool
from fusion.seeds.language import canonical_language
from harness.errors import InputError

Seeds = Annotated[
    list[str],
    typer.Argument(
        envvar="FUSEVAL_SEEDS",
        metavar="SEEDS...",
        help="Files, folders, Hub data sets (owner/name), or offline:300.",
        show_default=False,
    ),
]
ColumnMap = Annotated[
    str | None,
    typer.Option(
        "--columns", envvar="FUSEVAL_COLUMNS", metavar="MAP", help="As instruction=problem,response=solution."
    ),
]
Weights = Annotated[
    str | None,
    typer.Option("--weights", envvar="FUSEVAL_WEIGHTS", metavar="W,...", help="Share of each source among the draws."),
]
Language = Annotated[
    str,
    typer.Option("--language", envvar="FUSEVAL_LANGUAGE", metavar="NAME", help="Of all seeds; else it is detected."),
]
OnlyLanguage = Annotated[
    list[str] | None,
    typer.Option(
        "--only-language", envvar="FUSEVAL_ONLY_LANGUAGE", metavar="NAME", help="Keep seeds in this; may be repeated."
    ),
]
SeedLimit = Annotated[
    int | None,
    typer.Option("--limit", envvar="FUSEVAL_LIMIT", min=2, metavar="N", help="First N seeds of each source."),
]


@dataclass(frozen=True)
class SeedFlags:
    """What the seeds are, as it was typed."""

    columns: ColumnMap = None
    weights: Weights = None
    language: Language = ""
    only_language: OnlyLanguage = None
    limit: SeedLimit = None

    def pool(self, places: list[str]) -> SeedPool:
        """Read the seeds.

        Args:
            places: As they were typed.

        Raises:
            InputError: A place or an option is wrong.
        """
        return read_pool(
            places,
            columns=Columns.read(self.columns),
            shares=self._shares(),
            languages=[canonical_language(name) for name in self.only_language or ()],
            language=canonical_language(self.language),
            limit=self.limit,
        )

    def _shares(self) -> list[float]:
        if not self.weights:
            return []
        try:
            return [float(part) for part in self.weights.split(",")]
        except ValueError:
            raise InputError(f"{self.weights!r} are no weights", hint="as in --weights 3,1 for two sources") from None
