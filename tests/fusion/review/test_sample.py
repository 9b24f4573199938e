"""Which instructions are rated: mixed, the same for everybody, and steady when more rows come."""

from __future__ import annotations

from fusion.dataset import Row
from fusion.inspection import Subject
from fusion.review.sample import sample_of
from fusion.seeds import Seed


def subject(rows: int, seeds: int) -> Subject:
    made = tuple(Row(f"r{n}", f"Row {n}.", "", "", "fuse", (), n) for n in range(rows))
    return Subject("x", made, seeds={f"s{n}": Seed(f"s{n}", f"Seed {n}.") for n in range(seeds)})


def test_half_are_rows_and_half_seeds_in_an_order_that_says_nothing() -> None:
    items = sample_of(subject(500, 500), 400)
    assert sum(item.origin == "row" for item in items) == 200
    first_of_pair = [items[place].origin == "row" for place in range(0, 400, 2)]
    assert 70 < sum(first_of_pair) < 130
    by_key = sorted(items, key=lambda item: item.key)
    assert 70 < sum(item.origin == "row" for item in by_key[:200]) < 130


def test_a_larger_sample_begins_with_the_smaller() -> None:
    assert sample_of(subject(50, 50), 40)[:10] == sample_of(subject(50, 50), 10)


def test_rows_that_come_later_keep_the_order_of_the_others() -> None:
    before = [item.id for item in sample_of(subject(50, 50), 100)]
    after = [item.id for item in sample_of(subject(80, 50), 130) if item.id in before]
    assert [name for name in after if name[0] == "r"] == [name for name in before if name[0] == "r"]
    assert [name for name in after if name[0] == "s"] == [name for name in before if name[0] == "s"]


def test_another_seed_is_another_sample() -> None:
    first, other = (sample_of(subject(50, 50), 20, seed) for seed in (1, 2))
    assert {item.id for item in first} != {item.id for item in other}
    assert not {item.key for item in first} & {item.key for item in other}


def test_rows_alone_are_rated_where_there_are_no_seeds() -> None:
    assert len(sample_of(subject(5, 0), 40)) == 5
