"""Everything that lint looks for is planted here once, and each time it finds that and nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from harness import cli, scoring
from harness.benchmarks.registry import ENTRIES
from harness.errors import InputError
from harness.formats.outcomes_file import write_outcomes
from harness.formats.reference_file import ReferenceRow, ReferenceTable, reference_path, write_table
from harness.formats.run_folder import RunFolder
from harness.records import Benchmark, Limits, ModelInfo, RunRecord, Status, Task, Verdict
from leaderboards.lint.findings import Finding, Report, Severity
from leaderboards.lint.lint import lint
from leaderboards.lint.view import LintView
from tests.leaderboards.made_up_runs import keep

TASKS = 20
SELF_CHECKS = ("reference", "broken")


def bench(name: str = "humaneval+", dataset: str = "") -> Benchmark:
    tasks = {f"HumanEval/{number}": Task(f"HumanEval/{number}", "", "", "") for number in range(TASKS)}
    known = ENTRIES.get(name)
    sha256 = dataset or (known.data.sha256 if known else "a" * 64)
    return Benchmark(name, "v1", sha256, tasks, is_plus=name.endswith("+"), base_name=name.removesuffix("+"))


def verdicts(passed: int = 12, *, text: str = "m", n: int = 1) -> list[Verdict]:
    """`passed` tasks pass all tests, the next two the base tests only."""
    found = []
    for number in range(TASKS):
        plus = Status.PASS if number < passed else Status.FAIL
        base = Status.PASS if number < passed + 2 else Status.FAIL
        for sample in range(n):
            program = f"# {text} {number} {sample}"
            found.append(Verdict(f"HumanEval/{number}", sample, plus, program, base_status=base, plus_status=plus))
    return found


def plant(
    root: Path,
    model: str = "m",
    *,
    benchmark: Benchmark | None = None,
    graded: list[Verdict] | None = None,
    **changes: Any,
) -> RunFolder:
    """Keep a run as the harness would, with `changes` in its record."""
    benchmark = benchmark or bench()
    graded = verdicts(text=model) if graded is None else graded
    counts = scoring.status_counts(benchmark, graded)
    record = RunRecord(
        run_id=changes.pop("run_id", f"{model}-1"),
        model=ModelInfo(model, is_self_check=model in SELF_CHECKS),
        benchmark=benchmark.name,
        benchmark_version=benchmark.version,
        dataset_sha256=benchmark.sha256,
        task_count=len(benchmark.tasks),
        samples_sha256=hashlib.sha256(model.encode()).hexdigest(),
        extraction="as-is",
        limits=Limits(),
        sandbox="namespaces",
        counts=counts,
        scores=scoring.scores(benchmark, graded),
        is_complete=not counts.get("infra_error") and not counts.get("skipped"),
        started_utc="2025-01-02T03:04:05Z",
        finished_utc="2025-01-02T03:04:06Z",
        seconds={"grade": 1.0},
        software={"fuseval": "0.1.0"},
        generation={"temperature": 0.2},
    )
    record = replace(record, **changes)
    folder = keep(root, record, graded)
    write_outcomes(folder, record, graded)
    return folder


def found(root: Path) -> list[tuple[str, str, str]]:
    """What lint says: severity, check and run."""
    return [(finding.severity.value, finding.check, finding.run) for finding in lint(root).findings]


def only(root: Path, check: str) -> Finding:
    """The one finding there should be."""
    findings = lint(root).findings
    assert [finding.check for finding in findings] == [check]
    assert findings[0].to_do
    return findings[0]


def test_good_runs_are_clean(tmp_path: Path) -> None:
    plant(tmp_path)
    plant(tmp_path, "several", graded=verdicts(text="several", n=10))
    plant(tmp_path, "own", benchmark=bench("own"))
    plant(tmp_path, "reference", graded=verdicts(TASKS))
    plant(tmp_path, "broken", graded=verdicts(1, text="broken"))
    assert lint(tmp_path) == Report(5, 0, [])


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        lint(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            {"value": 0.613, "low": 0.4, "high": 0.8},
            "0.613 is no whole count of 20 tasks: 12 are 0.6000 and 13 are 0.65",
        ),
        ({"value": 60.0, "high": 80.0}, "is impossible"),
        ({"low": 0.7}, "is impossible"),
        ({"of_tasks": 10}, "20 of 10 tasks"),
        ({"samples": 0}, "with 0 samples each"),
        ({"k": 10}, "pass@10 is not known from 1 samples"),
    ],
)
def test_impossible_scores(change: dict[str, Any], what: str, tmp_path: Path) -> None:
    folder = plant(tmp_path)
    record = folder.load()
    folder.save(replace(record, scores=[record.scores[0], replace(record.scores[1], **change)]))
    # A record that was edited disagrees with its verdicts too; without them the score alone has to tell.
    folder.verdicts_path.unlink()
    first, second = lint(tmp_path).findings
    assert (first.severity, first.check, second.check) == (Severity.ERROR, "damaged-verdicts", "impossible-score")
    assert what in second.what


def test_a_score_of_several_samples_need_be_no_whole_count(tmp_path: Path) -> None:
    uneven = [replace(item, status=Status.PASS) if item.sample_index == 0 else item for item in verdicts(n=3)]
    plant(tmp_path, graded=uneven)
    assert found(tmp_path) == []


def test_a_run_without_a_score(tmp_path: Path) -> None:
    lost = [replace(item, status=Status.INFRA_ERROR) for item in verdicts()]
    plant(tmp_path, graded=lost)
    assert [check for _, check, _ in found(tmp_path)] == ["no-score", "infra-errors"]


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda record: replace(record, counts={"pass": 20}), "20 pass, not 12"),
        (
            lambda record: replace(record, scores=[record.scores[0], replace(record.scores[1], value=0.65, passed=13)]),
            "13 passed and pass@1 0.6500 over 20 tasks in humaneval+, not 12 and 0.6000 over 20",
        ),
        (
            lambda record: replace(record, scores=[*record.scores, replace(record.scores[1], k=10, samples=10)]),
            "pass@10",
        ),
    ],
)
def test_a_record_that_disagrees_with_its_verdicts(edit: Any, what: str, tmp_path: Path) -> None:
    folder = plant(tmp_path)
    folder.save(edit(folder.load()))
    finding = only(tmp_path, "contradiction")
    assert (finding.severity, what in finding.what) == (Severity.ERROR, True)


def test_a_changed_verdict_disagrees_with_record_and_outcomes(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    text = folder.verdicts_path.read_text()
    folder.verdicts_path.write_text(text.replace('"status": "fail"', '"status": "pass"', 1))
    findings = lint(tmp_path).findings
    assert [finding.check for finding in findings] == ["contradiction", "contradiction"]
    assert str(folder.path / "outcomes.json") in findings[1].to_do + findings[0].to_do


def test_samples_and_tasks_that_are_missing(tmp_path: Path) -> None:
    graded = verdicts()
    plant(tmp_path, graded=[replace(graded[0], status=Status.INFRA_ERROR), *graded[1:]])
    finding = only(tmp_path, "infra-errors")
    assert (finding.severity, finding.what.partition(" could")[0]) == (Severity.WARNING, "1 sample")
    plant(tmp_path / "other", graded=verdicts()[:10])
    assert only(tmp_path / "other", "skipped-tasks").what == "10 tasks of 20 are not answered: it has no rank"


def test_another_n_for_some_tasks(tmp_path: Path) -> None:
    plant(tmp_path, graded=verdicts(n=10)[:-3])
    assert only(tmp_path, "uneven-samples").what == "n is not one number: tasks have 7 to 10 samples"


def test_settings_that_are_not_known(tmp_path: Path) -> None:
    plant(tmp_path, generation=None)
    assert only(tmp_path, "no-settings").severity is Severity.NOTE
    assert lint(tmp_path).is_clean
    plant(tmp_path / "tagged", generation=None, metadata={"temperature": 0.2})
    assert found(tmp_path / "tagged") == []


@pytest.mark.parametrize("level", ["seccomp", "rlimits"])
def test_a_weak_sandbox(level: str, tmp_path: Path) -> None:
    plant(tmp_path, sandbox=level)
    assert level in only(tmp_path, "weak-sandbox").what


def test_verdicts_that_were_made_elsewhere(tmp_path: Path) -> None:
    plant(tmp_path, sandbox="unknown", origin="EvalPlus result file")
    assert only(tmp_path, "made-elsewhere").severity is Severity.NOTE


@pytest.mark.parametrize("dataset", ["md5:0123", "b" * 64])
def test_a_public_benchmark_over_other_data(dataset: str, tmp_path: Path) -> None:
    plant(tmp_path, benchmark=bench(dataset=dataset))
    finding = only(tmp_path, "other-data")
    assert (finding.severity, "humaneval+ v0.1.10" in finding.what) == (Severity.WARNING, True)


def test_base_tests_of_the_plus_data_are_known_data(tmp_path: Path) -> None:
    plant(tmp_path, benchmark=bench("humaneval", ENTRIES["humaneval+"].data.sha256))
    assert found(tmp_path) == []


def test_a_private_benchmark_over_two_data_sets(tmp_path: Path) -> None:
    for model, dataset in (("a", "a" * 64), ("b", "a" * 64), ("c", "c" * 64)):
        day = "1" if model == "c" else "2"
        plant(tmp_path, model, benchmark=bench("own", dataset), finished_utc=f"2025-01-0{day}T00:00:00Z")
    finding = only(tmp_path, "other-data")
    assert finding.run == "c/own/c-1"
    assert "2 of 3 runs" in finding.what


@pytest.mark.parametrize(
    ("name", "passed", "what"),
    [("reference", 19, "own solutions pass only 19 of 20 tasks"), ("broken", 20, "pass all 20 tasks in humaneval")],
)
def test_a_failed_self_check(name: str, passed: int, what: str, tmp_path: Path) -> None:
    plant(tmp_path)
    plant(tmp_path, "elsewhere", software={"fuseval": "0.0.9"})
    failed = plant(tmp_path, name, graded=verdicts(passed, text=name))
    finding = only(tmp_path, "failed-self-check")
    assert (finding.severity, what in finding.what) == (Severity.ERROR, True)
    assert "1 run beside it" in finding.what
    # A newer one that came out right says that the cause is gone.
    good = verdicts(TASKS if name == "reference" else 2, text="again")
    plant(tmp_path, name, graded=good, run_id="later", finished_utc="2026-01-01T00:00:00Z")
    assert found(tmp_path) == []
    assert failed.is_finished


def test_a_few_broken_solutions_may_all_pass(tmp_path: Path) -> None:
    few = bench()
    few = replace(few, tasks=dict(list(few.tasks.items())[:5]))
    plant(tmp_path, "broken", benchmark=few, graded=verdicts(TASKS)[:5])
    assert found(tmp_path) == []


def test_one_samples_file_under_two_names(tmp_path: Path) -> None:
    plant(tmp_path, "a", samples_sha256="f" * 64)
    plant(tmp_path, "b", samples_sha256="f" * 64)
    finding = only(tmp_path, "same-answers")
    assert finding.severity is Severity.ERROR
    assert finding.what in (
        "the samples of b are also those of a (a/humaneval+/a-1)",
        "the samples of a are also those of b (b/humaneval+/b-1)",
    )


def test_one_set_of_programs_under_two_names(tmp_path: Path) -> None:
    plant(tmp_path, "a", graded=verdicts(text="same"))
    plant(tmp_path, "b", graded=verdicts(text="same"))
    assert "the programs of b are also those of a" in only(tmp_path, "same-answers").what


def test_runs_without_programs_are_not_taken_for_each_other(tmp_path: Path) -> None:
    for model in ("a", "b"):
        plant(tmp_path, model, graded=[replace(item, solution="") for item in verdicts()])
    assert found(tmp_path) == []


def test_a_model_that_answers_two_benchmarks_is_one_model(tmp_path: Path) -> None:
    plant(tmp_path, "a", samples_sha256="f" * 64)
    plant(tmp_path, "b", benchmark=bench("own"), samples_sha256="f" * 64)
    assert found(tmp_path) == []


def test_a_run_kept_twice(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    shutil.copytree(folder.path, tmp_path / "copy/of/m-1")
    finding = only(tmp_path, "duplicate")
    assert (finding.severity, "rm -r " in finding.to_do) == (Severity.WARNING, True)


def test_the_same_verdicts_after_another_extraction_are_no_duplicate(tmp_path: Path) -> None:
    plant(tmp_path)
    plant(tmp_path, extraction="chat", run_id="m-2")
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("run.json", "{", ("error", "unreadable")),
        ("run.json", '{"format_version": 99}', ("error", "unreadable")),
        ("run.json", '{"accuracy": 0.5}', ("error", "unreadable")),
        ("run.json", None, ("warning", "unfinished")),
        ("verdicts.jsonl", None, ("error", "damaged-verdicts")),
    ],
)
def test_damaged_folders_are_named_and_hide_no_other(
    name: str, text: str | None, expected: tuple[str, str], tmp_path: Path
) -> None:
    plant(tmp_path, "good", sandbox="rlimits")
    folder = plant(tmp_path)
    if text is None:
        (folder.path / name).unlink()
    else:
        (folder.path / name).write_text(text)
    assert sorted(found(tmp_path)) == sorted(
        [(*expected, "m/humaneval+/m-1"), ("warning", "weak-sandbox", "good/humaneval+/good-1")]
    )
    assert all(finding.to_do for finding in lint(tmp_path).findings)


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda data: data[:-20], "verdicts.jsonl is cut short in its last line"),
        (lambda data: data.replace(b'"status": "pass"', b'"status": "great"', 1), "verdicts.jsonl line 1 is damaged"),
        (lambda data: b"\xff" + data, "verdicts.jsonl line 1 is damaged"),
    ],
)
def test_a_damaged_journal_is_named_with_its_line(damage: Any, what: str, tmp_path: Path) -> None:
    folder = plant(tmp_path)
    folder.verdicts_path.write_bytes(damage(folder.verdicts_path.read_bytes()))
    finding = only(tmp_path, "damaged-verdicts")
    assert (finding.severity, finding.what) == (Severity.ERROR, what)


def test_a_foreign_file_among_the_runs(tmp_path: Path) -> None:
    folder = plant(tmp_path)
    (folder.path / "m_eval_results.json").write_text("{}")  # an export: it belongs there
    (tmp_path / "m/old_eval_results.json").write_text("{}")
    finding = only(tmp_path, "foreign-file")
    assert finding.run == "m/old_eval_results.json"
    assert "fuseval import" in finding.to_do


def row(values: Mapping[str, float], **changes: Any) -> ReferenceRow:
    return ReferenceRow("Zephyr", values, {"humaneval": 164}, "board", link="https://example.org", **changes)


def keep_table(root: Path, *rows: ReferenceRow) -> None:
    write_table(reference_path(root, "t"), ReferenceTable("table", "t.json", "0" * 64, rows))


def test_published_scores_that_nothing_gives(tmp_path: Path) -> None:
    good = row({"humaneval": 0.787, "mbpp+": 0.526}, possible_tasks={"mbpp+": [378, 399]})
    keep_table(tmp_path, good, row({"humaneval": 0.300}), row({"humaneval": 0.3}, samples=10))
    finding = only(tmp_path, "impossible-score")
    assert finding.run == "references/t.json: Zephyr"
    assert finding.what == "humaneval 30.0 is no whole count of 164 tasks: 49 are 29.88 and 50 are 30.49"
    assert "https://example.org" in finding.to_do
    keep_table(tmp_path, row({"mbpp": 0.001}, possible_tasks={"mbpp": []}), row({"humaneval": 1.2}))
    assert [finding.what.partition(" is ")[0] for finding in lint(tmp_path).findings] == ["mbpp 0.1", "humaneval 120.0"]


def test_the_real_leaderboard_has_two(fuseval_data: Path, tmp_path: Path) -> None:
    table = fuseval_data / "reference/evalplus-leaderboard-2024-12.json"
    assert cli.main(["import", str(table), "--runs", str(tmp_path)]) == 0
    report = lint(tmp_path)
    assert report.published == 125
    assert [finding.run.partition(": ")[2] for finding in report.findings] == ["Code-290k-6.7B-Instruct", "Zephyr β-7B"]


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    keep_table(tmp_path, row({}))
    reference_path(tmp_path, "t").write_text("{")
    assert only(tmp_path, "unreadable").run == "references/t.json"


def drawn(report: Report, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(LintView(report))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


EVIL = "evil\x1b[2J/humaneval+/0a1b"
FINDINGS = [
    Finding(Severity.ERROR, "impossible-score", EVIL, "humaneval: " + "long " * 30, "do [red]it"),
    *(Finding(Severity.NOTE, "no-settings", f"m{number}/mbpp/{number}", "nobody knows", "") for number in range(6)),
]


@pytest.mark.parametrize("width", [40, 80, 120, 140, 200])
def test_the_report_fits_and_says_everything(width: int) -> None:
    text = drawn(Report(7, 1, FINDINGS), width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert " ".join(text.split()).endswith("7 runs and 1 published row: 1 error, 6 notes.")
    assert text.count("nobody knows") == 1
    assert "and 2 more (--json lists them)" in text
    assert "do [red]it" in text


def test_the_verb_ends_with_1_if_a_number_is_in_doubt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant(tmp_path, generation=None)
    assert cli.main(["lint", "--runs", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("1 run: 1 note.\n")
    plant(tmp_path, "weak", sandbox="rlimits")
    assert cli.main(["lint", "--runs", str(tmp_path), "--json"]) == 1
    plain = json.loads(capsys.readouterr().out)
    assert (plain["runs"], plain["is_clean"]) == (2, False)
    assert plain["findings"][0] == {
        "severity": "warning",
        "check": "weak-sandbox",
        "run": "weak/humaneval+/weak-1",
        "what": "the samples ran at sandbox level rlimits, which does not contain them",
        "to_do": "score it on a machine where `fuseval doctor` gives landlock or namespaces",
    }
    assert cli.main(["lint", "--runs", str(tmp_path / "nowhere")]) == 2


def test_a_closed_folder_is_named(tmp_path: Path) -> None:
    """Root may read everything, so it gives that right up first."""
    without = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("setpriv is not installed, and root may read everything")
        rights = "-dac_override,-dac_read_search"
        without = ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}"]
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    command = [*without, sys.executable, "-m", "harness.cli", "lint", "--runs", str(tmp_path), "--json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    finally:
        closed.chmod(0o700)
    assert done.returncode == 1, done.stderr
    assert "the folder can not be read: Permission denied" in done.stdout
    assert f"chmod u+rx {closed}" in done.stdout
