"""The download of MultiPL-E's data from the Hub: a pinned revision's rows, one language's file at a time."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from harness.benchmarks import data_files, multipl_e
from harness.errors import EnvironmentLacking, InputError
from harness.formats.atomic import write_atomically
from harness.formats.jsonl import shortened

FIELDS = ("name", "language", "prompt", "doctests", "prompt_terminology", "tests", "stop_tokens")
"""What is kept of the Hub's rows, in this order; `original` names a path on the author's machine."""


def fetch(name: str) -> Path:
    """Make the data of one or more languages present on this machine.

    Args:
        name: As in `multipl-e:js` or `multipl-e:js,ts`; without a language, all of them.

    Returns:
        Where the last of them lies.

    Raises:
        InputError: The version is not known on the Hub.
        EnvironmentLacking: The download failed, or is not what was expected.
    """
    names = multipl_e.every_language(name) if multipl_e.means_all(name) else multipl_e.expand(name)
    return [_fetch_one(part) for part in names][-1]


def _fetch_one(name: str) -> Path:
    family, language, version = multipl_e.parts(name)
    data = multipl_e.data_file(family, language, version)
    here = data_files.find(data)
    if here:
        return here
    if version not in multipl_e.HUB_REVISIONS:
        raise InputError(
            f"version {version!r} of MultiPL-E can not be fetched; known: {', '.join(multipl_e.HUB_REVISIONS)}",
            hint=f"put the file there by hand: {data_files.cache_place(data)}",
        )
    config = Path(data.path).name.removesuffix(".jsonl.gz")
    try:
        with contextlib.redirect_stdout(sys.stderr):
            rows = _rows(config, multipl_e.HUB_REVISIONS[version])
    except Exception as error:  # the library fails in its own ways, and all mean one thing here
        reason = " ".join(str(error.__cause__ or error).split()) or type(error).__name__
        raise EnvironmentLacking(
            f"{name} could not be downloaded from huggingface.co/datasets/{multipl_e.HUB_DATASET}: "
            f"{shortened(reason, 160)}",
            hint=f"put the file there by hand: {data_files.cache_place(data)}",
        ) from error
    if len(rows) != multipl_e.COUNTS[family][language]:
        raise EnvironmentLacking(
            f"what was downloaded for {name} holds {len(rows)} problems, not {multipl_e.COUNTS[family][language]}",
            hint="the copy in the cache of huggingface_hub may be damaged; remove it and try again",
        )
    place = data_files.cache_place(data)
    write_atomically(place, gzip.compress(jsonl_of(rows), mtime=0))
    return place


def jsonl_of(rows: list[dict[str, Any]]) -> bytes:
    r"""Write the Hub's rows as lines.

    Args:
        rows: As the Hub has them.

    Example:
        >>> jsonl_of([{"name": "HumanEval_0_f", "original": "/a/b", "prompt": "p"}])
        b'{"name": "HumanEval_0_f", "prompt": "p"}\n'
    """
    kept = [{field: row[field] for field in FIELDS if field in row} for row in rows]
    return "".join(json.dumps(row) + "\n" for row in kept).encode("ascii")


def _rows(config: str, revision: str) -> list[dict[str, Any]]:
    from huggingface_hub import get_session, hf_hub_download, hf_hub_url

    file = f"{config}/test-00000-of-00001.parquet"
    # The library tries five times over half a minute; one question first tells a machine without a network at once.
    get_session().head(hf_hub_url(multipl_e.HUB_DATASET, file, repo_type="dataset", revision=revision), timeout=20)
    path = hf_hub_download(multipl_e.HUB_DATASET, file, repo_type="dataset", revision=revision)
    parquet: Any = importlib.import_module("pyarrow.parquet")
    return list(parquet.read_table(path).to_pylist())
