"""Studies from end to end on a tiny model: nested rows, nothing made twice, a kill, a dry run, a report."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

from tests.training.command import ROOT, command, environment, run

pytest.importorskip("trl")

TASKS = [
    {
        "task_id": f"Own/{number}",
        "prompt": f"def give_{number}():\n",
        "entry_point": f"give_{number}",
        "canonical_solution": f"    return {number}\n",
        "base_input": [[]],
    }
    for number in range(4)
]


@pytest.fixture
def config(tiny: Path, tmp_path: Path) -> Path:
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(task) + "\n" for task in TASKS))
    for name, answer in (("right", "return"), ("wrong", "retrun")):
        rows = [{"prompt": f"Give {n}.", "completion": f"def give():\n    {answer} {n}"} for n in range(12)]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    study = {
        "name": "own",
        "baseline": "wrong",
        "out": str(tmp_path / "study"),
        "sizes": [4, 8],
        "seeds": [0, 1],
        "bases": [{"name": "tiny", "path": str(tiny)}],
        "recipes": [
            {"name": name, "sources": [{"path": str(tmp_path / f"{name}.jsonl"), "licence": "MIT"}]}
            for name in ("right", "wrong")
        ],
        "training": {
            "train": {"steps": 3, "batch": 4, "micro_batch": 4, "learning_rate": 1e-3, "warmup": 0.0},
            "data": {"max_length": 128},
            "checkpoints": {"every": 2, "keep": 1},
        },
        "score": {"benchmarks": [str(tmp_path / "own.jsonl")], "max_tokens": 16},
    }
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(study))
    return path


def changed(config: Path, **changes: object) -> Path:
    config.write_text(yaml.safe_dump({**yaml.safe_load(config.read_text()), **changes}))
    return config


def made(folder: Path, kind: str) -> set[str]:
    return {path.parent.name for path in folder.glob(f"stages/{kind}/*/done.json")}


def test_a_study_is_made_once_and_grows(config: Path, tmp_path: Path) -> None:
    done = run("study", str(config))
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "study"
    assert (len(made(folder, "data")), len(made(folder, "train")), len(made(folder, "score"))) == (4, 8, 8)
    report = (folder / "report.md").read_text()
    for words in (
        "## Scores",
        "## Against wrong",
        "## What it cost",
        "## The data",
        "What this settles",
        "| right |",
        "## Diversity",
        "## Difficulty",
        "## Contamination",
        "| right | 8 | own |",
    ):
        assert words in report
    assert "None" not in report
    assert str(tmp_path) not in report
    for name in re.findall(r"\]\((.+?\.svg)\)", report):
        assert ET.parse(folder / name).getroot().tag.endswith("svg")
    assert {"map.svg", "difficulty-instruction--words.svg"} <= set(re.findall(r"\]\((.+?\.svg)\)", report))
    looked = {kind: made(folder, kind) for kind in ("diversity", "difficulty", "contamination")}
    assert [len(keys) for keys in looked.values()] == [1, 2, 2]
    assert "<table>" in (folder / "report.html").read_text()
    again = run("study", str(config))
    assert "done before 8 of 8 arms" in again.stderr
    before = made(folder, "train")
    grown = run("study", str(changed(config, seeds=[0, 1, 2])))
    assert "done before 8 of 12 arms" in grown.stderr
    assert made(folder, "train") > before
    assert {kind: made(folder, kind) for kind in looked} == looked
    assert "look " not in again.stderr + grown.stderr
    board = run("leaderboard", "--runs", str(folder / "runs"), "--by", "recipe")
    assert board.returncode == 0, board.stderr


def test_the_rows_of_a_size_are_among_those_of_a_larger_one(config: Path, tmp_path: Path) -> None:
    assert run("study", str(config), "--dry-run").returncode == 0
    by_recipe: dict[str, dict[int, set[str]]] = {}
    for path in (tmp_path / "study" / "dry-run").glob("stages/data/*/done.json"):
        said = json.loads(path.read_text())
        lines = (path.parent / "rows.jsonl").read_text().splitlines()
        by_recipe.setdefault(said["recipe"], {})[said["inputs"]["size"]] = set(lines)
    assert by_recipe.keys() == {"right", "wrong"}
    for sizes in by_recipe.values():
        assert (len(sizes[4]), len(sizes[8])) == (4, 8)
        assert sizes[4] < sizes[8]


def test_a_dry_run_trains_nothing_and_says_so(config: Path, tmp_path: Path) -> None:
    done = run("study", str(config), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "study" / "dry-run" / "stages" / "train").exists()
    assert not (tmp_path / "study" / "stages").exists()
    assert "The scores mean nothing" in (tmp_path / "study" / "dry-run" / "report.md").read_text()


def test_the_plan_says_what_is_there_and_what_is_left(config: Path) -> None:
    plan = run("study", str(config), "--plan")
    assert "2 recipes x 2 sizes x 1 base models x 2 seeds = 8 arms" in plan.stdout
    assert plan.stdout.count(" new ") == 8
    assert run("study", str(config)).returncode == 0
    after = json.loads(run("study", str(changed(config, seeds=[0, 1, 2])), "--plan", "--json").stdout)
    states = [one["state"] for one in after["arms"]]
    assert (states.count("done"), states.count("new")) == (8, 4)
    assert all(one["steps"] == 3 for one in after["arms"])
    assert after["seconds_left"] > 0


def test_another_template_number_or_benchmark_makes_another_arm(config: Path, tmp_path: Path) -> None:
    template = tmp_path / "own.jinja"
    template.write_text((ROOT / "training" / "masks" / "alpaca.jinja").read_text())
    training = yaml.safe_load(config.read_text())["training"]
    training["data"] = {"template": str(template), "max_length": 512}
    assert run("study", str(changed(config, sizes=[4], seeds=[0], training=training))).returncode == 0

    def states(**changes: object) -> set[str]:
        said = json.loads(run("study", str(changed(config, **changes)), "--plan", "--json").stdout)
        return {one["state"] for one in said["arms"]}

    assert states() == {"done"}
    assert "done" not in states(training={**training, "model": {"dtype": "bfloat16"}})
    assert "done" not in states(training={**training, "data": {**training["data"], "smoothness": 1.0}})
    assert states(training=training) == {"done"}
    template.write_text(template.read_text() + "{# changed #}")
    assert "done" not in states()
    template.write_text(template.read_text().removesuffix("{# changed #}"))
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(task) + "\n" for task in TASKS[:3]))
    assert "done" not in states()


def test_the_plan_does_not_guess_the_steps_of_all_rows(config: Path) -> None:
    training = {**yaml.safe_load(config.read_text())["training"], "train": {"epochs": 2, "batch": 4}}
    arms = json.loads(
        run("study", str(changed(config, sizes=[8, "all"], training=training)), "--plan", "--json").stdout
    )
    steps = {one["arm"]: one["steps"] for one in arms["arms"]}
    assert (steps["right-8-tiny-s0"], steps["right-all-tiny-s0"]) == (4, None)


def test_what_was_removed_is_made_again(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    small = changed(config, sizes=[4], seeds=[0])
    assert run("study", str(small)).returncode == 0
    report = (folder / "report.md").read_text()
    rows = next(folder.glob("stages/data/*/rows.jsonl"))
    rows.write_bytes(rows.read_bytes()[:-10])
    verdicts = next(folder.glob("runs/right*/*/*/verdicts.jsonl"))
    verdicts.unlink()
    done = run("study", str(small))
    assert done.returncode == 0, done.stderr
    assert "done before 1 of 2 arms" in done.stderr
    assert verdicts.is_file()
    for path in folder.glob("stages/*/*/done.json"):
        path.write_text("{")
    assert run("study", str(small)).returncode == 0
    assert (folder / "report.md").read_text() == report


def test_a_model_may_go_when_it_is_scored(config: Path, tmp_path: Path) -> None:
    small = changed(config, sizes=[4], seeds=[0])
    assert run("study", str(small)).returncode == 0
    report = (tmp_path / "study" / "report.md").read_text()
    shutil.rmtree(next((tmp_path / "study").glob("stages/train/*/right-4-tiny-s0")))
    done = run("study", str(small))
    assert done.returncode == 0, done.stderr
    assert "done before 2 of 2 arms" in done.stderr
    assert (tmp_path / "study" / "report.md").read_text() == report


def test_answers_that_could_not_be_graded_are_tried_again(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    small = changed(config, sizes=[4], seeds=[0])
    assert run("study", str(small)).returncode == 0
    stage = next(path for path in folder.glob("stages/score/*/done.json") if "right-4" in path.read_text())
    said = json.loads(stage.read_text())
    stage.write_text(json.dumps({**said, "ungraded": 1}))
    shutil.rmtree(next(folder.glob("stages/train/*/right-4-tiny-s0")))  # a model is not needed to grade what it said
    done = run("study", str(small))
    assert not list(folder.glob("stages/train/*/right-4-tiny-s0"))
    assert "done before 1 of 2 arms" in done.stderr
    assert json.loads(stage.read_text())["ungraded"] == 0


def test_rows_are_read_as_the_training_says(config: Path, tmp_path: Path) -> None:
    rows = [{"prompt": f"Give {n}.", "completion": f"return {n}", "hard": 12 - n} for n in range(12)]
    rows.append({"prompt": "Give nothing.", "completion": "", "hard": 0})
    for name in ("right", "wrong"):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    small = changed(config, sizes=[12], seeds=[0])
    refused = run("study", str(small))
    assert refused.returncode == 2
    assert "data.skip_empty=true leaves them out; in a study such settings stand under [training]" in refused.stderr
    training = yaml.safe_load(small.read_text())["training"]
    reading = {"order": "curriculum", "difficulty": "hard", "smoothness": 0.0, "skip_empty": True}
    training["data"] = {**training["data"], **reading}
    done = run("study", str(changed(config, training=training)))
    assert done.returncode == 0, done.stderr
    lines = next((tmp_path / "study").glob("stages/data/*/rows.jsonl")).read_text().splitlines()
    assert sorted(json.loads(line)["hard"] for line in lines) == list(range(1, 13))


@pytest.mark.long
def test_killed_in_the_middle_it_goes_on(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    process = subprocess.Popen(
        command("study", str(config), "--jobs", "2"),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not made(folder, "score"):
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.wait()
    time.sleep(2)  # its workers see that it is gone, and go too
    before = made(folder, "score")
    assert len(before) < 8
    time.sleep(1)
    assert made(folder, "score") == before
    done = run("study", str(config))
    assert done.returncode == 0, done.stderr
    assert f"done before {len(before)} of 8 arms" in done.stderr
    assert len(made(folder, "score")) == 8


def any_left(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.long
def test_ctrl_c_ends_all_its_processes_and_says_what_to_do(config: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("study", str(config), "--jobs", "2"),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not made(tmp_path / "study", "train"):
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "interrupted: what is done is kept" in said
    assert "Traceback" not in said
    end = time.monotonic() + 20
    while any_left(process.pid):
        assert time.monotonic() < end, "a process outlives the command"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"baseline": "other"}, "the baseline 'other' is no recipe"),
        ({"sizes": [100]}, "has 12 rows, and the study has a size of 100"),
        ({"sizes": []}, "sizes are empty"),
        ({"sizes": [6, 6]}, "sizes have 6 twice"),
        ({"seeds": [0, 0]}, "seeds have 0 twice"),
        ({"score": {"benchmarks": ["humaneval", "humaneval"]}}, "benchmarks have 'humaneval' twice"),
        ({"sizes": ["most"]}, "sizes = 'most'"),
        ({"sizes": [0]}, 'rows from 1 on, or "all"'),
        ({"inspect": {"row": 5}}, "no setting 'inspect.row' in a study"),
        ({"inspect": {"embedding": "no/such"}}, "no folder of an embedding model: no/such"),
        ({"sizs": [1]}, "no setting 'sizs' in a study"),
        ({"seeds": ["a"]}, "seeds.0 = 'a'"),
        ({"training": {"train": {"stps": 3}}}, "no setting 'train.stps'"),
        ({"training": {"data": {"sources": [{"path": "x"}]}}}, "are the arms' to say"),
        ({"recipes": [{"name": "wrong"}]}, "the recipe 'wrong' has no data"),
        ({"bases": []}, "bases are empty"),
        ({"seeds": [-1]}, "seeds.0 = -1"),
        ({"baseline": "a|b", "recipes": [{"name": "a|b"}]}, "recipes.0.name = 'a|b'"),
    ],
)
def test_what_is_wrong_is_said(config: Path, changes: dict[str, object], words: str) -> None:
    done = run("study", str(changed(config, **changes)))
    assert done.returncode == 2, done.stderr
    assert words in done.stderr


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"score": {"benchmarks": ["humanevl"]}}, "did you mean 'humaneval'?"),
        ({"score": {"preset": "evalpls"}}, "did you mean 'evalplus'?"),
        ({"score": {"prompt_style": "chatty"}}, "score.prompt_style = 'chatty'"),
        ({"score": {"benchmarks": ["humaneval"], "tasks": "HumanEval/164"}}, "HumanEval/164"),
        ({"recipes": [{"name": "wrong", "sources": [{"path": "none.jsonl"}]}]}, "no such file: none.jsonl"),
        ({"recipes": [{"name": "wrong", "make": [["fus", "x.jsonl"]]}]}, "did you mean 'fuse'?"),
        ({"training": {"preset": "paper-8b"}}, "no preset named 'paper-8b'"),
        ({"bases": [{"name": "tiny", "path": "./none"}]}, "no model './none' to train"),
        ({"sizes": 4}, "sizes = 4: input should be a list"),
    ],
)
def test_the_plan_says_it_too(config: Path, changes: dict[str, object], words: str) -> None:
    done = run("study", str(changed(config, **changes)), "--plan")
    assert done.returncode == 2, done.stdout + done.stderr
    assert words in done.stderr


def test_a_name_that_is_no_study_s_gets_the_nearest() -> None:
    done = run("study", "miniture", "--plan")
    assert done.returncode == 2
    assert "did you mean 'miniature'?" in done.stderr


def test_a_command_that_makes_nothing_is_quoted(config: Path) -> None:
    made = [["fuse", "none.jsonl", "--teacher", "offline"]]
    done = run("study", str(changed(config, baseline="made", recipes=[{"name": "made", "make": made}])))
    assert done.returncode == 2
    assert "fuseval fuse none.jsonl --teacher offline ended with 2: error: no such file: none.jsonl" in done.stderr
