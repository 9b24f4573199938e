"""The published JSON is the leaderboard's own."""

from __future__ import annotations

import json

from leaderboards.board_json import to_plain_standings
from leaderboards.demo import demo_standings
from leaderboards.publish.json_board import board_json
from tests.leaderboards.drawing import is_as_kept


def test_the_json_looks_as_kept() -> None:
    assert is_as_kept("board.json", board_json(demo_standings()))


def test_it_is_ascii_and_what_the_leaderboard_prints() -> None:
    text = board_json(demo_standings(baseline="evolved-13b"))
    assert text.isascii()
    assert json.loads(text) == json.loads(json.dumps(to_plain_standings(demo_standings(baseline="evolved-13b"))))
