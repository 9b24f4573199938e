"""How far a run is, as it tells while it is made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a run is. `stage` is `references`, `generate` or `grade`; `done` counts what the stage has done."""

    done: int
    total: int
    passed: int
    stage: str
    infra_errors: int = 0
    generated: int | None = None
    """Answers that are there, where a model is asked while they are graded."""
    tokens: int = 0
    """Tokens that it has written in this sitting."""
