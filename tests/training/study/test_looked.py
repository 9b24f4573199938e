"""What a study says of its rows: against what is put into them, measured once, and named where it is not known."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fusion.inspection.diversity import spread_of
from fusion.word_vectors import WordVectors
from harness.benchmarks import load
from harness.errors import InputError
from training.settings import SourceSettings
from training.study.data import data_stage, make_data, row_count
from training.study.data_tables import contamination_lines, difficulty_lines, diversity_lines
from training.study.difficulty import gradient_of
from training.study.looked import Looks, look
from training.study.plots import Point, Series, cloud
from training.study.report import write_report
from training.study.reported import Reported
from training.study.settings import (
    BaseSettings,
    InspectSettings,
    RecipeSettings,
    ScoreSettings,
    Size,
    StudySettings,
)
from training.study.stages import Stage
from training.study.trained_rows import sample_of

THINGS = """anchor bridge candle desert engine forest guitar harbor island jacket kettle ladder marble needle orange
pencil quartz rocket saddle tunnel umbrella violin window yellow zebra""".split()
VARIED = [f"Describe how {one} and {other} differ." for one, other in zip(THINGS, THINGS[1:], strict=False)]
ALIKE = [f"Write a function that sorts a list of {THINGS[n % 5]}s by {THINGS[5 + n // 5]}." for n in range(24)]
QUESTION = "Count the zebras that wade through the shallow river at noon and forget every second one of them."


def write(path: Path, asked: Sequence[str], **columns: Sequence[object]) -> None:
    rows = [
        {"instruction": text, "output": "x = 1", **{name: values[number] for name, values in columns.items()}}
        for number, text in enumerate(asked)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture(autouse=True)
def _own_benchmarks_alone(empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading all public benchmarks takes seconds; the test that needs them says so."""
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path / "none"))


@pytest.fixture
def study(tmp_path: Path) -> StudySettings:
    """Two recipes of 24 rows, and a benchmark of one task."""
    task = {"task_id": "Own/0", "prompt": f'def count(x):\n    """{QUESTION}"""\n', "entry_point": "count"}
    (tmp_path / "own.jsonl").write_text(
        json.dumps({**task, "canonical_solution": "    return x\n", "base_input": [[1]]})
    )
    write(tmp_path / "varied.jsonl", VARIED)
    write(tmp_path / "alike.jsonl", ALIKE)
    recipes = tuple(
        RecipeSettings(name, (SourceSettings(str(tmp_path / f"{name}.jsonl")),)) for name in ("varied", "alike")
    )
    score = ScoreSettings((str(tmp_path / "own.jsonl"),))
    return StudySettings("own", (BaseSettings("tiny", "x"),), recipes, ("all",), "alike", score=score)


def looked(study: StudySettings, root: Path, said: list[str] | None = None, size: Size = "all") -> Looks:
    """Make the data and look at it."""
    data: dict[str, Stage] = {}
    for recipe in study.recipes:
        data[recipe.name] = stage = data_stage(root, study, recipe, size)
        if not stage.is_done:
            make_data(stage, study, recipe, size)
    return look(study, root, data, (said if said is not None else []).append)


def test_rows_that_are_alike_lie_near_and_repeat_each_other(study: StudySettings, tmp_path: Path) -> None:
    found = looked(study, tmp_path / "study").diversity
    assert found is not None
    varied, alike = found.recipes
    assert (varied.recipe, alike.recipe) == ("varied", "alike")
    assert alike.spread.mean_distance < 0.8 * varied.spread.mean_distance
    assert alike.compression > 1.5 * varied.compression
    assert (varied.near, varied.repeated, alike.repeated) == (0, 0, 0)
    assert alike.near > 0
    assert {len(one.points) for one in found.recipes} == {24}
    places = np.array([one.points for one in found.recipes])
    assert places.min() == 0
    assert places.max() == 1
    vectors = WordVectors([*VARIED, *ALIKE]).embed(ALIKE)
    assert alike.spread.mean_distance == spread_of(vectors, np.random.default_rng(0)).mean_distance


def test_recipes_of_unlike_sizes_are_measured_at_the_same_number(study: StudySettings, tmp_path: Path) -> None:
    write(tmp_path / "alike.jsonl", ALIKE[:7])
    found = looked(study, tmp_path / "study").diversity
    assert found is not None
    assert found.rows == 7
    assert [one.spread.n for one in found.recipes] == [7, 7]
    assert [len(one.points) for one in found.recipes] == [7, 7]


