"""The sentence that says who leads."""

from __future__ import annotations

from leaderboards.demo import demo_record, demo_runs, demo_standings
from leaderboards.headline import headline
from leaderboards.standings import Standings
from leaderboards.store import standings_from


def _of(*passed: int) -> Standings:
    records = [demo_record(f"m{place}", "humaneval+", 160, plus) for place, plus in enumerate(passed)]
    return standings_from(demo_runs(records))


def test_a_leader_that_is_told_from_every_other() -> None:
    said = headline(_of(150, 90, 40))
    assert said.startswith("m0 leads in humaneval+: 36.6 points ahead of m1 (Holm-adjusted p < 0.001)")
    assert said.endswith("and told apart from all 2 others.")
    assert headline(_of(150, 90)).endswith("ahead of m1 (Holm-adjusted p < 0.001).")


def test_a_leader_that_is_not() -> None:
    said = headline(_of(100, 99, 20))
    assert said.startswith("No single leader in humaneval+: m0 is 0.6 points ahead of m1 (Holm-adjusted p = ")
    assert said.endswith("; 1 of 2 others may be as good as the first.")


def test_equal_scores() -> None:
    assert "m0 and m1 have the same score; 1 of 1 others" in headline(_of(100, 100))


def test_nothing_to_say() -> None:
    assert headline(_of(100)) == headline(_of()) == headline(demo_standings(baseline="fused-13b")) == ""


def test_it_agrees_with_the_ranks() -> None:
    for passed in ((150, 90, 40), (100, 99, 20), (100, 80, 79)):
        standings = _of(*passed)
        rank = standings.rows[0].rank
        assert rank is not None
        assert (rank.last == 1) is (not headline(standings).startswith("No single"))
