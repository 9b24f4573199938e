"""The download: what it keeps, what it refuses, and what it says without a network."""

from __future__ import annotations

import gzip
import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.benchmarks import data_files, fetch
from harness.benchmarks.fetch import HUB_SPLITS, jsonl_of_parquet
from harness.errors import InputError
from harness.formats.jsonl import rows

SCRIPT = """
import sys
from harness.benchmarks import fetch, load
from harness.errors import FusevalError
try:
    print(fetch(sys.argv[1]))
    print(load(sys.argv[1]).version)
except FusevalError as error:
    print(type(error).__name__, error, error.hint, sep="\\n")
"""


def run_fetch(name: str, folder: Path, **variables: str) -> list[str]:
    """Fetch in a process of its own, with a proxy that nobody listens at: no test reaches the real network."""
    nobody = "http://127.0.0.1:9"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("FUSEVAL_", "HF_"))}
    environment |= {"HOME": str(folder), "XDG_CACHE_HOME": str(folder / "xdg"), "FUSEVAL_CACHE": str(folder / "cache")}
    environment |= {"http_proxy": nobody, "https_proxy": nobody, "no_proxy": "", **variables}
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, name],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return result.stdout.splitlines()


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "package", "file"),
    [
        ("humaneval+", "evalplus", "evalplus/HumanEvalPlus.jsonl.gz"),
        ("mbpp", "evalplus", "evalplus/MbppPlus.jsonl.gz"),
        ("mbpp-500", "huggingface_hub", "reference/mbpp-974.jsonl.gz"),
    ],
)
def test_without_a_network_the_reason_and_the_place_are_named(
    tmp_path: Path, name: str, package: str, file: str
) -> None:
    kind, message, hint = run_fetch(name, tmp_path)
    assert kind == "EnvironmentLacking"
    assert message.startswith(f"{name} could not be downloaded by the {package} package from ")
    assert "refused" in message
    assert hint == f"put the file there by hand: {tmp_path}/cache/data/{file}"
    assert not (tmp_path / "cache").exists()


@pytest.mark.long
def test_evalplus_data_is_kept_zipped_in_the_cache_folder(fuseval_data: Path, tmp_path: Path) -> None:
    original = fuseval_data / "evalplus/MbppPlus.jsonl.gz"
    place = tmp_path / "cache/data/evalplus/MbppPlus.jsonl.gz"
    # EvalPlus's own variable makes its downloader give a file that is here.
    assert run_fetch("mbpp+", tmp_path, MBPP_OVERRIDE_PATH=str(original)) == [str(place), "v0.2.0"]
    assert gzip.decompress(place.read_bytes()) == gzip.decompress(original.read_bytes())


@pytest.mark.long
def test_what_is_not_the_release_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>Sign in</html>")
    kind, message, hint = run_fetch("mbpp+", tmp_path, MBPP_OVERRIDE_PATH=str(tmp_path / "page.html"))
    assert kind == "EnvironmentLacking"
    assert "what was downloaded for mbpp+ is not release v0.2.0: 20 bytes with sha256" in message
    assert "cache of evalplus" in hint
    assert not (tmp_path / "cache").exists()


def test_the_hubs_parquet_files_become_the_published_file(fuseval_data: Path, tmp_path: Path) -> None:
    arrow: Any = importlib.import_module("pyarrow")
    parquet: Any = importlib.import_module("pyarrow.parquet")
    packed = fuseval_data / "reference/mbpp-974.jsonl.gz"
    original = gzip.decompress(packed.read_bytes())
    # The Hub's columns, in the Hub's order.
    columns = ("task_id", "text", "code", "test_list", "test_setup_code", "challenge_test_list")
    found = [{name: row[name] for name in columns} for _, row in rows(original, packed)]
    files = []
    for split, (start, end) in zip(HUB_SPLITS, ((0, 10), (10, 510), (510, 600), (600, 974)), strict=True):
        files.append(tmp_path / f"{split}.parquet")
        parquet.write_table(arrow.Table.from_pylist(found[start:end]), files[-1])
    assert jsonl_of_parquet(files) == original


def test_what_is_here_is_not_downloaded() -> None:
    assert fetch("humaneval") == data_files.find(data_files.HUMANEVAL)
    with pytest.raises(InputError, match="no benchmark named 'humanevl'") as caught:
        fetch("humanevl")
    assert caught.value.hint == "did you mean 'humaneval'?"