def test_two_rows_have_no_spread_and_the_report_says_so(study: StudySettings, tmp_path: Path) -> None:
    write(tmp_path / "alike.jsonl", ALIKE[:2])
    found = looked(study, tmp_path / "study")
    assert found.diversity is None
    assert "fewer than three rows" in "\n".join(diversity_lines(found.diversity, "map.svg"))
    assert [one.sampled for one in found.difficulty] == [24, 2]


def test_difficulty_is_what_the_rows_bring_along(study: StudySettings, tmp_path: Path) -> None:
    judged = [float(1 + number % 10) for number in range(24)]
    rates = [None if number % 2 else 0.25 * (number % 4) for number in range(24)]
    write(tmp_path / "varied.jsonl", VARIED, judged_difficulty=judged, pass_rate=rates, difficulty=["Easy"] * 24)
    varied, alike = looked(study, tmp_path / "study").difficulty
    by_name = {gradient.measure: gradient for gradient in varied.gradients}
    assert list(by_name) == ["instruction, words", "judged, 1 to 10", "pass rate"]
    assert by_name["judged, 1 to 10"].quartiles == tuple(np.quantile(judged, [0, 0.25, 0.5, 0.75, 1]))
    assert (by_name["pass rate"].n, by_name["pass rate"].quartiles[4]) == (12, 0.5)
    assert by_name["instruction, words"].quartiles[2] == 6
    assert [gradient.measure for gradient in alike.gradients] == ["instruction, words"]
    words = difficulty_lines([varied, alike], [(name, "x.svg") for name in by_name])
    assert "| pass rate | varied | 12 | 0 | 0 | 0.25 | 0.5 | 0.5 |" in words
    assert not any("| pass rate | alike" in line for line in words)


def test_a_data_set_s_own_difficulty_counts_under_the_name_that_the_config_gives(
    study: StudySettings, tmp_path: Path
) -> None:
    write(tmp_path / "varied.jsonl", VARIED, hardness=list(range(24)))
    source = SourceSettings(str(tmp_path / "varied.jsonl"), columns={"difficulty": "hardness"})
    recipes = (RecipeSettings("varied", (source,)), study.recipes[1])
    varied = looked(replace(study, recipes=recipes), tmp_path / "study").difficulty[0]
    (own,) = (one for one in varied.gradients if one.measure == "the data set's own difficulty")
    assert own.quartiles == (0, 5.75, 11.5, 17.25, 23)


def test_a_gradient_rises_and_leaves_the_giants_out() -> None:
    found = gradient_of("words", [*range(1000), 10**9])
    assert found is not None
    heights = [height for _, height in found.curve]
    assert heights == sorted(heights)
    assert heights[-1] == pytest.approx(990)
    assert found.quartiles[4] == 10**9
    assert gradient_of("words", []) is None


