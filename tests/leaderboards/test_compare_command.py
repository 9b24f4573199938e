"""`fuseval compare` and `fuseval matrix` on runs on disk, through the command itself."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness import cli
from harness.records import ModelInfo, Score, Status, Verdict
from leaderboards.demo import demo_record
from tests.leaderboards.made_up_runs import keep

ROOT = Path(__file__).parents[2]


def keep_run(root: Path, model: str, passed: str, *, benchmark: str = "humaneval+", **changes: object) -> None:
    """Keep a run of so many tasks, `1` passed and `0` failed; a model called check is a self-check."""
    family = "HumanEval" if benchmark.startswith("humaneval") else "Mbpp"
    verdicts = [
        Verdict(
            f"{family}/{number}",
            0,
            Status.PASS if sign == "1" else Status.FAIL,
            f"def {model.replace('-', '_')}():\n    return {number}\n",
            base_status=Status.PASS,
            plus_status=Status.PASS if sign == "1" else Status.FAIL,
            failing_input=None if sign == "1" else "(3,)",
            expected=None if sign == "1" else "9",
            got=None if sign == "1" else "8",
        )
        for number, sign in enumerate(passed)
    ]
    scores = [
        Score(name, 1, count / len(passed), 0.0, 1.0, len(passed), len(passed), 1, count)
        for name, count in ((benchmark.removesuffix("+"), len(passed)), (benchmark, passed.count("1")))
    ]
    record = replace(demo_record(model, benchmark, 100, 90), scores=scores, run_id=f"{len(model):04x}{len(passed):08x}")
    record = replace(record, model=ModelInfo(model, is_self_check=model == "check"))
    keep(root, replace(record, **changes), verdicts)  # type: ignore[arg-type]


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    keep_run(tmp_path, "strong", "1" * 30 + "0" * 10)
    keep_run(tmp_path, "weaker-one", "1" * 15 + "0" * 24 + "1")
    keep_run(tmp_path, "strong", "1" * 20 + "0" * 10, benchmark="mbpp+")
    keep_run(tmp_path, "weaker-one", "1" * 10 + "0" * 20, benchmark="mbpp+")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert cli.main(list(arguments)) == code
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def test_models_on_a_benchmark(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "compare", "strong", "weaker-one", "--bench", "humaneval+", "--runs", str(runs))
    assert "A is better on humaneval+: by 35.0 points" in " ".join(text.split())
    assert "Only A solves (15):\n  HumanEval/15, 16, 17," in text
    assert "Only B solves (1):\n  HumanEval/39" in text


def test_a_run_may_be_named_by_folder_id_start_or_model(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = next((runs / "strong" / "humaneval+").iterdir())
    other = next((runs / "weaker-one" / "humaneval+").iterdir())
    texts = {
        said(capsys, "compare", a, b, "--bench", "humaneval+", "--runs", str(runs), "--json")
        for a, b in (
            (str(folder), str(other)),
            (folder.name, other.name),
            (folder.name[:6], other.name[:6]),
            ("strong", other.name),
            (str(runs / "strong"), "weaker-one"),
        )
    }
    assert len(texts) == 1


def test_several_benchmarks_together(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = ["--bench", "humaneval+", "--bench", "mbpp+"]
    plain = json.loads(said(capsys, "compare", "strong", "weaker-one", *bench, "--runs", str(runs), "--json"))
    assert [column["column"] for column in plain["columns"]] == [
        "all together",
        "humaneval+",
        "humaneval",
        "mbpp+",
        "mbpp",
    ]
    assert plain["columns"][0]["tasks"] == {"A": 70, "B": 70}


def test_multipl_e_means_every_language_that_all_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for model, passed in (("strong", 30), ("weaker-one", 20)):
        for language in ("js", "rs", "lua")[: 3 if model == "strong" else 2]:
            name = f"multipl-e:{language}"
            verdicts = [
                Verdict(f"HumanEval_{number}_f", 0, Status.PASS if number < passed else Status.FAIL, "f")
                for number in range(40)
            ]
            record = replace(
                demo_record(model, "humaneval+", 100, 90),
                run_id=f"{model}{language}",
                benchmark=name,
                dataset_sha256=language.ljust(64, "0"),
                scores=[Score(name, 1, passed / 40, 0.0, 1.0, 40, 40, 1, passed)],
            )
            keep(tmp_path, record, verdicts)
    arguments = ["compare", "strong", "weaker-one", "--bench", "multipl-e", "--runs", str(tmp_path), "--json"]
    plain = json.loads(said(capsys, *arguments))
    assert [column["column"] for column in plain["columns"]] == ["all together", "multipl-e:js", "multipl-e:rs"]
    pair = plain["columns"][0]["pairs"][0]
    assert (pair["test"], pair["tasks"], pair["clusters"]) == ("clustered paired t", 80, 40)


def test_a_task_shows_both_programs(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["compare", "strong", "weaker-one", "--bench", "humaneval+", "--runs", str(runs), "--task", "20"]
    text = said(capsys, *arguments)
    assert text.startswith("HumanEval/20\n")
    assert "A  strong: pass" in text
    assert "B  weaker-one: fail (plus only)\n  input     (3,)\n  expected  9\n  got       8" in text
    assert text.index("def strong():") < text.index("def weaker_one():")
    plain = json.loads(said(capsys, *arguments, "--json"))
    assert [program["is_passed"] for program in plain["programs"]] == [True, False]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["strong", "--bench", "mbpp+"], "1 run can not be compared"),
        (["strong", "weaker-one"], "may mean 2 runs"),
        (["strong", "weakr-one", "--bench", "mbpp+"], "did you mean 'weaker-one'?"),
        (["strong", "weaker-one", "--bench", "mbpp+", "--task", "HumanEval/2"], "no task 'HumanEval/2' is compared"),
        (["strong", "weaker-one", "--bench", "multipl-e"], "no language of multipl-e that all of them have"),
    ],
)
def test_what_can_not_be_compared_ends_with_2(
    runs: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert words in said(capsys, "compare", *arguments, "--runs", str(runs), code=2)


def test_unlike_runs_are_refused_and_may_be_compared_unpaired(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_run(tmp_path, "one", "110")
    keep_run(tmp_path, "another", "1100", dataset_sha256="f" * 64, prompt_style="chat")
    arguments = ["compare", "one", "another", "--runs", str(tmp_path)]
    error = said(capsys, *arguments, code=2)
    assert "dataset: humaneval+ v0.1.10 68756d616e65 (A), humaneval+ v0.1.10 ffffffffffff (B)" in error
    assert "prompt style: unknown (A), chat (B)" in error
    assert "hint: --unpaired" in error
    assert "UNPAIRED" in said(capsys, *arguments, "--unpaired")


def test_the_matrix_of_runs(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep_run(runs, "check", "1" * 40)
    text = said(capsys, "matrix", "--bench", "humaneval+", "--runs", str(runs))
    assert text.startswith("humaneval+: 2 models, 40 tasks\n")
    assert "Nobody solves (9):\n  HumanEval/30, 31," in text
    plain = json.loads(said(capsys, "matrix", "--bench", "humaneval+", "--runs", str(runs), "--json"))
    assert [model["model"] for model in plain["models"]] == ["strong", "weaker-one"]
    filtered = said(capsys, "matrix", "--bench", "mbpp+", "--where", "mbpp+ > 50", "--runs", str(runs))
    assert filtered.startswith("mbpp+: 1 model, 30 tasks\n")


def test_a_damaged_run_does_not_hide_the_others(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = next((runs / "strong" / "humaneval+").iterdir()) / "verdicts.jsonl"
    verdicts.write_bytes(verdicts.read_bytes().replace(b'"status": "pass"', b'"status": 7', 1))
    text = said(capsys, "matrix", "--bench", "humaneval+", "--runs", str(runs))
    assert text.startswith("humaneval+: 1 model, 40 tasks\n")
    assert "Not read: " in text
    assert "verdicts.jsonl line 1" in "".join(text.split("\n")).replace("\n", "")


def test_no_models_is_an_error_that_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "fuseval score" in said(capsys, "matrix", "--runs", str(tmp_path), code=2)
    keep_run(tmp_path, "check", "1")
    assert "no runs in" in (error := said(capsys, "matrix", "--runs", str(tmp_path), code=2))
    assert "but self-checks (check)" in error


def test_a_comparison_with_one_sample_a_task_loads_nothing_slow(runs: Path) -> None:
    script = (
        "import sys; from harness.cli import main\n"
        f"main(['compare', 'strong', 'weaker-one', '--bench', 'humaneval+', '--runs', {str(runs)!r}])\n"
        "slow = {'scipy', 'statsmodels', 'pandas', 'pygments', 'evalplus', 'torch'} & set(sys.modules)\n"
        "sys.exit(f'loaded {slow}' if slow else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
