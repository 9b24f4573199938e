"""What the definition of a language says: how its programs are built and run, and how their end is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harness.languages import rules
from harness.languages.endings import Ending
from harness.languages.rules import OfficialStatus, Rule


@dataclass(frozen=True)
class Step:
    """One command. `{source}` is the program's file, `{folder}` the empty scratch folder that it lies in.

    The first word is the name of a `Tool`; other words may name one too, as `{tool:NAME}`.
    """

    command: tuple[str, ...]
    seconds: float
    """MultiPL-E's limit, which counts CPU time here; wall time is only a backstop."""
    rule: Rule = rules.by_exit_code


@dataclass(frozen=True)
class Tool:
    """A program, file or module of the toolchain that has to be on this machine."""

    name: str
    """What `PATH` is searched for first."""
    version: tuple[str, ...] = ("--version",)
    """Arguments that make it say its version; empty where it has none to say."""
    others: tuple[str, ...] = ()
    """Other names that it goes by, the best first."""
    files: tuple[str, ...] = ()
    """Where it is a file: the places where it may lie, the first that exists is taken."""
    prefix: tuple[str, ...] = ()
    """Arguments that make a launcher say where the version that it picks lies; the tool is in `bin` there."""
    loads: tuple[str, ...] = ()
    """Where it is a module: arguments with which `others` says something if it can load the module."""


@dataclass(frozen=True)
class Shortcut:
    """A faster way to build or run, made once on this machine and read by every program; the plain way stays the judge.

    A program that the shortcut does not take or build, or that does not end well by its `run`, goes the plain way. In
    its commands, and in the environment of the language's, `{cache}` is the folder that it is kept in.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    """What to make it of, by file name."""
    make: tuple[tuple[str, ...], ...] = ()
    """The commands that make it; first words as in `Step`."""
    build: tuple[Step, ...] = ()
    """What builds a program instead of the language's own steps."""
    compiler: tuple[str, ...] = ()
    """The command of a compiler that stays and builds one program after the other, as `ResidentCompiler` asks it."""
    run: Step | None = None
    """What runs a program instead of the language's own command."""
    tools: tuple[Tool, ...] = ()
    """What it needs beside the language's own tools; where one is missing there is no shortcut."""
    environment: Mapping[str, str] = field(default_factory=dict)
    takes: Callable[[str], bool] = lambda program: True
    """Whether a program comes out the same both ways."""


@dataclass(frozen=True, eq=False)
class Language:
    """One language.

    Example:
        >>> from harness.languages import find
        >>> find("js").run.command
        ('node', '{source}')
    """

    name: str
    """As in `multipl-e:js`, and in MultiPL-E's file names."""
    title: str
    source: str
    """The name of the program's file."""
    run: Step
    tools: tuple[Tool, ...]
    known_good: str
    """A whole program with tests that has to pass; where it does not, the toolchain is broken."""
    known_bad: str
    """A whole program whose tests fail."""
    build: tuple[Step, ...] = ()
    official_version: str = ""
    """What MultiPL-E's own image has, where it is known."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """What installs it, by distribution (`debian`) or package manager (`npm`)."""
    reads: tuple[str, ...] = ()
    """Folders beside /usr that the tools need to read, where they exist."""
    environment: Mapping[str, str] = field(default_factory=dict)
    shortcut: Shortcut | None = None
    ending: Ending | None = None
    """What tells a program that ran to its end from one that left before; None where the tests themselves exit."""
    timeout_status: OfficialStatus = "Timeout"
    """How MultiPL-E's evaluator writes a time-out of the run in this language."""
