"""Agreement with recorded verdicts: Qwen2.5-Coder's programs, and Racket in MultiPL-E's own files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from harness import cli
from harness.formats.run_folder import RunFolder
from harness.languages import find
from harness.languages.toolchain import find_toolchain
from harness.records import Status
from harness.run import ScoreRequest, score

DELIBERATE = {"php": {"HumanEval_16_count_distinct_characters"}}
"""`str_split("")` is [] since PHP 8.2 and was [""] where the verdicts were recorded."""
OUT_OF_MEMORY = {("HumanEval_100_make_a_pile", 18)}
"""MultiPL-E has no memory limit, so there the program ran into its time."""


def _need(language: str) -> None:
    missing = find_toolchain(find(language)).missing
    if missing:
        pytest.skip(f"no toolchain of {language}: {', '.join(missing)} not found")


def _recorded(data: Path, language: str) -> dict[str, dict[str, object]]:
    place = data / "samples" / "multipl_e" / f"qwen2.5-coder-1.5b-humaneval-{language}.jsonl.gz"
    with gzip.open(place, "rt", encoding="utf-8") as file:
        return {row["name"]: row for row in map(json.loads, file)}


def _scored(samples: Path, language: str, folder: Path) -> RunFolder:
    return score(ScoreRequest("qwen", f"multipl-e:{language}", samples, runs_root=folder))


@pytest.mark.parametrize(
    ("language", "step"),
    [
        ("js", 4),
        ("php", 4),
        ("cpp", 12),
        ("java", 12),
        *[pytest.param(language, 1, marks=pytest.mark.long) for language in ("js", "php", "cpp", "java")],
    ],
)
def test_recorded_programs(language: str, step: int, fuseval_data: Path, tmp_path: Path) -> None:
    _need(language)
    recorded = dict(list(_recorded(fuseval_data, language).items())[::step])
    samples = tmp_path / "samples.jsonl"
    rows = [{"task_id": name, "program": row["program"]} for name, row in recorded.items()]
    samples.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = _scored(samples, language, tmp_path / "runs")
    verdicts = run.verdicts()
    assert len(verdicts) == len(recorded)
    assert {verdict.rule for verdict in verdicts} == {"program"}
    differing = {
        verdict.task_id
        for verdict in verdicts
        if (verdict.status is Status.PASS) != (recorded[verdict.task_id]["passed"] is True)
    }
    assert differing <= DELIBERATE.get(language, set())
    assert run.load().software[language]


def test_completions_and_solutions_get_the_same_verdicts(fuseval_data: Path, tmp_path: Path) -> None:
    """What follows the prompt, the whole program without tests, and what was executed are three forms of one sample."""
    _need("js")
    recorded = dict(list(_recorded(fuseval_data, "js").items())[::16])
    forms = {}
    for kind in ("completion", "solution", "program"):
        samples = tmp_path / f"{kind}.jsonl"
        texts = {
            name: {
                "completion": str(row["generation"]).removeprefix(str(row["raw_prompt"])),
                "solution": row["generation"],
                "program": row["program"],
            }[kind]
            for name, row in recorded.items()
        }
        samples.write_text("".join(json.dumps({"task_id": name, kind: text}) + "\n" for name, text in texts.items()))
        run = _scored(samples, "js", tmp_path / kind)
        forms[kind] = {verdict.task_id: verdict.status is Status.PASS for verdict in run.verdicts()}
    assert forms["completion"] == forms["solution"] == forms["program"]
    assert set(forms["program"].values()) == {True, False}


@pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.long)])
def test_racket_s_own_files(step: int, fuseval_data: Path, tmp_path: Path) -> None:
    _need("rkt")
    source = fuseval_data / "samples" / "multipl_e" / "racket-official-format"
    folder = tmp_path / "humaneval-rkt-starcoder-0.2-reworded"
    folder.mkdir()
    official = {}
    for file in sorted(source.glob("*.results.json.gz"))[:: max(step // 4, 1)]:
        answers = source / file.name.replace(".results", "")
        problem = json.loads(gzip.decompress(answers.read_bytes()))
        problem["completions"] = problem["completions"][::step]
        (folder / answers.name).write_bytes(gzip.compress(json.dumps(problem).encode()))
        results = json.loads(gzip.decompress(file.read_bytes()))["results"][::step]
        for number, result in enumerate(results):
            official[problem["name"], number] = (result["status"], int(result["exit_code"]))
    run = score(ScoreRequest("starcoder", "multipl-e:rkt", folder, runs_root=tmp_path / "runs"))
    found = {
        (verdict.task_id, verdict.sample_index): (verdict.execution.status, verdict.execution.exit_code)
        for verdict in run.verdicts()
        if verdict.execution is not None
    }
    assert found.keys() == official.keys()
    differing = {key: (value, official[key]) for key, value in found.items() if value != official[key]}
    assert differing.keys() <= OUT_OF_MEMORY, differing


def test_an_export_is_read_by_the_importer(fuseval_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    problem = "HumanEval_53_add"
    rows = [
        {"task_id": problem, "completion": "    echo $(( $1 + $2 ))\n"},
        {"task_id": problem, "completion": "    echo no\n"},
    ]
    Path("bash.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = ["score", "--samples", "bash.jsonl", "--bench", "multipl-e:sh", "--export", "multipl-e", "--export-dir"]
    assert cli.main([*command, "out"]) == 0
    folder = next(Path("out").iterdir())
    assert folder.name == "humaneval-sh-bash-0.2-reworded"
    plain = json.loads(gzip.decompress((folder / f"{problem}.results.json.gz").read_bytes()))
    assert [(item["status"], item["exit_code"]) for item in plain["results"]] == [("OK", 0), ("Exception", 1)]
    assert cli.main(["import", str(folder), "--runs", "imported"]) == 0
    # The export itself is what `score` takes as samples again.
    assert cli.main(["score", "--samples", str(folder), "--model", "again", "--bench", "multipl-e:sh"]) == 0


def test_the_score_without_what_can_not_be_passed(
    fuseval_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _need("rs")
    assert fuseval_data
    monkeypatch.chdir(tmp_path)
    rows = [
        {"task_id": "HumanEval_53_add", "completion": "    x + y\n"},
        {"task_id": "HumanEval_92_any_int", "completion": "    true\n"},
    ]
    Path("rust.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert cli.main(["score", "--samples", "rust.jsonl", "--bench", "multipl-e:rs"]) == 0
    out = capsys.readouterr().out
    assert "multipl-e:rs 50.0%" in out
    assert "without     100.0%  [20.7, 100.0]  over 1 tasks, without 1 that no correct answer passes" in out
