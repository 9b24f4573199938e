"""The options that say who the teacher is, and what it may cost."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from fusion.teachers import Settings, Teacher
from harness.errors import InputError
from harness.models.remote.budget import Budget, find_price
from harness.models.remote.spending import Spending

OFFLINE = "offline"
TeacherName = Annotated[
    str | None,
    typer.Option(
        "--teacher", "-t", envvar="FUSEVAL_TEACHER", metavar="MODEL", help="What the server calls it; or offline."
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url", envvar="FUSEVAL_BASE_URL", metavar="URL", help="An OpenAI-compatible server; else OpenAI itself."
    ),
]
Replay = Annotated[
    Path | None,
    typer.Option(
        "--replay", envvar="FUSEVAL_REPLAY", metavar="DIR", help="Take the replies that another data set kept."
    ),
]
Temperature = Annotated[
    float, typer.Option("--temperature", envvar="FUSEVAL_TEMPERATURE", min=0.0, metavar="T", help="The paper's is 1.")
]
TopP = Annotated[
    float, typer.Option("--top-p", envvar="FUSEVAL_TOP_P", min=0.01, max=1.0, metavar="P", help="Of sampling.")
]
MaxTokens = Annotated[
    int,
    typer.Option(
        "--max-tokens", envvar="FUSEVAL_MAX_TOKENS", min=1, metavar="N", help="Longest reply; longer are cut."
    ),
]
Concurrency = Annotated[
    int, typer.Option("--concurrency", envvar="FUSEVAL_CONCURRENCY", min=1, metavar="N", help="Calls at once.")
]
Timeout = Annotated[
    float,
    typer.Option("--timeout", envvar="FUSEVAL_TIMEOUT", min=0.1, metavar="S", help="Silence after which to ask again."),
]
BudgetWords = Annotated[
    str | None,
    typer.Option(
        "--budget", envvar="FUSEVAL_BUDGET", metavar="AMOUNT", help="Never passed, over all sittings: 50usd, 2Mtokens."
    ),
]
PriceWords = Annotated[
    str | None,
    typer.Option("--price", envvar="FUSEVAL_PRICE", metavar="P,C", help="Dollars a million prompt, completion tokens."),
]
Batch = Annotated[
    bool, typer.Option("--batch", envvar="FUSEVAL_BATCH", help="Through the server's batch API: half the price, hours.")
]


@dataclass(frozen=True)
class TeacherFlags:
    """Who the teacher is, as it was typed."""

    teacher: TeacherName = None
    base_url: BaseUrl = None
    replay: Replay = None
    temperature: Temperature = Settings.temperature
    top_p: TopP = Settings.top_p
    max_tokens: MaxTokens = Settings.max_tokens
    concurrency: Concurrency = 32
    timeout: Timeout = 300.0
    budget: BudgetWords = None
    price: PriceWords = None
    batch: Batch = False

    @property
    def settings(self) -> Settings:
        """How its replies are drawn."""
        return Settings(self.temperature, self.top_p, self.max_tokens)

    def check(self) -> None:
        """See that a teacher is named and that the options fit it; nothing is opened.

        Raises:
            InputError: No teacher is named, or an option does not fit it.
        """
        if self.replay is not None:
            if self.teacher or self.base_url or self.budget or self.batch:
                raise InputError("--replay takes recorded replies, and a teacher was named besides", hint="one of both")
            if not self.replay.exists():
                raise InputError(f"no recorded calls at {self.replay}", hint="a data set that fuseval fuse wrote")
        elif not self.teacher:
            raise InputError(
                "no teacher", hint="--teacher MODEL --base-url http://127.0.0.1:8000/v1, or --teacher offline to try"
            )
        elif self.teacher != OFFLINE:
            price = find_price(self.teacher, self.price)
            if self.budget:
                Budget.read(self.budget, self.teacher, price)

    @contextlib.contextmanager
    def opened(self, folder: Path) -> Iterator[Teacher]:
        """Give the teacher, with what earlier sittings spent counted.

        Args:
            folder: Of the data set, which keeps what is spent.

        Raises:
            InputError: See `check`.
        """
        self.check()
        if self.replay is not None:
            from fusion.teachers.recorded import RecordedTeacher

            yield RecordedTeacher(self.replay)
            return
        assert self.teacher is not None
        if self.teacher == OFFLINE:
            from fusion.teachers.offline import OfflineMiniature

            yield OfflineMiniature()
            return
        with self._remote(self.teacher, folder) as teacher:
            yield teacher

    @contextlib.contextmanager
    def _remote(self, name: str, folder: Path) -> Iterator[Teacher]:
        from fusion.teachers.batch import BatchTeacher, batch_price
        from fusion.teachers.remote import RemoteTeacher

        price = find_price(name, self.price)
        if price and self.batch:
            price = batch_price(price)
        budget = Budget.read(self.budget, name, price) if self.budget else Budget(math.inf, price)
        spending = Spending(folder, in_batches=self.batch)
        budget.go_on(spending.before(at_half_price=self.batch and budget.is_in_dollars), spending)
        with spending:
            if self.batch:
                yield BatchTeacher(name, self.base_url, folder, budget=budget, price=price)
                return
            yield RemoteTeacher(
                name,
                self.base_url,
                budget=budget,
                price=price,
                concurrency=self.concurrency,
                timeout_s=self.timeout,
            )
