"""What is said above and below the site's board: what it ranks by, what the ranks rest on, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

from leaderboards.headline import headline
from leaderboards.notes import (
    baseline_line,
    data_lines,
    older_line,
    ranking_line,
    reading_line,
    row_notes,
    sandbox_line,
)
from leaderboards.site.contents import MOST_ANSWERS, Contents
from leaderboards.standings import Standings


@dataclass(frozen=True)
class BoardWords:
    """What stands above the board."""

    noun: str
    """What its rows are, in the plural."""
    lead: str
    caption: str


def board_words(standings: Standings) -> BoardWords:
    """Say what the board shows.

    Args:
        standings: The board.
    """
    rows, sort = len(standings.rows), standings.sort
    noun = standings.by or "model"
    parts = [f"pass@{standings.k}", f"{rows:,} {noun}{'s'[: rows != 1]}"]
    if sort is not None:
        parts.append(f"ranked by {sort.label} over {sort.task_count:,} tasks")
    return BoardWords(f"{noun}s", ", ".join(parts) + ".", f"pass@{standings.k} in percent, each with its 95 % interval")


def board_notes(contents: Contents) -> list[str]:
    """List what a reader of the board has to know.

    Args:
        contents: The site's.
    """
    standings = contents.standings
    notes = [headline(standings), ranking_line(standings), baseline_line(standings), *data_lines(standings.columns)]
    notes += [reading_line(standings), "Overlapping intervals do not settle which of two models is better."]
    notes += [_references_line(standings), sandbox_line(standings)]
    for row in standings.rows + standings.self_checks:
        notes += [f"{row.model}: {note}." for note in row_notes(row)]
    without = sum(not model.has_answers for model in contents.models)
    if without:
        notes.append(
            f"Programs and verdicts of the first {len(contents.models) - without} models are on this site "
            f"(at most {MOST_ANSWERS:,} answers), of {without} more the scores and who solved what."
        )
    notes += [older_line(standings.older_runs), *standings.remarks]
    notes += [f"Not read: {cause}" for cause in contents.as_public(standings.unreadable)]
    return [note if note.endswith(".") else f"{note}." for note in notes if note]


def _references_line(standings: Standings) -> str:
    """Say what the grey lines are; empty without one."""
    if not standings.references:
        return ""
    sources = sorted({line.source for line in standings.references})
    return f"Grey: published scores ({', '.join(sources)}), each with an unpaired interval; in no rank and in no test."
