"""A run's files: what is written is read back the same, and a stopped writer costs at most one line."""

from __future__ import annotations

import io
import json
import logging
import os
import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.formats.record_json import from_json, to_json
from harness.formats.run_folder import (
    RunFolder,
    append_line,
    find_runs,
    open_journal,
    read_journal,
    run_path,
    slug,
    write_atomically,
)
from harness.records import Completion, Extraction, Limits, ModelInfo, RunRecord, Score, Status, Verdict

# Lone surrogates and control characters too: models say such things.
TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
SECONDS = st.floats(0, 1e6)
COUNT = st.integers(0, 2**53)
STATUS = st.sampled_from(Status)
MAYBE_TEXT = st.none() | TEXT
COMPLETIONS = st.builds(
    Completion, TEXT, COUNT, TEXT, st.sampled_from(["solution", "completion", "raw"]), MAYBE_TEXT, st.none() | COUNT
)
VERDICTS = st.builds(
    Verdict,
    TEXT,
    COUNT,
    STATUS,
    TEXT,
    rule=TEXT,
    base_status=st.none() | STATUS,
    plus_status=st.none() | STATUS,
    failing_input=MAYBE_TEXT,
    expected=MAYBE_TEXT,
    got=MAYBE_TEXT,
    error=MAYBE_TEXT,
    base_failed_test=st.none() | COUNT,
    plus_failed_test=st.none() | COUNT,
    is_low_assurance=st.booleans(),
    cpu_s=SECONDS,
    wall_s=SECONDS,
)
FRACTION = st.floats(0, 1)
RECORDS = st.builds(
    RunRecord,
    run_id=TEXT,
    model=st.builds(ModelInfo, TEXT, MAYBE_TEXT, TEXT, st.booleans()),
    benchmark=TEXT,
    benchmark_version=TEXT,
    dataset_sha256=TEXT,
    task_count=COUNT,
    samples_sha256=TEXT,
    extraction=TEXT,
    limits=st.builds(Limits, floor_s=SECONDS, memory_bytes=COUNT),
    sandbox=TEXT,
    counts=st.dictionaries(TEXT, COUNT, max_size=4),
    scores=st.lists(
        st.builds(Score, TEXT, COUNT, FRACTION, FRACTION, FRACTION, COUNT, COUNT, COUNT, COUNT), max_size=3
    ),
    is_complete=st.booleans(),
    started_utc=TEXT,
    finished_utc=TEXT,
    seconds=st.dictionaries(TEXT, SECONDS, max_size=3),
    software=st.dictionaries(TEXT, TEXT, max_size=3),
    samples_source=TEXT,
    prompt_style=MAYBE_TEXT,
    template_sha256=MAYBE_TEXT,
    generation=st.none() | st.dictionaries(TEXT, COUNT | SECONDS | TEXT, max_size=3),
    tokens=st.none() | COUNT,
)
RECORD = RunRecord(
    "0a1b", ModelInfo("org/m"), "humaneval+", "v0.1.10", "ff", 164, "ee", "as-is", Limits(), "namespaces",
    {"pass": 1}, [Score("humaneval+", 1, 0.5, 0.4, 0.6, 164, 164, 1, 82)], True,
    "2026-01-02T03:04:05Z", "2026-01-02T03:05:05Z", {"grade": 1.5}, {"fuseval": "0.1.0"},
)  # fmt: skip
FIRST, SECOND = Completion("Demo/0", 0, "a"), Completion("Demo/1", 0, "b\ud800")


@given(COMPLETIONS)
def test_a_completion_comes_back_the_same(value: Completion) -> None:
    assert from_json(Completion, to_json(value), "x") == value


@given(VERDICTS)
def test_a_verdict_comes_back_the_same(value: Verdict) -> None:
    line = to_json(value)
    assert from_json(Verdict, line, "x") == value
    assert line.isascii()
    assert "\n" not in line


@given(RECORDS)
def test_a_record_comes_back_the_same(value: RunRecord) -> None:
    text = to_json(value, indent=2)
    assert from_json(RunRecord, text, "x") == value
    assert to_json(from_json(RunRecord, text, "x"), indent=2) == text


