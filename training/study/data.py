"""Stage 1: the rows of a recipe at one size; the rows of a smaller size are among those of a larger one."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

from fusion.dataset.record import read_record
from harness.errors import EnvironmentLacking, InputError
from harness.formats.atomic import write_atomically
from training.data.conversation import Conversation
from training.data.mixture import mix
from training.settings import SourceSettings
from training.study.settings import RecipeSettings, Size, StudySettings, shared_training
from training.study.stages import Stage, content_hash, files_below

ROWS = "rows.jsonl"
_TAIL = 6


def data_stage(root: Path, study: StudySettings, recipe: RecipeSettings, size: Size) -> Stage:
    """Describe the stage.

    Args:
        root: The study's folder.
        study: How rows are chosen and read.
        recipe: Whose rows.
        size: How many.
    """
    sources = [{**asdict(source), "path": content_hash(source.path)} for source in recipe.sources]
    reading = shared_training(study).data
    inputs: dict[str, object] = {
        "sources": sources,
        "make": [[content_hash(part) for part in command] for command in recipe.make],
        "size": size,
        "seed": study.data_seed,
    }
    inputs |= {"skip_empty": True} if reading.skip_empty else {}
    inputs |= {"difficulty": reading.difficulty} if reading.order == "curriculum" else {}
    return Stage(root, "data", inputs)


def make_data(stage: Stage, study: StudySettings, recipe: RecipeSettings, size: Size) -> None:
    """Make the rows.

    Args:
        stage: As `data_stage` gave it.
        study: How rows are chosen and read.
        recipe: Whose rows.
        size: How many.

    Raises:
        InputError: A data set is wrong, or has fewer rows.
        EnvironmentLacking: A command that makes a data set failed.
    """
    costs: list[dict[str, object]] = []
    sources = list(recipe.sources)
    for command in recipe.make:
        made, cost = _made(stage.root, command)
        sources.append(SourceSettings(str(made)))
        costs.append(cost)
    reading = shared_training(study).data
    mixture = mix(replace(reading, sources=tuple(sources)), study.data_seed)
    rows = sorted(mixture.conversations, key=lambda row: row.key(study.data_seed))
    if size != "all":
        if len(rows) < size:
            raise InputError(
                f"the recipe {recipe.name} has {len(rows):,} rows, and the study has a size of {size:,}",
                hint='smaller sizes, more data, or the size "all"',
            )
        rows = rows[:size]
    write_atomically(stage.folder / ROWS, "".join(_line(row, reading.difficulty) for row in rows))
    parts = [asdict(part) for part in mixture.parts]
    stage.finish({"recipe": recipe.name, "rows": len(rows), "parts": parts, "costs": costs}, [stage.folder / ROWS])


def row_count(stage: Stage) -> int:
    """Give how many rows a stage has that is done.

    Args:
        stage: As `data_stage` gave it.
    """
    known = stage.result()["rows"]
    assert isinstance(known, int)
    return known


def _line(row: Conversation, difficulty: str) -> str:
    """A row with what its columns say of its difficulty; a curriculum's own column is read where it is called for."""
    turns = [{"role": turn.role, "content": turn.content} for turn in row.turns]
    own = {difficulty: row.difficulty} if row.difficulty is not None else {}
    return json.dumps({**row.measures, **own, "messages": turns}) + "\n"


def _made(root: Path, command: tuple[str, ...]) -> tuple[Path, dict[str, object]]:
    """Run a fuseval command that writes a data set; one that was run before is not run again.

    A command whose budget is spent has made what the budget buys, and that is what its recipe has.
    """
    stage = Stage(root, "made", {"command": [content_hash(part) for part in command]})
    out = stage.folder / "dataset"
    if not stage.is_done:
        out.parent.mkdir(parents=True, exist_ok=True)
        typed = [sys.executable, "-m", "harness.cli", *command, "--out", str(out)]
        done = subprocess.run(typed, capture_output=True, text=True, check=False)
        record = read_record(out)
        has_bought = record is not None and record.is_budget_spent and record.rows > 0
        if done.returncode not in (0, 1) and not has_bought:
            tail = " / ".join(done.stderr.strip().splitlines()[-_TAIL:])
            kind = InputError if done.returncode == InputError.exit_code else EnvironmentLacking
            raise kind(f"fuseval {' '.join(command)} ended with {done.returncode}: {tail}")
        cost: dict[str, object] = {"command": " ".join(command)}
        if record is not None:
            cost |= {"rows": record.rows, "calls": record.calls, "tokens": dict(record.tokens)}
            cost |= {"seconds": record.seconds}
            cost |= {"usd": record.cost} if record.cost is not None else {}
        stage.finish({"cost": cost}, files_below(out))
    found = stage.result()["cost"]
    assert isinstance(found, dict)
    return out, found
