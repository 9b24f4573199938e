"""Scores on the way: only of tasks that are in no benchmark; the best checkpoint is kept, and no progress ends it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.benchmarks import load
from harness.errors import InputError
from harness.models.prompts import build_prompts
from tests.training.command import run
from training.run.evaluate import development_benchmark

pytest.importorskip("trl")

TASK = {
    "task_id": "Own/0",
    "prompt": "def one():\n",
    "entry_point": "one",
    "canonical_solution": "    return 1\n",
    "base_input": [[]],
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own.jsonl").write_text(json.dumps(TASK))
    return tmp_path / "own.jsonl"


def arguments(tiny: Path, folder: Path, own: Path, answer: str, *more: str) -> list[str]:
    asked = build_prompts(load(str(own)), "fuseval", "chat").prompts["Own/0"].messages[0].content
    rows = [{"prompt": asked, "completion": answer}] * 4
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [
        *("train", "--model", str(tiny), "--data", str(folder / "rows.jsonl"), "--out", str(folder / "out")),
        *("--batch", "4", "--micro-batch", "4", "--evaluate", str(own), "--set", "evaluation.max_tokens=48"),
        *("--set", "checkpoints.keep=1", "--set", "train.warmup=0", *more),
    ]


def test_a_model_that_learns_to_answer_passes_and_the_best_checkpoint_becomes_the_model(
    tiny: Path, own: Path, tmp_path: Path
) -> None:
    answer = "```python\ndef one():\n    return 1\n```"
    more = ("--steps", "120", "--learning-rate", "1e-2", "--set", "evaluation.every=60")
    done = run(*arguments(tiny, tmp_path, own, answer, *more))
    assert done.returncode == 0, done.stderr
    scores = json.loads((tmp_path / "out" / "evaluations" / "scores.json").read_text())["scores"]
    assert [one["step"] for one in scores] == [0, 60, 120]
    assert scores[0]["value"] == 0
    assert scores[-1]["value"] == 1
    assert scores[-1]["low"] < 1 == scores[-1]["high"]
    best = next(one["step"] for one in scores if one["value"] == 1)
    assert json.loads((tmp_path / "out" / "training.json").read_text())["finished"]["step"] == best
    assert f"step {best}: own pass@1 100.0%" in done.stderr
    assert "| 0 | 0.0% |" in (tmp_path / "out" / "README.md").read_text()
    scored = run("score", str(tmp_path / "out"), "--bench", str(own), "--runs", str(tmp_path / "runs"), "--json")
    assert json.loads(scored.stdout)["runs"][0]["record"]["scores"][0]["value"] == 1


def test_no_progress_ends_it_early(tiny: Path, own: Path, tmp_path: Path) -> None:
    more = ("--steps", "50", "--set", "evaluation.every=2", "--set", "evaluation.patience=2")
    done = run(*arguments(tiny, tmp_path, own, "nothing", *more, "--learning-rate", "1e-4"))
    assert done.returncode == 0, done.stderr
    scores = json.loads((tmp_path / "out" / "evaluations" / "scores.json").read_text())["scores"]
    assert [one["step"] for one in scores] == [0, 2, 4, 6]
    # The best is the first of those that are alike, and stays though only one newest checkpoint is kept.
    kept = {path.name for path in (tmp_path / "out" / "checkpoints").glob("checkpoint-*")}
    assert kept == {"checkpoint-2", "checkpoint-6"}
    assert json.loads((tmp_path / "out" / "training.json").read_text())["finished"]["step"] == 2


def test_scores_of_other_questions_do_not_choose_with_these(tiny: Path, own: Path, tmp_path: Path) -> None:
    """A training that was stopped behind its last checkpoint, and before that was scored."""
    out = tmp_path / "out"
    more = ("--steps", "4", "--set", "evaluation.every=2", "--learning-rate", "1e-4")
    assert run(*arguments(tiny, tmp_path, own, "nothing", *more)).returncode == 0
    other = run(*arguments(tiny, tmp_path, own, "nothing", *more, "--set", "evaluation.max_tokens=8"))
    assert other.returncode == 2
    assert "its checkpoint was chosen by other scores on the way" in other.stderr
    record = json.loads((out / "training.json").read_text())
    del record["finished"]
    (out / "training.json").write_text(json.dumps(record))
    shutil.rmtree(out / "checkpoints" / "checkpoint-4")
    again = run(*arguments(tiny, tmp_path, own, "nothing", *more, "--set", "evaluation.max_tokens=8"))
    assert again.returncode == 0, again.stderr
    stored = json.loads((out / "evaluations" / "scores.json").read_text())
    assert stored["asked"]["max_tokens"] == 8
    assert [one["step"] for one in stored["scores"]] == [2, 4]


@pytest.mark.parametrize("name", ["humaneval", "humaneval+", "mbpp", "mbpp+", "mbpp-500"])
def test_a_benchmark_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="a checkpoint chosen by it has no honest score"):
        development_benchmark(name)


def test_a_benchmark_s_task_in_a_file_of_one_s_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_text(json.dumps({**TASK, "task_id": "HumanEval/3"}))
    with pytest.raises(InputError, match="has the task HumanEval/3, which is a benchmark's"):
        development_benchmark(str(tmp_path / "own.jsonl"))


def test_the_development_split_has_no_task_of_a_benchmark(fuseval_data: Path) -> None:
    split = development_benchmark("mbpp-dev")
    assert len(split.tasks) == 283
    for name in ("mbpp+", "mbpp-500"):
        asked = load(name)
        assert not split.tasks.keys() & asked.tasks.keys()
        texts = {task.prompt.strip() for task in asked.tasks.values()}
        assert not any(task.prompt.strip() in texts for task in split.tasks.values())
