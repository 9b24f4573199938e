"""Rows are read as they are, and what is wrong is named with its place."""

from __future__ import annotations

import gzip
import json
import os
import threading
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.formats.jsonl import read_bytes, rows

PATH = Path("x.jsonl")


def problem(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        list(rows(data, PATH))
    return caught.value


def test_blank_lines_windows_ends_and_a_byte_order_mark_are_no_problem() -> None:
    assert list(rows(b'\xef\xbb\xbf{"a": 1}\r\n\r\n  \n{"a": 2}', PATH)) == [(1, {"a": 1}), (4, {"a": 2})]


def test_a_line_separator_inside_a_text_does_not_split_the_row() -> None:
    text = "one\u2028two\u0085three\x0cfour"
    assert list(rows(json.dumps({"a": text}, ensure_ascii=False).encode(), PATH)) == [(1, {"a": text})]


def test_a_lone_surrogate_is_read() -> None:
    assert list(rows(rb'{"a": "\ud800"}', PATH)) == [(1, {"a": "\ud800"})]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1}\n{"a": 1 "b"}\n', "x.jsonl line 2, column 9: not JSON: Expecting ',' delimiter"),
        (b"nonsense\n", "x.jsonl line 1, column 1: not JSON"),
        (b"[1, 2]\n", "x.jsonl line 1: expected a JSON object, found a list: [1, 2]"),
        (b'"text"\n', "line 1: expected a JSON object, found a string"),
        (b"null\n", "line 1: expected a JSON object, found null"),
        (b'{"a": ' + b"1" * 5000 + b"}", "line 1: not JSON that can be read"),
        (b"[" * 200_000, "line 1: the JSON is nested too deeply"),
        (b'{"a": 1}\n{"a": "\xff"}\n', "x.jsonl is not UTF-8: byte 0xff at offset 16 (line 2)"),
    ],
)
def test_a_bad_line_is_named_with_its_cause(data: bytes, message: str) -> None:
    assert message in str(problem(data))


def test_a_last_line_cut_short_is_called_that() -> None:
    assert "cut short" in problem(b'{"a": 1}\n{"a": "tex').hint


def test_gzip_is_known_by_its_bytes_not_its_name(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(gzip.compress(b"{}"))
    (tmp_path / "plain.jsonl.gz").write_bytes(b"{}")
    assert read_bytes(tmp_path / "rows.jsonl") == read_bytes(tmp_path / "plain.jsonl.gz") == b"{}"


def test_damaged_gzip_is_an_input_error_at_any_length(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"task_id": "Demo/0"}\n' * 100)
    file = tmp_path / "rows.jsonl.gz"
    for length in range(2, len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"rows\.jsonl\.gz is cut short"):
            read_bytes(file)
    file.write_bytes(whole[:20] + bytes([whole[20] ^ 255]) + whole[21:])
    with pytest.raises(InputError, match=r"rows\.jsonl\.gz is"):
        read_bytes(file)


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "samples.jsonl").touch()
    with pytest.raises(InputError, match="no such file") as caught:
        read_bytes(tmp_path / "sample.jsonl")
    assert caught.value.hint == "did you mean 'samples.jsonl'?"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can not be read: Is a directory"):
        read_bytes(tmp_path)


def test_a_file_that_was_compressed_twice_is_called_that(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl.gz"
    file.write_bytes(gzip.compress(gzip.compress(b"{}")))
    with pytest.raises(InputError, match=r"rows\.jsonl\.gz is compressed twice"):
        read_bytes(file)


def test_a_link_to_nowhere_says_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").symlink_to("gone.jsonl")
    with pytest.raises(InputError, match=r"rows\.jsonl is a link to gone\.jsonl, which is not there"):
        read_bytes(tmp_path / "rows.jsonl")


def test_a_named_pipe_that_nobody_writes_to_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_bytes(tmp_path / "pipe") == b""


def test_a_pipe_is_read_to_its_end_however_slow() -> None:
    reads, writes = os.pipe()

    def write_late() -> None:
        with open(writes, "wb") as handle:
            handle.write(b"{}")

    threading.Timer(0.2, write_late).start()
    assert read_bytes(Path(f"/dev/fd/{reads}")) == b"{}"
    os.close(reads)
