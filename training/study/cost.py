"""What an arm's training took, as its record says it; kept with the stage, so that a model may be removed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from harness.formats.record_json import from_plain
from training.study.stages import Stage


@dataclass(frozen=True)
class Cost:
    """What a training took."""

    seconds: float
    tokens: int
    """Learned and read ones, over all steps."""
    steps: int
    losses: tuple[tuple[float, float], ...]
    """Step and loss."""
    joules: float | None = None
    """None where the machine does not tell."""


def cost_of(model: Path) -> Cost:
    """Read it from a model that is trained.

    Args:
        model: The model's folder.
    """
    finished = json.loads((model / "training.json").read_text(encoding="utf-8"))["finished"]
    return Cost(
        seconds=float(finished["seconds"]),
        tokens=int(finished["tokens"]),
        steps=int(finished["steps"]),
        joules=finished.get("joules"),
        losses=tuple((float(step), float(loss)) for step, loss in finished["losses"]),
    )


def read_cost(train: Stage) -> Cost | None:
    """Read it from the stage, also where its model was removed.

    Args:
        train: Of the training.

    Returns:
        None where the training never came to its end.

    Raises:
        InputError: What is kept is damaged.
    """
    known = train.known()
    return from_plain(Cost, known["cost"], str(train.folder)) if known is not None else None