def test_a_task_of_a_public_and_of_the_own_benchmark_are_found(
    study: StudySettings, tmp_path: Path, fuseval_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSEVAL_DATA", str(fuseval_data))
    public = load("humaneval").tasks["HumanEval/32"].prompt
    write(tmp_path / "varied.jsonl", [*VARIED[:22], f"Write this: {QUESTION}", f"Complete:\n{public}"])
    varied, alike = looked(study, tmp_path / "study").contamination
    assert (varied.checked, varied.rows, alike.rows) == (24, 2, 0)
    by_name = {one.benchmark: one for one in varied.found}
    assert {"humaneval+", "mbpp+", "multipl-e", "multipl-e-mbpp", "own"} == by_name.keys()
    assert (by_name["own"].flagged, by_name["own"].rows, by_name["own"].by_method["exact"]) == (1, 1, 1)
    assert (by_name["humaneval+"].flagged, by_name["humaneval+"].rows) == (1, 1)
    assert "execution" not in by_name["own"].by_method
    assert all(one.rows == 0 for one in alike.found)
    assert not varied.missing
    words = "\n".join(contamination_lines([varied, alike]))
    assert "- varied: 2 of 24 rows (8.3%)" in words
    assert "| varied | 24 | own | 1 of 1 | 1 | 1 |" in words
    assert "not here" not in words


def test_what_is_not_here_is_named(study: StudySettings, tmp_path: Path) -> None:
    varied, alike = looked(study, tmp_path / "study").contamination
    assert {one.benchmark for one in varied.found} == {"humaneval", "own"}
    assert "not here: humaneval+ (fuseval data fetch humaneval+); mbpp+" in "\n".join(contamination_lines([alike]))


def test_a_benchmark_that_there_is_not_is_said_before_anything_is_trained(study: StudySettings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="humanevl"):
        looked(replace(study, score=ScoreSettings(("humanevl",))), tmp_path / "study")


def test_it_is_measured_once_and_anew_where_the_rows_change(study: StudySettings, tmp_path: Path) -> None:
    first, second, third = list[str](), list[str](), list[str]()
    before = looked(study, tmp_path / "study", first)
    assert len(first) == 3
    assert looked(study, tmp_path / "study", second) == before
    assert second == []
    write(tmp_path / "alike.jsonl", ALIKE[:20])
    after = looked(study, tmp_path / "study", third)
    assert [line.split()[1] for line in third] == ["alike:", "all"]
    assert after.difficulty[0] == before.difficulty[0]
    assert after.difficulty[1].whole == 20


def test_of_many_rows_a_sample_is_taken_and_the_report_says_so(study: StudySettings, tmp_path: Path) -> None:
    found = looked(replace(study, inspect=InspectSettings(rows=5)), tmp_path / "study")
    assert found.diversity is not None
    assert found.diversity.rows == 5
    assert [(one.checked, one.whole) for one in found.contamination] == [(5, 24)] * 2
    assert "5 of 24 (varied), 5 of 24 (alike)" in "\n".join(contamination_lines(found.contamination))
    recipe = study.recipes[0]
    stage = data_stage(tmp_path / "study", study, recipe, "all")
    few, many = sample_of("varied", stage, 5), sample_of("varied", stage, 20)
    assert few.rows == many.rows[:5]
    assert [row.instruction for row in few.rows] != VARIED[:5]


def test_all_takes_every_row_and_a_number_too_large_says_what_would_do(study: StudySettings, tmp_path: Path) -> None:
    recipe = study.recipes[0]
    every, some = (data_stage(tmp_path / "study", study, recipe, size) for size in ("all", 10))
    make_data(every, study, recipe, "all")
    make_data(some, study, recipe, 10)
    assert (row_count(every), row_count(some)) == (24, 10)
    assert (every.folder / "rows.jsonl").read_text().startswith((some.folder / "rows.jsonl").read_text())
    with pytest.raises(InputError, match="has 24 rows, and the study has a size of 25") as caught:
        make_data(data_stage(tmp_path / "study", study, recipe, 25), study, recipe, 25)
    assert caught.value.hint is not None
    assert '"all"' in caught.value.hint


def test_a_recipe_has_the_same_colour_where_another_has_no_value(study: StudySettings, tmp_path: Path) -> None:
    write(tmp_path / "alike.jsonl", ALIKE, pass_rate=[0.5] * 12 + [1.0] * 12)
    looks = looked(study, tmp_path / "study")
    (tmp_path / "report").mkdir()
    page = write_report(Reported(study, (), (), looks, is_dry=False, missing=("x",)), tmp_path / "report")
    drawn = (page.parent / "difficulty-pass-rate.svg").read_text()
    lines = dict(re.findall(r'<polyline points="([^"]*)" fill="none" stroke="(.+?)"', drawn))
    assert list(lines.values()) == ["#1b6ca8", "#c1440e"]
    assert "" in lines
    assert "varied: not known" in drawn
    markup = (page.parent / "report.html").read_text()
    for name in re.findall(r"\]\((.+?\.svg)\)", page.read_text()):
        assert f'<img src="{name}"' in markup
        assert (page.parent / name).is_file()


def test_the_map_has_every_point_in_the_shape_of_its_recipe() -> None:
    series = [Series(name, [Point(0.1 * place, 0.5) for place in range(count)]) for name, count in (("a", 3), ("b", 5))]
    drawn = cloud(series, "8 <points>")
    assert drawn.count("<circle") == 3 + 1  # one in the legend
    assert drawn.count("<rect") == 5 + 1 + 1  # and the ground
    assert "8 &lt;points&gt;" in drawn
