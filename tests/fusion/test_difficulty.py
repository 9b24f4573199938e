"""What a judge says of a row's difficulty."""

from __future__ import annotations

import pytest

from fusion.difficulty import read_judgement


@pytest.mark.parametrize(
    ("said", "difficulty"),
    [
        ("7", 7.0),
        ("10", 10.0),
        ("7.5", 7.5),
        ("Difficulty: 4/10", 4.0),
        ("8 out of 10", 8.0),
        ("On a scale of 1 to 10, I'd say 7", 7.0),
        ("From 1-10: 6.", 6.0),
        ("Between 3 and 5, so 4.", 4.0),
        ("hard", None),
        ("100", None),
        ("0.5", None),
        ("10.5", None),
    ],
)
def test_the_last_number_that_does_not_name_the_scale(said: str, difficulty: float | None) -> None:
    assert read_judgement(said) == difficulty
