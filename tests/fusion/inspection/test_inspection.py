"""What is found in a data set: against numbers counted by hand, scipy, and data sets that lack this and that."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from fusion.dataset import Rejected, Row
from fusion.inspection import Inspection, Subject, inspect, read_subject
from fusion.inspection.contamination import ContaminationAsk
from fusion.inspection.difficulty import difficulty_of
from fusion.inspection.distribution import Distribution
from fusion.inspection.page import inspection_page
from fusion.inspection.sameness import sameness_of
from fusion.inspection.view import InspectionView
from fusion.review.reviews import Review
from fusion.seeds import Seed
from harness.benchmarks import load
from harness.errors import EnvironmentLacking, InputError
from harness.formats.record_json import to_json
from tests.fusion.made_up_dataset import HOSTILE, keep_dataset

ONLY_PACKAGED = ContaminationAsk(("humaneval",))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_dataset(tmp_path_factory.mktemp("made") / "made")


@pytest.fixture(scope="module")
def found(folder: Path) -> Inspection:
    return inspect(read_subject(str(folder)), ONLY_PACKAGED)


def row(name: str, text: str, **fields: object) -> Row:
    return Row(name, text, "", "", "fuse", (), 0, **fields)  # type: ignore[arg-type]


def drawn(found: Inspection, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None, markup=False, highlight=False, emoji=False)
    console.print(InspectionView(found))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_rates_and_reasons(found: Inspection) -> None:
    assert found.making is not None
    assert (found.making.valid.count, found.making.valid.total) == (12, 14)
    assert found.making.by["languages"]["python+python"].value == pytest.approx(12 / 14)
    assert {reason: rate.count for reason, rate in found.making.rejected.items()} == {"contaminated": 1, "invalid": 1}
    assert found.languages == {"python": 4, "java": 4, "none": 4}


def test_calls_by_kind_with_refused_ones(found: Inspection) -> None:
    assert found.calls is not None
    kinds = {kind.kind: kind for kind in found.calls.kinds}
    assert {name: kind.calls for name, kind in kinds.items()} == {"fuse": 12, "answer": 13, "judge": 12}
    assert kinds["answer"].refused == 1
    assert kinds["answer"].completion_tokens == 12 * 39
    assert kinds["fuse"].cost == pytest.approx(12 * 0.0003)
    assert kinds["fuse"].seconds == 0.5


def test_tokens_that_one_call_does_not_count_are_unknown(tmp_path: Path) -> None:
    folder = keep_dataset(tmp_path / "made")
    with (folder / "calls.jsonl").open("a") as file:
        file.write(json.dumps({"key": "x", "task": "judge", "number": 1, "text": "3"}) + "\n")
    calls = inspect(read_subject(str(folder)), ContaminationAsk(())).calls
    assert calls is not None
    judge = next(kind for kind in calls.kinds if kind.kind == "judge")
    assert (judge.prompt_tokens, judge.completion_tokens, judge.cost) == (None, None, None)


def test_lengths_in_words_tokens_and_beside_the_parents(found: Inspection) -> None:
    lengths = {made.name: made for made in found.lengths}
    assert lengths["answer, tokens"].quartiles == (39.0,) * 5
    assert lengths["instruction, tokens"].n == 12
    assert lengths["answer, words"].n == 12
    assert lengths["words / parents'"].n == 12
    assert lengths["words / parents'"].quartiles[0] > 1


def test_difficulty_as_judged_and_measured(found: Inspection) -> None:
    difficulty = found.difficulty
    assert difficulty.passing is not None
    assert (difficulty.passing.count, difficulty.passing.total, difficulty.untested) == (4, 8, 4)
    judged, rate = difficulty.measures
    assert judged.counts == (2, 2, 1, 1, 1, 1, 1, 1, 1, 1)
    assert (rate.n, rate.counts[0], rate.counts[-1]) == (8, 4, 4)


def test_rank_correlation_is_that_of_scipy_with_an_interval() -> None:
    from scipy.stats import spearmanr

    words = [3, 5, 8, 2, 9, 7, 4, 6, 12, 10, 1, 11]
    judged = [2, 3, 7, 1, 9, 5, 5, 4, 10, 8, 1, 9]
    rows = [row(str(n), "word " * words[n], judged_difficulty=float(judged[n])) for n in range(12)]
    (made,) = difficulty_of(rows).correlations
    assert made.value == pytest.approx(spearmanr(judged, words)[0])
    assert made.low < made.value < made.high <= 1
    assert difficulty_of([row(str(n), "same words", judged_difficulty=float(n)) for n in range(12)]).correlations == ()


def test_repeated_rows_are_counted_by_method() -> None:
    text = "Write a function that takes a list of orders and returns the total price of each customer with tax."
    rows = (row("a", text), row("b", text.upper()), row("c", f"{text} Please."), row("d", "Print a christmas tree."))
    found = sameness_of(Subject("x", rows))
    assert (found.repeated, found.near) == (1, 1)
    assert [(pair.row_id, pair.earlier, pair.method) for pair in found.pairs] == [
        ("b", "a", "exact"),
        ("c", "a", "minhash"),
    ]


def test_compression_is_told_at_the_same_size() -> None:
    rows = tuple(row(str(n), f"Write the very same task again, number {n}.") for n in range(200))
    seeds = {str(n): Seed(str(n), f"{n * 7919 % 1009} {n * 104729 % 997} tasks of {n**5 % 10007}.") for n in range(100)}
    found = sameness_of(Subject("x", rows, seeds=seeds))
    assert found.compression is not None
    assert found.seeds_compression is not None
    assert found.compression > 2 * found.seeds_compression
    assert found.compared_bytes == len("\n".join(seed.instruction for seed in seeds.values()))


def test_a_planted_task_is_found_and_earlier_rejections_are_counted() -> None:
    task = load("humaneval").tasks["HumanEval/0"]
    rows = (row("planted", task.prompt), row("clean", "Write a function that prints a christmas tree of stars."))
    rejected = (
        Rejected(1, "contaminated", (), detail="exact humaneval+ HumanEval/0 1.00"),
        Rejected(2, "contaminated_answer", (), detail="ngram mbpp+ Mbpp/2 0.80"),
        Rejected(3, "contaminated", (), detail="exact humaneval+ HumanEval/9 1.00"),
        Rejected(4, "invalid", ()),
    )
    found = inspect(Subject("x", rows, rejected=rejected), ONLY_PACKAGED).contamination
    assert found.rejected_by == {"exact humaneval+": 2, "ngram mbpp+": 1}
    assert found.report is not None
    assert [(item.name, item.is_removed) for item in found.report.rows] == [("planted", True), ("clean", False)]


def test_without_other_data_the_packaged_tasks_are_checked_and_the_rest_is_named(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FUSEVAL_DATA", raising=False)
    subject = Subject("x", (row("a", load("humaneval").tasks["HumanEval/0"].prompt), row("b", "Write a program.")))
    found = inspect(subject, ContaminationAsk())
    assert found.contamination.report is not None
    assert [item.is_removed for item in found.contamination.report.rows] == [True, False]
    assert "fuseval data fetch mbpp+" in drawn(found)
    with pytest.raises(EnvironmentLacking):
        inspect(subject, ContaminationAsk(("mbpp+",)))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_view_fits_and_nothing_hostile_gets_through(folder: Path, width: int) -> None:
    subject = read_subject(str(folder))
    hostile = Subject(HOSTILE, subject.rows, subject.path, subject.folder, subject.record, subject.seeds)
    text = drawn(inspect(hostile, ONLY_PACKAGED), width)
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text
    assert "\u202e" not in text
    for words in ("85.7 % [57.2, 98.2]", "the teacher said that they do not fit", "histogram", "--embedding minilm"):
        assert words in text, words


def test_the_page_holds_the_same_and_no_script(folder: Path) -> None:
    subject = read_subject(str(folder))
    hostile = Subject(HOSTILE, subject.rows, subject.path, subject.folder, subject.record, subject.seeds)
    page = inspection_page(inspect(hostile, ONLY_PACKAGED))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "85.7 % [57.2, 98.2]" in page
    assert page.count("<svg") == len(found_distributions(subject))


def found_distributions(subject: Subject) -> list[Distribution]:
    found = inspect(subject, ContaminationAsk(()))
    return [*found.lengths, *found.difficulty.measures]


def test_json_says_all_of_it(found: Inspection) -> None:
    plain = json.loads(json.dumps(found.plain()))
    assert plain["making"]["valid"]["count"] == 12
    assert plain["contamination"]["check"]["rows"] == 12
    assert plain["contamination"]["rejected_by"] == {"exact humaneval+": 1}
    assert [kind["kind"] for kind in plain["calls"]] == ["fuse", "answer", "judge"]
    assert "diversity" not in plain


def test_reviews_that_are_there_are_summed_up(tmp_path: Path) -> None:
    folder = keep_dataset(tmp_path / "made")
    reviews = [
        Review(rater, str(n), "row" if n % 2 else "seed", "coherence", 1 + (n + shift) % 5, "")
        for shift, rater in enumerate(("Ada", "Bob"))
        for n in range(10)
    ]
    (folder / "reviews.jsonl").write_text("".join(f"{to_json(review)}\n" for review in reviews))
    found = inspect(read_subject(str(folder)), ContaminationAsk(()))
    assert found.reviews is not None
    assert found.reviews.raters == {"Ada": 10, "Bob": 10}
    assert "rows less seeds" in drawn(found)
    assert "Agreement" in inspection_page(found)


def test_a_plain_file_is_inspected_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    chat = {"messages": [{"role": "user", "content": "Sort a list."}, {"role": "assistant", "content": "sorted(x)"}]}
    path.write_text(json.dumps(chat) + "\n" + json.dumps({"instruction": "Sort a list.", "output": "x.sort()"}) + "\n")
    found = inspect(read_subject(str(path)), ONLY_PACKAGED)
    assert (found.rows, found.making, found.calls) == (2, None, None)
    assert found.sameness.repeated == 1
    assert "rows.jsonl: 2 rows" in drawn(found)
    assert "rows.jsonl" in inspection_page(found)


def test_a_data_set_of_no_rows_is_shown_too(tmp_path: Path) -> None:
    folder = keep_dataset(tmp_path / "made")
    (folder / "rows.jsonl").write_text("")
    found = inspect(read_subject(str(folder)), ONLY_PACKAGED)
    assert found.rows == 0
    assert "made: 0 rows" in drawn(found)
    assert inspection_page(found)


def test_an_empty_file_has_nothing_to_inspect(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("")
    with pytest.raises(InputError, match="no rows"):
        read_subject(str(path))


def test_quartiles_and_bins_of_one_value_and_of_small_whole_numbers() -> None:
    one = Distribution.of("n", [5, 5])
    assert one is not None
    assert (one.quartiles, one.counts) == ((5.0,) * 5, (2,))
    small = Distribution.of("n", [1, 2, 2, 4])
    assert small is not None
    assert small.counts == (1, 2, 0, 1)
    wide = Distribution.of("n", [*map(float, range(100)), 1e6])
    assert wide is not None
    assert sum(wide.counts) == 101
    assert Distribution.of("n", []) is None
