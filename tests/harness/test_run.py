"""The pipeline from a samples file to a finished run: identity, resuming, twins, partial files, lost judges."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from harness.engines.local import LocalEngine
from harness.errors import InputError
from harness.formats.run_folder import RunFolder
from harness.records import Limits, Status, Verdict
from harness.run import Progress, ScoreRequest, score

QUICK = Limits(floor_s=0.5)
ROWS = [
    {
        "task_id": f"Demo/{number}",
        "prompt": f"def add{number}(a, b):\n",
        "entry_point": f"add{number}",
        "canonical_solution": "    return a + b\n",
        "base_input": [[1, 2], ["a", "b"]],
        "plus_input": [[0.5, 0.25]],
        "atol": 0,
    }
    for number in range(6)
]


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    file = tmp_path / "demo.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return file


def request(tmp_path: Path, bench: Path, bodies: list[tuple[int, str]], **options: object) -> ScoreRequest:
    """A request for samples given as (task number, function body)."""
    samples = tmp_path / "samples.jsonl"
    lines = [
        json.dumps({"task_id": f"Demo/{number}", "solution": f"def add{number}(a, b):\n    {body}\n"})
        for number, body in bodies
    ]
    samples.write_text("\n".join(lines) + "\n")
    made = ScoreRequest("model", str(bench), samples, runs_root=tmp_path / "runs", limits=QUICK, workers=2)
    return replace(made, **options)  # type: ignore[arg-type]


def test_a_test_program_that_does_not_run_is_named(tmp_path: Path) -> None:
    row = {key: ROWS[0][key] for key in ("task_id", "prompt", "entry_point", "canonical_solution")}
    bench = tmp_path / "broken.jsonl"
    bench.write_text(json.dumps({**row, "test": "import nowhere\ndef check(candidate): pass\n"}))
    with pytest.raises(InputError, match="the tests of Demo/0 do not run: ModuleNotFoundError"):
        score(request(tmp_path, bench, [(0, "return a + b")]))


@pytest.mark.parametrize(
    "test",
    [
        "import sys\nsys.exit()\ndef check(candidate): pass\n",
        "import sys\ndef check(candidate): sys.exit(3)\n",
        "def check(candidate):\n    raise KeyboardInterrupt\n",
        "def check(candidate):\n    assert candidate(*nowhere) == 3\n",
        "def check(candidate):\n    open('/nowhere')\n",
    ],
)
def test_tests_that_end_by_themselves_are_the_benchmarks_fault_and_named(tmp_path: Path, test: str) -> None:
    with pytest.raises(InputError, match=r"the tests of Demo/0 do not run: ") as caught:
        score(request(tmp_path, _with_test(tmp_path, test), [(0, "return a + b")]))
    assert caught.value.hint == "mend them in the benchmark's file"


@pytest.mark.parametrize(
    ("body", "test", "status"),
    [
        ("return None", "import sys\ndef check(candidate): candidate(1, 2) or sys.exit(0)\n", Status.FAIL),
        ("return None", "def check(candidate): candidate(1, 2) + 1\n", Status.FAIL),
        ("this is no Python", "def check(candidate): assert candidate(1, 2) == 3\n", Status.SYNTAX_ERROR),
        (
            "this is no Python",
            "def check(candidate):\n    try:\n        candidate(1, 2)\n    except Exception:\n        pass\n",
            Status.SYNTAX_ERROR,
        ),
    ],
)
def test_what_a_candidate_brings_its_tests_to_is_its_own_fault(
    tmp_path: Path, body: str, test: str, status: Status
) -> None:
    run = score(request(tmp_path, _with_test(tmp_path, test), [(0, body)]))
    assert [verdict.status for verdict in run.verdicts()] == [status]


def _with_test(tmp_path: Path, test: str) -> Path:
    row = {key: ROWS[0][key] for key in ("task_id", "prompt", "entry_point", "canonical_solution")}
    bench = tmp_path / "tested.jsonl"
    bench.write_text(json.dumps({**row, "test": test}))
    return bench


def without_times(folder: RunFolder) -> list[Verdict]:
    return [replace(verdict, cpu_s=0.0, wall_s=0.0) for verdict in folder.verdicts()]


def test_each_way_to_end_has_its_status(tmp_path: Path, bench: Path) -> None:
    bodies = [
        (0, "return a + b"),
        (1, "return a - b if isinstance(a, int) else a + b"),
        (2, "while True: pass"),
        (3, "import os; os._exit(0)"),
        (4, "return return"),
        (5, "return bytearray(1 << 33)"),
    ]
    folder = score(request(tmp_path, bench, bodies))
    assert [verdict.status for verdict in folder.verdicts()] == [
        Status.PASS,
        Status.FAIL,
        Status.TIMEOUT,
        Status.CRASH,
        Status.SYNTAX_ERROR,
        Status.OUT_OF_MEMORY,
    ]
    failed = folder.verdicts()[1]
    assert (failed.failing_input, failed.expected, failed.got) == ("(1, 2)", "3", "-1")
    record = folder.load()
    assert record.is_complete
    assert [score_.column for score_ in record.scores] == ["demo-base", "demo"]
    assert record.scores[1].value == pytest.approx(1 / 6)


def test_base_and_plus_are_judged_apart(tmp_path: Path, bench: Path) -> None:
    bodies = [(0, "return a + b if not isinstance(a, float) else None"), (1, "return 0.75 if a == 0.5 else None")]
    first, second = score(request(tmp_path, bench, bodies)).verdicts()
    assert (first.base_status, first.plus_status, first.status) == (Status.PASS, Status.FAIL, Status.FAIL)
    assert (second.base_status, second.plus_status, second.status) == (Status.FAIL, Status.PASS, Status.FAIL)
    assert (first.plus_failed_test, second.base_failed_test) == (0, 0)


def test_a_numpy_answer_counts_as_its_value(tmp_path: Path, bench: Path) -> None:
    bodies = [(0, "import numpy; return numpy.float64(a) + b if isinstance(a, float) else a + b")]
    assert score(request(tmp_path, bench, bodies)).verdicts()[0].status is Status.PASS


def test_plus_starts_anew_where_base_left_something_behind(tmp_path: Path, bench: Path) -> None:
    state = "global seen; seen = globals().get('seen', 0) + 1; return a + b if seen <= 2 else None"
    assert score(request(tmp_path, bench, [(0, state)])).verdicts()[0].status is Status.PASS


def test_a_partial_file_says_so(tmp_path: Path, bench: Path) -> None:
    record = score(request(tmp_path, bench, [(0, "return a + b")])).load()
    assert record.counts == {"pass": 1, "skipped": 5}
    assert not record.is_complete
    assert (record.scores[-1].tasks, record.scores[-1].of_tasks) == (1, 6)


def test_twins_are_executed_once(tmp_path: Path, bench: Path) -> None:
    verdicts = score(request(tmp_path, bench, [(0, "return a + b")] * 5 + [(1, "return 1")] * 5)).verdicts()
    assert len({verdict.cpu_s for verdict in verdicts if verdict.task_id == "Demo/0"}) == 1
    assert [verdict.sample_index for verdict in verdicts] == [0, 1, 2, 3, 4] * 2


def test_a_finished_run_is_not_repeated_unless_fresh(tmp_path: Path, bench: Path) -> None:
    asked = request(tmp_path, bench, [(0, "return a + b")])
    seen: list[Progress] = []
    folder = score(asked)
    written = folder.record_path.stat().st_mtime_ns
    assert score(asked, seen.append) == folder
    assert (seen, folder.record_path.stat().st_mtime_ns) == ([], written)
    assert score(replace(asked, fresh=True), seen.append) == folder
    assert seen[-1].done == 1


def test_another_question_is_another_run(tmp_path: Path, bench: Path) -> None:
    asked = request(tmp_path, bench, [(0, "return a + b")])
    folders = {score(asked), score(replace(asked, limits=replace(QUICK, factor=5.0))), score(replace(asked, limit=2))}
    assert len(folders) == 3


def test_a_run_that_another_process_works_on_is_left_alone(tmp_path: Path, bench: Path) -> None:
    asked = request(tmp_path, bench, [(0, "return a + b")])
    folder = score(asked)
    folder.record_path.unlink()
    with folder.verdicts_path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="another fuseval is working on"):
            score(asked)


KILLED = """
import sys
from dataclasses import replace
from pathlib import Path
from harness.records import Limits
from harness.run import ScoreRequest, score
score(ScoreRequest("model", sys.argv[1], Path(sys.argv[2]), runs_root=Path(sys.argv[3]), limits=Limits(floor_s=0.5)))
"""


def test_a_killed_run_resumes_and_ends_like_an_undisturbed_one(tmp_path: Path, bench: Path) -> None:
    slow = "import time; time.sleep(0.15); return a + b"
    asked = request(tmp_path, bench, [(number, slow) for number in range(6)] + [(0, "return 1"), (1, "return 2")])
    disturbed = tmp_path / "disturbed"
    command = [sys.executable, "-c", KILLED, str(bench), str(asked.samples), str(disturbed)]
    process = subprocess.Popen(command, start_new_session=True)
    deadline = time.monotonic() + 60
    journals: list[Path] = []
    while not (journals and journals[0].read_bytes().count(b"\n") >= 2) and time.monotonic() < deadline:
        journals = list(disturbed.rglob("verdicts.jsonl"))
        time.sleep(0.02)
    for pid in reversed(_tree(process.pid)):
        os.kill(pid, signal.SIGKILL)
    process.wait()
    done = journals[0].read_text().splitlines()
    assert 2 <= len(done) < 8
    with journals[0].open("a") as torn:
        torn.write('{"task_id": "Demo/5", "sa')
    resumed = score(replace(asked, runs_root=disturbed))
    assert without_times(resumed) == without_times(score(asked))
    assert set(done) <= set(resumed.verdicts_path.read_text().splitlines())  # nothing was graded twice


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has just ended
        children = []
    return [pid, *(item for child in children for item in _tree(int(child)))]


def test_a_judge_that_dies_is_replaced(tmp_path: Path, bench: Path) -> None:
    asked = request(tmp_path, bench, [(number, "import time; time.sleep(0.1); return a + b") for number in range(6)])
    killed: list[int] = []

    def kill_once(progress: Progress) -> None:
        if progress.stage == "grade" and not killed:
            killed.append(next(pid for pid in _tree(os.getpid()) if b"judge_process" in _command(pid)))
            os.kill(killed[0], signal.SIGKILL)

    folder = score(asked, kill_once)
    assert killed
    assert folder.load().counts == {"pass": 6}


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.long
def test_a_comparison_that_never_ends_fails_the_sample_only(tmp_path: Path, bench: Path) -> None:
    # Integers that collide in every set: building one of a few hundred thousand of them takes minutes.
    rows = [json.loads(line) for line in bench.read_text().splitlines()]
    rows[0] |= {"family": "mbpp", "entry_point": "Diff", "prompt": "def Diff(a, b):\n"}
    rows[0]["canonical_solution"] = "    return [a, b]\n"
    bench.write_text("".join(json.dumps(row) + "\n" for row in rows[:1]))
    samples = tmp_path / "samples.jsonl"
    hostile = "def Diff(a, b):\n    return [k * (2**61 - 1) for k in range(400000)]\n"
    samples.write_text(json.dumps({"task_id": "Demo/0", "solution": hostile}) + "\n")
    asked = ScoreRequest("model", str(bench), samples, runs_root=tmp_path / "runs", workers=1)
    verdict = score(asked).verdicts()[0]
    assert verdict.status is Status.FAIL
    assert verdict.error is not None
    assert "comparing what it returned" in verdict.error


def test_the_pool_leaves_no_process(tmp_path: Path) -> None:
    before = set(_tree(os.getpid()))
    with LocalEngine(2, QUICK) as engine:
        assert engine.probe().is_strong
        inside = set(_tree(os.getpid())) - before
    assert len(inside) >= 4
    assert not set(_tree(os.getpid())) & inside


def test_an_output_stays_with_its_programs(tmp_path: Path, bench: Path, capfd: pytest.CaptureFixture[str]) -> None:
    loud = "import os; os.write(1, b'x' * 10000); os.write(2, b'y' * 10000); print('z'); return a + b"
    assert score(request(tmp_path, bench, [(0, loud)])).verdicts()[0].status is Status.PASS
    assert capfd.readouterr() == ("", "")
