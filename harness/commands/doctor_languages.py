"""The doctor's lines on languages: what is here, in which version, and what installs the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text

from harness.languages import languages
from harness.languages.toolchain import find_toolchain, install_line


@dataclass(frozen=True)
class LanguageInfo:
    """One language, for the report."""

    name: str
    title: str
    version: str
    """What its first tool says; empty where it is missing."""
    official_version: str
    """What MultiPL-E's own image has, where that is known."""
    missing: list[str]
    install: str
    """The line that installs it."""


def language_rows() -> list[LanguageInfo]:
    """Look for every language's tools.

    Example:
        >>> [row.version != "" for row in language_rows() if row.name == "sh"]
        [True]
    """
    found = []
    for language in languages().values():
        toolchain = find_toolchain(language)
        found.append(
            LanguageInfo(
                name=language.name,
                title=language.title,
                version=toolchain.version,
                official_version=language.official_version,
                missing=toolchain.missing,
                install=install_line(language),
            )
        )
    return found


def language_lines(rows: list[LanguageInfo]) -> Iterator[Text]:
    """Draw a line a language.

    Args:
        rows: Of `language_rows`.
    """
    for row in rows:
        official = f"  (MultiPL-E: {row.official_version})" if row.official_version else ""
        if row.missing:
            yield Text(f"  {row.name:<7} MISSING {', '.join(row.missing)}: {row.install}")
        else:
            yield Text(f"  {row.name:<7} {row.version}{official}")
