"""Ranks of equal scores."""

from hypothesis import given
from hypothesis import strategies as st

from leaderboards.statistics import rank_ranges


@given(st.lists(st.integers(0, 5).map(lambda tasks: tasks / 164)))
def test_a_rank_range_counts_who_is_better_and_who_is_equal(values: list[float]) -> None:
    for value, rank in zip(values, rank_ranges(values), strict=True):
        assert rank.first == 1 + sum(other > value for other in values)
        assert rank.last == sum(other >= value for other in values)


def test_the_same_fraction_summed_otherwise_is_a_tie() -> None:
    assert [str(rank) for rank in rank_ranges([0.1 + 0.2, 0.3])] == ["1-2", "1-2"]
