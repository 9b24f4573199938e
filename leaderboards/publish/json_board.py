"""The board's JSON as a file: what `fuseval leaderboard --json` prints, and what `--diff` compares with later."""

from __future__ import annotations

import json

from leaderboards.board_json import to_plain_standings
from leaderboards.standings import Standings


def board_json(standings: Standings) -> str:
    """Write a board as indented ASCII JSON; equal boards give equal bytes.

    Args:
        standings: The board.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> json.loads(board_json(demo_standings()))["sort"]
        'humaneval+'
    """
    return json.dumps(to_plain_standings(standings), indent=2) + "\n"
