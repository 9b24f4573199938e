"""Renders what the teacher is asked."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fusion.prompts.domains import Domain
from harness.errors import InputError, nearest
from harness.models.model import Message

if TYPE_CHECKING:
    import jinja2

_FOLDER = Path(__file__).parent
OPERATORS = ("merge", "sequential", "parallel", "conditional", "structured")
"""How two instructions become one; `merge` is the paper's."""
INVALID = "INVALID PROMPT"
"""What a teacher says where two instructions can not be fused, in the paper as here."""
HEURISTICS = (
    "Add new constraints and requirements to the original problem, adding approximately 10 additional words.",
    "Replace a commonly used requirement in the programming task with a less common and more specific one.",
    "If the original problem can be solved with only a few logical steps, please add more reasoning steps.",
    "Provide a piece of erroneous code as a reference to increase misdirection.",
    "Propose higher time or space complexity requirements, but please refrain from doing so frequently.",
)
"""WizardCoder's five ways to make a task harder, as its paper (arXiv 2306.08568) words them."""
HEURISTIC_NAMES = ("constraints", "specific", "steps", "misdirection", "complexity")


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([_FOLDER, _FOLDER / "operators"]),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        keep_trailing_newline=False,
    )


@functools.cache
def _hash(*names: str) -> str:
    digest = hashlib.sha256()
    for name in names:
        digest.update((_FOLDER / name).read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Prompts:
    """Everything that a teacher can be asked in one domain."""

    domain: Domain

    def fuse(self, operator: str, first: str, second: str) -> tuple[Message, ...]:
        """Ask for one instruction out of two: one user message, as in the paper.

        Args:
            operator: One of `OPERATORS`.
            first: An instruction.
            second: Another one.

        Raises:
            InputError: There is no such operator.

        Example:
            >>> from fusion.prompts.domains import domain
            >>> Prompts(domain("code")).fuse("merge", "Print hello.", "Make a class.")[0].content.splitlines()[0]
            'You are given two programming tasks. Fuse them into one new programming task.'
        """
        if operator not in OPERATORS:
            raise InputError(f"no operator {operator!r}", hint=nearest(operator, OPERATORS))
        return (Message("user", self._text(f"operators/{operator}.j2", first=first.strip(), second=second.strip())),)

    def evolve(self, heuristic: int, parent: str) -> tuple[Message, ...]:
        """Ask for a harder instruction.

        Args:
            heuristic: Its place in `HEURISTICS`.
            parent: The instruction.
        """
        return (Message("user", self._text("evolve.j2", heuristic=HEURISTICS[heuristic], parent=parent.strip())),)

    def improved(self, parent: str, evolved: str) -> tuple[Message, ...]:
        """Ask whether an evolved instruction asks for anything that its parent does not."""
        return (Message("user", self._text("improved.j2", parent=parent.strip(), evolved=evolved.strip())),)

    def answer(self, instruction: str) -> tuple[Message, ...]:
        """Ask for the answer to an instruction."""
        return (Message("system", self.domain.system), Message("user", instruction))

    def tests(self, instruction: str) -> tuple[Message, ...]:
        """Ask for tests of the answer to an instruction."""
        return (Message("user", self._text("tests.j2", instruction=instruction.strip())),)

    def judge(self, instruction: str) -> tuple[Message, ...]:
        """Ask how difficult an instruction is."""
        return (Message("user", self._text("judge.j2", instruction=instruction.strip())),)

    def sha256(self, name: str) -> str:
        """Give the hash of a template with all that it is made of.

        Args:
            name: An operator, or `evolve`, `improved`, `answer`, `tests`, `judge`.
        """
        if name == "evolve":
            return hashlib.sha256("\n".join([*HEURISTICS, _hash("domains.toml", "evolve.j2")]).encode()).hexdigest()
        if name in OPERATORS:
            return _hash("domains.toml", "operators/_frame.j2", f"operators/{name}.j2")
        return _hash("domains.toml") if name == "answer" else _hash("domains.toml", f"{name}.j2")

    def _text(self, name: str, **values: str) -> str:
        return _environment().get_template(name).render(domain=self.domain, **values).strip()
