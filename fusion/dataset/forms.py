"""The rows in the forms that trainers read, as JSON lines and Parquet: Alpaca, messages, prompt and completion."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from fusion.dataset.rows import Row
from fusion.seeds import Seed
from harness.formats.atomic import write_atomically

FORMS = ("alpaca", "messages", "prompt_completion")


def _alpaca(row: Row) -> Mapping[str, object]:
    return {"instruction": row.instruction, "input": "", "output": row.output}


def _messages(row: Row) -> Mapping[str, object]:
    return {
        "messages": [
            {"role": "user", "content": row.instruction},
            {"role": "assistant", "content": row.output},
        ]
    }


def _prompt_completion(row: Row) -> Mapping[str, object]:
    return {"prompt": row.instruction, "completion": row.output}


_MAKERS: Mapping[str, Callable[[Row], Mapping[str, object]]] = {
    "alpaca": _alpaca,
    "messages": _messages,
    "prompt_completion": _prompt_completion,
}


def write_forms(folder: Path, rows: Iterable[Row]) -> list[Path]:
    """Write the rows in every form.

    Every row also names itself and its parents, so that a copy leads back to its lineage.

    Args:
        folder: Of the data set; the files come into its folder `data`.
        rows: The rows, in their order.

    Returns:
        The files.
    """
    rows = list(rows)
    written = []
    for form, make in _MAKERS.items():
        lines = []
        for row in rows:
            plain = {**make(row), "id": row.id, "language": row.language, "parents": list(row.parents)}
            if row.verified is not None:
                plain["verified"] = row.verified
            if row.pass_rate is not None:
                plain["pass_rate"] = row.pass_rate
            if row.judged_difficulty is not None:
                plain["judged_difficulty"] = row.judged_difficulty
            lines.append(json.dumps(plain) + "\n")
        path = folder / "data" / f"{form}.jsonl"
        write_atomically(path, "".join(lines))
        written.append(path)
        if rows:
            written.append(_parquet(path))
    return written


def write_rounds(folder: Path, rows: Sequence[Row], seeds: Iterable[Seed]) -> list[Path]:
    """Write each round of evolved rows, and each merged with the seeds and all rounds before it, in Alpaca form.

    WizardCoder trains on the merged ones. A seed without an answer is left out.

    Args:
        folder: Of the data set; the files come into its folder `data`.
        rows: The rows of all rounds.
        seeds: The seeds, without those that give a benchmark away.
    """
    plain = [
        {"instruction": seed.instruction, "input": "", "output": seed.response, "id": seed.id, "round": 0}
        for seed in seeds
        if seed.response
    ]
    merged = [json.dumps(line) + "\n" for line in plain]
    written = []
    for number in sorted({row.round for row in rows}):
        lines = [
            json.dumps({**_alpaca(row), "id": row.id, "parents": list(row.parents), "round": number}) + "\n"
            for row in rows
            if row.round == number
        ]
        merged += lines
        for name, content in ((f"round-{number}", lines), (f"merged-{number}", merged)):
            path = folder / "data" / f"{name}.jsonl"
            write_atomically(path, "".join(content))
            written.append(path)
    return written


def _parquet(path: Path) -> Path:
    """Turn a file of JSON lines into Parquet."""
    import duckdb

    target = path.with_suffix(".parquet")
    temporary = target.with_name(f".{target.name}.tmp")
    with duckdb.connect() as connection:
        # Threads off: the order of the rows must be that of the lines.
        connection.execute("SET threads = 1")
        connection.execute(
            f"COPY (SELECT * FROM read_json({_quoted(path)}, format='newline_delimited', "
            f"maximum_object_size=67108864)) TO {_quoted(temporary)} (FORMAT parquet)"
        )
    temporary.replace(target)
    return target


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
