"""Data sets: forms, mixtures, orders, and what is said of rows that are wrong."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from harness.errors import InputError
from harness.models.model import Message
from training.data.conversation import Conversation
from training.data.mixture import mix, weighted
from training.data.order import ordered
from training.data.sources import read_source
from training.settings import DataSettings, SourceSettings

ROWS = {
    "alpaca": {"instruction": "Add.", "input": "", "output": "3"},
    "alpaca-response": {"instruction": "Add.", "response": "3"},
    "messages": {"messages": [{"role": "user", "content": "Add."}, {"role": "assistant", "content": "3"}]},
    "sharegpt": {"conversations": [{"from": "human", "value": "Add."}, {"from": "gpt", "value": "3"}]},
    "prompt-completion": {"prompt": "Add.", "completion": "3"},
    "conversational": {
        "prompt": [{"role": "user", "content": "Add."}],
        "completion": [{"role": "assistant", "content": "3"}],
    },
}
ASKED = (Message("user", "Add."), Message("assistant", "3"))


def written(path: Path, rows: list[dict[str, object]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", ROWS)
def test_every_form_is_told_by_its_columns(tmp_path: Path, name: str) -> None:
    source = read_source(SourceSettings(written(tmp_path / "rows.jsonl", [ROWS[name]])))
    assert source.conversations[0].turns == ASKED


@pytest.mark.parametrize("ending", [".json", ".jsonl.gz", ".csv", ".parquet"])
def test_every_kind_of_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows{ending}"
    row = ROWS["alpaca"]
    if ending == ".json":
        path.write_text(json.dumps([row]))
    elif ending == ".csv":
        path.write_text("instruction,output\nAdd.,3\n")
    elif ending == ".parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        import pyarrow

        parquet.write_table(pyarrow.Table.from_pylist([row]), path)
    else:
        path.write_bytes(gzip.compress(json.dumps(row).encode()))
    assert read_source(SourceSettings(str(path))).conversations[0].turns == ASKED


def test_a_folder_that_fuse_wrote(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    written(tmp_path / "data" / "alpaca.jsonl", [ROWS["alpaca"]])
    written(tmp_path / "data" / "messages.jsonl", [ROWS["messages"]])
    assert len(read_source(SourceSettings(str(tmp_path))).conversations) == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"instruction": "Add.", "output": ""}, "1 of 1 rows have an empty answer, the first is row 1"),
        ({"instruction": "", "output": "3"}, "row 1: an instruction is empty"),
        ({"instruction": "Add.", "text": "3"}, "no form of training data has these columns: instruction, text"),
        ({"instruction": 5, "output": "3"}, "row 1: instruction is no text"),
        ({"messages": [{"role": "user", "content": "Add."}]}, "row 1: it does not end with an answer"),
        ({"messages": [{"role": "assistant", "content": "3"}]}, "turn 1 is the assistant's, and the user's was due"),
        ({"messages": [{"role": "usr", "content": "3"}]}, "has the role 'usr', did you mean 'user'?"),
        ({"messages": "Add."}, "messages is no list of turns"),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, row: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_source(SourceSettings(written(tmp_path / "rows.jsonl", [row])))
    assert message in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl", [{"question": "Add.", "anwser": "3"}])
    columns = {"instruction": "question", "output": "answer"}
    with pytest.raises(InputError, match="no column 'answer'") as caught:
        read_source(SourceSettings(path, "alpaca", columns))
    assert caught.value.hint == "did you mean 'anwser'?"
    later = written(tmp_path / "later.jsonl", [ROWS["alpaca"], {"instruction": "Add."}])
    with pytest.raises(InputError, match="row 2: no column 'output'"):
        read_source(SourceSettings(later))


def test_empty_answers_can_be_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl", [ROWS["alpaca"], {"instruction": "Add.", "output": " "}])
    source = read_source(SourceSettings(path), skip_empty=True)
    assert (len(source.conversations), source.empty) == (1, 1)


def rows(count: int) -> list[Conversation]:
    return [Conversation((Message("user", str(n)), Message("assistant", "x")), "demo", float(n)) for n in range(count)]


def test_a_smaller_cap_is_inside_a_larger_one_whatever_the_file_s_order() -> None:
    few = weighted(rows(100), SourceSettings("demo", cap=10), 1)
    more = weighted(rows(100)[::-1], SourceSettings("demo", cap=20), 1)
    assert set(few) < set(more)
    assert set(few) != set(weighted(rows(100), SourceSettings("demo", cap=10), 2))


def test_weights_and_caps_of_a_mixture(tmp_path: Path) -> None:
    paths = [
        written(tmp_path / f"{name}.jsonl", [{"prompt": f"{name}{n}", "completion": "x"} for n in range(20)])
        for name in "ab"
    ]
    settings = DataSettings((SourceSettings(paths[0], weight=0.5), SourceSettings(paths[1], cap=5, weight=3.0)))
    mixture = mix(settings, 0)
    assert [(part.rows, part.taken) for part in mixture.parts] == [(20, 10), (20, 15)]
    assert len(set(mixture.conversations)) == 15


def test_a_curriculum_goes_from_easy_to_hard_and_mixes_neighbours() -> None:
    strict = [row.difficulty for row in ordered(rows(50)[::-1], DataSettings(order="curriculum", smoothness=0), 0)]
    assert strict == sorted(strict)
    smooth = [row.difficulty for row in ordered(rows(1000), DataSettings(order="curriculum", smoothness=0.2), 0)]
    assert smooth != sorted(smooth)
    assert np.corrcoef(np.arange(1000), np.array(smooth, dtype=float))[0, 1] > 0.9
    shuffled = [row.difficulty for row in ordered(rows(1000), DataSettings(), 0)]
    assert abs(np.corrcoef(np.arange(1000), np.array(shuffled, dtype=float))[0, 1]) < 0.2


def test_a_curriculum_needs_its_column(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl", [{**ROWS["alpaca"], "level": "hard"}])
    settings = DataSettings((SourceSettings(path),), order="curriculum", difficulty="level")
    with pytest.raises(InputError, match="no number in the column 'level'"):
        mix(settings, 0)


def test_no_data() -> None:
    with pytest.raises(InputError, match="no data to learn from"):
        mix(DataSettings(), 0)
