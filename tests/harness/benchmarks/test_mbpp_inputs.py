"""MBPP's inputs are what EvalPlus makes of them, for every task."""

from __future__ import annotations

import copy
import gzip
import json
import warnings
from pathlib import Path

import pytest

from harness.benchmarks.mbpp_inputs import decode_inputs, encode_inputs


@pytest.mark.long
def test_every_task_decodes_and_encodes_as_evalplus_does(fuseval_data: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from evalplus.data.mbpp import mbpp_deserialize_inputs, mbpp_serialize_inputs
    lines = gzip.decompress((fuseval_data / "evalplus/MbppPlus.jsonl.gz").read_bytes()).splitlines()
    assert len(lines) == 378
    changed = 0
    for line in lines:
        row = json.loads(line)
        task_id = row["task_id"]
        for name in ("base_input", "plus_input"):
            theirs = mbpp_deserialize_inputs(task_id, copy.deepcopy(row[name]))
            ours = decode_inputs(task_id, row[name])
            # By repr, since 1 == 1.0 == True; the outermost container is ours to choose, it is unpacked into a call.
            assert repr(ours) == repr([list(arguments) for arguments in theirs]), task_id
            changed += ours != row[name]
            assert json.dumps(encode_inputs(task_id, ours)) == json.dumps(list(mbpp_serialize_inputs(task_id, theirs)))
    assert changed > 80


def test_tasks_that_v0_2_0_dropped_decode_too() -> None:
    decoded = decode_inputs("Mbpp/115", [[[[1, 2], [], {}]], [[{}, {}]], [{}]])
    assert decoded == [[[{1, 2}, {}, {}]], [[{}, {}]], [[]]]
    assert encode_inputs("Mbpp/115", decoded) == [[[[1, 2], [], []]], [[[], []]], [[]]]


def test_complex_numbers_come_and_go_as_texts() -> None:
    assert decode_inputs("Mbpp/124", [["1.5", "(1+2j)"]]) == [[1.5, 1 + 2j]]
    assert encode_inputs("Mbpp/124", [[1.5, 1 + 2j]]) == [["1.5", "(1+2j)"]]


def test_what_has_not_the_tasks_form_is_an_error() -> None:
    with pytest.raises(TypeError, match="expected a list, found 3"):
        decode_inputs("Mbpp/2", [[3]])
    with pytest.raises(TypeError, match="expected an object"):
        decode_inputs("Mbpp/722", [[[], 1]])


def test_the_input_is_not_changed() -> None:
    inputs = [[[1, 2], [3]]]
    decode_inputs("Mbpp/2", inputs)
    assert inputs == [[[1, 2], [3]]]
