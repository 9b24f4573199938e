"""The Hub's files, read back by the Hub's own library."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from huggingface_hub import ModelCard, parse_eval_result_entries
from huggingface_hub.repocard_data import EvalResult

from harness.records import RunRecord
from leaderboards.columns import Column
from leaderboards.demo import demo_record, demo_run, demo_standings
from leaderboards.publish.hub import hub_dataset, hub_files
from leaderboards.standings import Standings
from leaderboards.store import standings_from
from tests.leaderboards.drawing import is_as_kept
from tests.leaderboards.publish.boards import HOSTILE, board_of_names


def made(standings: Standings) -> tuple[dict[str, str], list[str]]:
    remarks: list[str] = []
    return dict(hub_files(standings, remarks.append)), remarks


def board_of(*records: RunRecord) -> Standings:
    return standings_from([demo_run(record) for record in records])


def test_the_files_look_as_kept() -> None:
    models = demo_record("fused-13b", "humaneval+", 130, 121), demo_record("fused-13b", "mbpp+", 310, 262)
    files, remarks = made(board_of(*models, demo_record("quick-look", "humaneval+", 9, 8, tasks=10)))
    text = "".join(f"# {place}\n{content}\n" for place, content in files.items())
    assert is_as_kept("publish/hub.yaml", text + "".join(f"# {remark}\n" for remark in remarks))


def test_results_parse_back() -> None:
    record = replace(demo_record("org/m", "humaneval+", 130, 121), generation={"temperature": 0.2})
    files, _ = made(board_of(record))
    entry = parse_eval_result_entries(yaml.safe_load(files["org--m/.eval_results/humaneval+.yaml"]))[0]
    assert (entry.dataset_id, entry.task_id, entry.value) == ("evalplus/humanevalplus", "default", 0.7378)
    assert entry.date == "2025-01-01T10:05:00Z"
    for words in ("n = 1", "temperature 0.2", "0.6656-0.7991", "164 tasks", "fraction", "68756d616e65"):
        assert words in (entry.notes or ""), words


def test_the_model_index_parses_back() -> None:
    files, _ = made(demo_standings())
    results = ModelCard(files["fused-13b/README.md"]).data.eval_results
    assert results is not None
    found = {(result.dataset_type, result.metric_name.partition(", 95%")[0]): result for result in results}
    assert all(isinstance(result, EvalResult) for result in results)
    assert len(found) == 3
    assert len(results) == 4
    assert sorted(result.metric_value for result in results) == [0.6931, 0.7378, 0.7927, 0.8201]
    base = next(result for result in results if result.metric_value == 0.8201)
    assert base.dataset_type == "evalplus/mbppplus"
    assert "base tests only" in base.metric_name


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_neither_leaves_its_folder_nor_breaks_the_yaml(name: str) -> None:
    files, remarks = made(board_of_names([name]))
    assert len(files) == 3
    for place, content in files.items():
        assert ".." not in place.split("/")
        assert not place.startswith(("/", "-"))
        if place.endswith(".yaml"):
            assert parse_eval_result_entries(yaml.safe_load(content))[0].value == round(
                (140 if place.endswith("humaneval.yaml") else 130) / 164, 4
            )
        else:
            assert ModelCard(content).data.eval_results
    assert "ORGANISATION/MODEL" in remarks[-1]


def test_the_command_names_the_model_s_repository() -> None:
    _, remarks = made(board_of(demo_record("org/m", "humaneval+", 130, 121)))
    assert remarks == ["org/m: in that folder, hf upload org/m org--m/.eval_results .eval_results --create-pr"]


def test_what_can_not_stand_on_the_hub_is_named_and_left_out() -> None:
    private = replace(demo_record("m", "humaneval+", 9, 8), benchmark="ours")
    private = replace(private, scores=[replace(private.scores[1], column="ours")])
    quick = demo_record("quick", "mbpp+", 9, 8, tasks=10)
    check = demo_record("reference", "humaneval+", 164, 164, is_self_check=True)
    files, remarks = made(board_of(private, quick, check))
    assert files == {}
    assert remarks == [
        "quick: mbpp is left out: only 10 of 378 tasks are scored",
        "quick: mbpp+ is left out: only 10 of 378 tasks are scored",
        "m: ours is left out: no data set on the Hub is known for it",
    ]


def test_each_way_of_asking_has_its_own_file() -> None:
    plain = demo_record("m", "humaneval+", 130, 121)
    files, _ = made(board_of(plain, replace(plain, run_id="0a1b2c3d4e5f", extraction="chat")))
    yamls = sorted(place for place in files if "humaneval+" in place)
    assert len(yamls) == 2
    notes = [parse_eval_result_entries(yaml.safe_load(files[place]))[0].notes or "" for place in yamls]
    assert "extract chat" in notes[0]
    assert "extract as-is" in notes[1]


def test_two_versions_of_the_data_have_their_own_files() -> None:
    ours = demo_record("m", "humaneval+", 130, 121)
    files, _ = made(board_of(ours, replace(ours, run_id="other", dataset_sha256="f" * 64)))
    names = sorted(place.rpartition("/")[2] for place in files)
    assert names == [
        "README.md",
        *("humaneval+-68756d.yaml", "humaneval+-ffffff.yaml"),
        *("humaneval-68756d.yaml", "humaneval-ffffff.yaml"),
    ]


def test_what_was_lost_or_judged_elsewhere_is_said() -> None:
    record = replace(demo_record("m", "mbpp+", 310, 262, infra=2), origin="EvalPlus result file")
    files, _ = made(board_of(record))
    notes = yaml.safe_load(files["m/.eval_results/mbpp+.yaml"])[0]["notes"]
    assert "2 samples lost to infra errors" in notes
    assert "verdicts by EvalPlus result file" in notes


def test_languages_are_published_and_their_mean_is_not() -> None:
    records = []
    for language in ("js", "rs"):
        name = f"multipl-e:{language}"
        record = demo_record("m", "humaneval+", 9, 8, dataset_sha256=language.encode().hex().ljust(64, "0"))
        scores = [replace(record.scores[1], column=name)]
        records.append(replace(record, run_id=language, benchmark=name, scores=scores))
    standings = board_of(*records)
    assert [column.label for column in standings.columns] == ["multipl-e"]
    files, remarks = made(standings)
    assert sorted(place for place in files if place.endswith("yaml")) == [
        "m/.eval_results/multipl-e-js.yaml",
        "m/.eval_results/multipl-e-rs.yaml",
    ]
    assert yaml.safe_load(files["m/.eval_results/multipl-e-js.yaml"])[0]["dataset"]["task_id"] == "humaneval-js"
    assert len(remarks) == 1


def test_other_tasks_under_one_name_are_another_data_set() -> None:
    whole = hub_dataset(Column("mbpp-500", "0" * 64, "mbpp-500", "", 500))
    chosen = hub_dataset(Column("mbpp", "0" * 64, "mbpp+", "v0.2.0", 378))
    assert whole is not None
    assert chosen is not None
    assert (whole.id, chosen.id) == ("google-research-datasets/mbpp", "evalplus/mbppplus")
