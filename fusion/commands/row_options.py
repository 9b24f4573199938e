"""The options that say what is done with every row beside asking for it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from fusion.attempt import Tools
from fusion.prompts import Prompts, domain
from fusion.teachers import CallJournal, Settings
from harness.commands.terminal import messages
from harness.errors import InputError

if TYPE_CHECKING:
    from fusion.decontamination.text_index import TextIndex
    from fusion.embedding import Embedder

Domain = Annotated[str, typer.Option("--domain", envvar="FUSEVAL_DOMAIN", metavar="NAME", help="code, math or text.")]
Decontaminate = Annotated[
    list[str] | None,
    typer.Option(
        "--decontaminate",
        envvar="FUSEVAL_DECONTAMINATE",
        metavar="BENCH",
        help="Reject what gives its tasks away; may be repeated; none for no check.  [default: all]",
        show_default=False,
    ),
]
Deduplicate = Annotated[
    bool,
    typer.Option("--deduplicate/--keep-duplicates", envvar="FUSEVAL_DEDUPLICATE", help="Reject what repeats a row."),
]
Embedding = Annotated[
    str | None,
    typer.Option(
        "--embedding",
        envvar="FUSEVAL_EMBEDDING",
        metavar="DIR",
        help="Compare meaning too: an embedding model's folder, or minilm for the packaged one.",
    ),
]
Verify = Annotated[
    int,
    typer.Option(
        "--verify",
        envvar="FUSEVAL_VERIFY",
        min=0,
        metavar="K",
        help="Have tests written; run K answers in the sandbox.",
    ),
]
Judge = Annotated[
    bool, typer.Option("--judge", envvar="FUSEVAL_JUDGE", help="Have the teacher rate each row's difficulty, 1 to 10.")
]
Sandbox = Annotated[
    str, typer.Option("--sandbox", envvar="FUSEVAL_SANDBOX", metavar="KIND", help="For --verify; see fuseval doctor.")
]


@dataclass(frozen=True)
class Ready:
    """What rows are looked at with, loaded before a folder is begun."""

    prompts: Prompts
    embedder: Embedder | None
    index: TextIndex | None


@dataclass(frozen=True)
class RowFlags:
    """What is done with every row, as it was typed."""

    domain: Domain = "code"
    decontaminate: Decontaminate = None
    deduplicate: Deduplicate = True
    embedding: Embedding = None
    verify: Verify = 0
    judge: Judge = False
    sandbox: Sandbox = "auto"

    def ready(self) -> Ready:
        """Load what rows are looked at with.

        Raises:
            InputError: An option is wrong.
            EnvironmentLacking: A benchmark's data or a package is missing.
        """
        from fusion.decontamination.benchmark_texts import DEFAULT_BENCHMARKS, read_texts
        from fusion.decontamination.text_index import TextIndex
        from fusion.embedding import load_embedder

        if self.verify and self.domain != "code":
            raise InputError(f"--verify runs code, and the domain is {self.domain}", hint="leave --verify out")
        embedder = load_embedder(None if self.embedding == "minilm" else self.embedding) if self.embedding else None
        names = list(self.decontaminate or DEFAULT_BENCHMARKS)
        index = None
        if names != ["none"]:
            texts = read_texts(names)
            if texts.missing:
                messages().print(f"not checked for, its data is not here: {'; '.join(texts.missing)}", soft_wrap=True)
            index = TextIndex(texts.tasks)
        return Ready(Prompts(domain(self.domain)), embedder, index)

    @contextlib.contextmanager
    def tools(self, ready: Ready, journal: CallJournal, settings: Settings) -> Iterator[Tools]:
        """Open what is used on every row.

        Args:
            ready: What `ready` gave.
            journal: Asks the teacher.
            settings: How its replies are drawn.

        Raises:
            EnvironmentLacking: The sandbox can not be used.
        """
        from fusion.duplicates import Duplicates
        from fusion.earlier import Earlier
        from fusion.verification import Verifier

        with contextlib.ExitStack() as opened:
            verifier = opened.enter_context(Verifier(self.verify, self.sandbox)) if self.verify else None
            earlier = None
            if self.deduplicate:
                earlier = opened.enter_context(Earlier(Duplicates(ready.embedder), journal.folder))
            yield Tools(
                journal,
                ready.prompts,
                settings,
                ready.index,
                earlier,
                verifier,
                self.judge,
                ready.embedder.name if ready.embedder else "",
            )
