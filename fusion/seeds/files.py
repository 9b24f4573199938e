r"""Rows of a data set, from whatever file they are in: JSON, JSON lines, CSV, TSV, Parquet, plain or gzipped.

A folder stands for the data files in it. A name `owner/name` that is no path here is a data set on the Hub, which is
fetched into the Hub's own cache; only its data files are, and none of its code is run.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from harness.errors import EnvironmentLacking, InputError
from harness.formats.jsonl import Row, no_such_file, read_bytes, rows, text_of

_HUB_NAME = re.compile(r"(?:hf:)?(?P<repo>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w.-]+))?")
_SUFFIXES = (".jsonl", ".jsonl.gz", ".ndjson", ".json", ".json.gz", ".parquet", ".csv", ".csv.gz", ".tsv", ".tsv.gz")
_OFFLINE = "offline:"
_LISTS = ("data", "rows", "train", "instances", "examples")
"""Names under which a JSON object may hold its rows."""


def read_rows(place: str | Path) -> Iterator[Row]:
    r"""Give the rows of a data set, in their order.

    Args:
        place: A file, a folder of files, a data set on the Hub (`owner/name`, `owner/name@revision`), or so many seeds
            of the offline teacher (`offline:300`).

    Raises:
        InputError: There is no such file, or it is damaged or of no form that is known.
        EnvironmentLacking: The Hub can not be reached.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "seeds.csv")
        ...     _ = file.write_text("instruction,output\nSay hello.,Hello.\n")
        ...     list(read_rows(file))
        [{'instruction': 'Say hello.', 'output': 'Hello.'}]
    """
    if str(place).startswith(_OFFLINE):
        yield from _offline(str(place))
        return
    for path in data_files(place):
        yield from _read_file(path)


def _offline(place: str) -> Iterator[Row]:
    """Make seeds of the miniature, as many as are asked for."""
    from fusion.offline.seeds import make_seeds

    count = place.removeprefix(_OFFLINE)
    if not count.isdigit():
        raise InputError(f"{place!r}: how many seeds of the offline teacher?", hint="as in offline:300")
    for row in make_seeds(int(count), seed=1):
        yield {**row}


def check_place(place: str | Path) -> None:
    """Raise where a place can be no data set; nothing is fetched or read.

    Args:
        place: As `read_rows` takes it.

    Raises:
        InputError: It is no file or folder, and no name of the Hub or of the offline teacher either.

    Example:
        >>> check_place("owner/name")
        >>> check_place("rows.jsonl")
        Traceback (most recent call last):
        harness.errors.InputError: no such file: rows.jsonl
    """
    if not str(place).startswith(_OFFLINE) and not Path(place).exists() and _hub_name(place) is None:
        raise no_such_file(Path(place))


def data_files(place: str | Path) -> list[Path]:
    """Find the data files that a place stands for (see `read_rows`)."""
    path = Path(place)
    if path.is_dir():
        own = path / "data" / "alpaca.jsonl"  # a data set that fuseval wrote holds the same rows in several forms
        if own.is_file():
            return [own]
        found = sorted(item for item in path.rglob("*") if item.name.endswith(_SUFFIXES) and item.is_file())
        if not found:
            raise InputError(f"no data file in the folder {path}", hint=f"files end in one of: {', '.join(_SUFFIXES)}")
        return found
    if path.exists():
        return [path]
    if (match := _hub_name(place)) is None:
        raise no_such_file(path)
    return _from_hub(match["repo"], match["revision"])


def _hub_name(place: str | Path) -> re.Match[str] | None:
    return None if str(place).endswith(_SUFFIXES) else _HUB_NAME.fullmatch(str(place))


def _from_hub(repo: str, revision: str | None) -> list[Path]:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        folder = snapshot_download(
            repo, repo_type="dataset", revision=revision, allow_patterns=[f"*{suffix}" for suffix in _SUFFIXES]
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        words = str(error).strip().partition("\n")[0]
        raise EnvironmentLacking(
            f"{repo} is no path here, and the Hub did not give a data set of that name: {words}",
            hint="check the name, or give the path of a file",
        ) from None
    return data_files(Path(folder))


def _read_file(path: Path) -> Iterator[Row]:
    name = path.name.removesuffix(".gz")
    if name.endswith(".parquet"):
        yield from _parquet(path)
        return
    data = read_bytes(path)
    if name.endswith((".csv", ".tsv")):
        yield from _csv(text_of(data, path), path, "\t" if name.endswith(".tsv") else ",")
    elif name.endswith(".json") and data.lstrip()[:1] in (b"[", b"{"):
        yield from _json(data, path)
    else:
        yield from (row for _, row in rows(data, path))


def _json(data: bytes, path: Path) -> Iterator[Row]:
    """Read a JSON list of objects, an object that holds such a list, or, all the same, one object a line."""
    try:
        value = json.loads(text_of(data, path))
    except ValueError as error:
        if data.lstrip().startswith(b"{") and b"\n" in data.strip():
            yield from (row for _, row in rows(data, path))
            return
        raise InputError(f"{path} is not JSON: {error}", hint="copy or download the file again") from None
    except RecursionError:
        raise InputError(f"{path}: the JSON is nested too deeply") from None
    if isinstance(value, dict):
        held = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), None)
        value = [value] if held is None else held
    if not isinstance(value, list):
        raise InputError(f"{path} holds no list of rows", hint='as in [{"instruction": "...", "output": "..."}]')
    for number, row in enumerate(value, start=1):
        if not isinstance(row, dict):
            raise InputError(f"{path} row {number}: expected an object, found {type(row).__name__}")
        yield row


def _csv(text: str, path: Path, separator: str) -> Iterator[Row]:
    csv.field_size_limit(1 << 30)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    if not reader.fieldnames:
        raise InputError(f"{path} is empty", hint="its first line names the columns")
    try:
        for row in reader:
            if None in row:
                raise InputError(
                    f"{path} line {reader.line_num}: more fields than the {len(reader.fieldnames)} columns of line 1",
                    hint="quote fields that hold a separator",
                )
            yield {name: value or "" for name, value in row.items()}
    except csv.Error as error:
        raise InputError(f"{path} line {reader.line_num}: {error}") from None


def _parquet(path: Path) -> Iterator[Row]:
    import duckdb

    if not path.is_file():
        raise no_such_file(path)
    try:
        with duckdb.connect() as connection:
            result = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [column[0] for column in result.description]
            while batch := result.fetchmany(1000):
                for values in batch:
                    yield dict(zip(names, values, strict=True))
    except duckdb.Error as error:
        raise InputError(f"{path} is no Parquet file that can be read: {str(error).partition(chr(10))[0]}") from None