def test_the_bytes_are_stable_and_unknowns_are_absent() -> None:
    verdict = Verdict("Demo/0", 0, Status.FAIL, "x = 1", base_status=Status.PASS, cpu_s=0.25)
    assert to_json(verdict) == (
        '{"task_id": "Demo/0", "sample_index": 0, "status": "fail", "solution": "x = 1", "rule": "as-is", '
        '"base_status": "pass", "is_low_assurance": false, "cpu_s": 0.25, "wall_s": 0.0}'
    )
    assert list(json.loads(to_json(RECORD)))[:3] == ["run_id", "model", "benchmark"]
    assert "tokens" not in json.loads(to_json(RECORD))


def test_what_json_can_not_say_is_never_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(replace(RECORD, seconds={"grade": float("nan")}))
    with pytest.raises(TypeError, match="a record can not hold a set"):
        to_json({"a": {1}})


def test_statuses_are_statuses_again() -> None:
    extraction = Extraction("x", "fence", Status.NO_CODE)
    assert from_json(Extraction, to_json(extraction), "x").status is Status.NO_CODE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "here is damaged: Expecting property name"),
        ("[]", "here: Input should be"),
        (
            '{"task_id": "a", "sample_index": "no", "text": ""}',
            "here: field 'sample_index': Input should be a valid int",
        ),
        ('{"task_id": "a", "sample_index": 0, "text": "", "format_version": 2}', "here was written by a newer fuseval"),
    ],
)
def test_what_is_read_is_checked(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        from_json(Completion, text, "here")
    assert message in str(caught.value)


def test_fields_of_a_later_minor_version_are_passed_over() -> None:
    assert from_json(Completion, to_json(FIRST)[:-1] + ', "mood": 1}', "x") == FIRST


class TestJournal:
    def test_lines_are_there_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "completions.jsonl"
        with open_journal(path) as file:
            append_line(file, FIRST)
            assert read_journal(path, Completion) == [FIRST]
            append_line(file, SECOND)
            assert read_journal(path, Completion) == [FIRST, SECOND]

    def test_cut_anywhere_it_loses_at_most_the_last_line(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        whole = b"".join(to_json(value).encode() + b"\n" for value in (FIRST, SECOND))
        first_end = whole.index(b"\n") + 1
        path = tmp_path / "completions.jsonl"
        for length in range(len(whole) + 1):
            path.write_bytes(whole[:length])
            caplog.clear()
            expected = [FIRST, SECOND][: whole[:length].count(b"\n")]
            assert read_journal(path, Completion) == expected
            is_torn = length not in (0, first_end, len(whole))
            assert [record.levelno for record in caplog.records] == [logging.WARNING] * is_torn
            with open_journal(path) as file:
                append_line(file, SECOND)
            assert read_journal(path, Completion) == [*expected, SECOND]

    def test_a_last_line_of_rubbish_is_torn_too(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        path = tmp_path / "completions.jsonl"
        path.write_bytes(to_json(FIRST).encode() + b"\n\0\0\0\0\n")
        assert read_journal(path, Completion) == [FIRST]
        assert "completions.jsonl: line 2 was cut short" in caplog.text
        open_journal(path).close()
        assert path.read_bytes() == to_json(FIRST).encode() + b"\n"

    def test_damage_before_the_last_line_is_an_error(self, tmp_path: Path) -> None:
        path = tmp_path / "completions.jsonl"
        path.write_bytes(b'{"task_id": \n' + to_json(FIRST).encode() + b"\n")
        with pytest.raises(InputError, match=r"completions\.jsonl line 1 is damaged") as caught:
            read_journal(path, Completion)
        assert "remove that line" in caught.value.hint

    def test_a_line_of_another_kind_is_an_error(self, tmp_path: Path) -> None:
        path = tmp_path / "completions.jsonl"
        path.write_text('{"a": 1}\n')
        with pytest.raises(InputError, match=r"completions\.jsonl line 1: field 'task_id': Field required"):
            read_journal(path, Completion)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
    @given(st.lists(VERDICTS, max_size=5))
    def test_a_journal_comes_back_the_same(self, tmp_path: Path, verdicts: list[Verdict]) -> None:
        file = io.BytesIO()
        for verdict in verdicts:
            append_line(file, verdict)
        path = tmp_path / "verdicts.jsonl"
        path.write_bytes(file.getvalue())
        assert read_journal(path, Verdict) == verdicts


class TestAtomicWrite:
    def test_it_replaces_the_file_and_leaves_nothing_else(self, tmp_path: Path) -> None:
        path = tmp_path / "a" / "b" / "run.json"
        write_atomically(path, "é")
        write_atomically(path, b"two")
        assert path.read_bytes() == b"two"
        assert os.listdir(path.parent) == ["run.json"]

    def test_it_is_readable_by_others_as_the_umask_says(self, tmp_path: Path) -> None:
        old = os.umask(0o022)
        try:
            write_atomically(tmp_path / "run.json", "")
        finally:
            os.umask(old)
        assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o644

    def test_a_failed_write_keeps_the_old_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "run.json"
        write_atomically(path, "old")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            write_atomically(path, "new")
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == ["run.json"]


class TestRunFolder:
    def test_a_saved_record_loads(self, tmp_path: Path) -> None:
        run = RunFolder(run_path(tmp_path, "org/m", "humaneval+", "0a1b"))
        assert find_runs(tmp_path) == []
        run.save(RECORD)
        assert run.is_finished
        assert run.load() == RECORD
        first = run.record_path.read_bytes()
        run.save(run.load())
        assert run.record_path.read_bytes() == first

    def test_what_can_not_be_loaded_names_the_file(self, tmp_path: Path) -> None:
        run = RunFolder(tmp_path / "run")
        with pytest.raises(InputError, match="no such file"):
            run.load()
        run.path.mkdir()
        with pytest.raises(InputError, match=r"holds no finished run: it has no run\.json") as caught:
            run.load()
        assert "--resume" in caught.value.hint
        text = to_json(RECORD)
        for damaged in ("", text[:-1], text.replace('"task_count": 164, ', ""), "\udcff"):
            run.record_path.write_text(damaged, errors="surrogateescape")
            with pytest.raises(InputError, match=r"run/run\.json"):
                run.load()
        run.record_path.write_text(text.replace('"format_version": 1', '"format_version": 2'))
        with pytest.raises(InputError, match=r"run\.json was written by a newer fuseval \(format 2"):
            run.load()

    def test_the_newest_verdict_of_a_sample_counts(self, tmp_path: Path) -> None:
        run = RunFolder(tmp_path)
        with open_journal(run.verdicts_path) as file:
            append_line(file, Verdict("Demo/0", 0, Status.INFRA_ERROR, "x"))
            append_line(file, Verdict("Demo/1", 0, Status.FAIL, "x"))
            append_line(file, Verdict("Demo/0", 0, Status.PASS, "x"))
        assert [(item.task_id, item.status) for item in run.verdicts()] == [
            ("Demo/0", Status.PASS),
            ("Demo/1", Status.FAIL),
        ]
        assert run.completions() == []

    def test_runs_are_found_sorted(self, tmp_path: Path) -> None:
        for name in ("b", "a/x"):
            RunFolder(run_path(tmp_path, name, "humaneval", "1")).save(RECORD)
        stopped = RunFolder(run_path(tmp_path, "c", "humaneval", "1"))
        open_journal(stopped.completions_path).close()
        assert [run.path.relative_to(tmp_path).parts[0] for run in find_runs(tmp_path)] == ["a--x", "b"]
        assert find_runs(tmp_path, finished_only=False)[-1] == stopped
        assert find_runs(tmp_path / "b") == find_runs(tmp_path / "b/humaneval/1")
        with pytest.raises(InputError, match="no such file"):
            find_runs(tmp_path / "nowhere")

    @given(TEXT, TEXT, TEXT)
    def test_a_run_never_leaves_the_root(self, model: str, benchmark: str, run_id: str) -> None:
        path = run_path(Path("/runs"), model, benchmark, run_id)
        assert Path(os.path.normpath(path)).parts[:2] == ("/", "runs")
        assert len(path.relative_to("/runs").parts) == 3
        assert set(path.parts[-1]) <= set(string.ascii_letters + string.digits + "._+=@-")

    @given(st.sets(st.text("ab/-.: é", max_size=6), min_size=2, max_size=8))
    def test_different_names_have_different_folders(self, names: set[str]) -> None:
        assert len({slug(name) for name in names}) == len(names)
