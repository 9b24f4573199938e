"""What a training's folder keeps of the training itself: `training.json`, written at its start and at its end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from harness.errors import InputError
from harness.formats.atomic import write_atomically
from training.read_settings import as_table
from training.run.card import LossPoint, Told
from training.run.estimate import Estimate
from training.run.prepare import Prepared

_NAME = "training.json"
_NO_CHANGE = ("out", "report_to", "checkpoints", "evaluation")
"""Settings that make no other steps."""


class _Finished(BaseModel):
    weights: dict[str, int]
    """Files and their bytes."""


class _Settings(BaseModel):
    evaluation: dict[str, object]


class _Stored(BaseModel):
    """The file; what is not named here is for people."""

    identity: str
    settings: _Settings
    finished: _Finished | None = None


@dataclass(frozen=True)
class TrainingRecord:
    """The record of one training folder."""

    folder: Path

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return self.folder / _NAME

    def identity(self) -> str:
        """Whose folder it is; empty where it is nobody's.

        Raises:
            InputError: The file is damaged.
        """
        stored = self._read()
        return stored.identity if stored else ""

    def is_finished(self) -> bool:
        """Whether the training came to its end."""
        stored = self._read()
        return stored is not None and stored.finished is not None

    def has_model(self) -> bool:
        """Whether the model that it made is there as it was written; its card may have been edited."""
        stored = self._read()
        if stored is None or stored.finished is None or not (self.folder / "README.md").is_file():
            return False
        return stored.finished.weights == _weights(self.folder)

    def evaluation(self) -> Mapping[str, object]:
        """By which scores the checkpoint was chosen, as settings; empty where it is nobody's folder."""
        stored = self._read()
        return stored.settings.evaluation if stored else {}

    def begin(self, prepared: Prepared, identity: str) -> None:
        """Write what is known at the start."""
        self._write(_known(prepared, identity))

    def finish(self, prepared: Prepared, identity: str, found: Estimate, told: Told) -> None:
        """Write what came of it."""
        finished: dict[str, object] = {
            "step": told.step,
            "steps": found.steps,
            "tokens": found.tokens,
            "parameters": found.parameters,
            "trained_parameters": found.trained,
            "seconds": round(told.spent.seconds, 1),
            "losses": _losses(told.losses),
            "scores": [asdict(one) for one in told.scores],
            "benchmark": told.benchmark,
            "software": told.software,
            "weights": _weights(self.folder),
        }
        if told.spent.joules is not None:
            finished["joules"] = round(told.spent.joules, 1)
        self._write({**_known(prepared, identity), "finished": finished})

    def _read(self) -> _Stored | None:
        try:
            return _Stored.model_validate_json(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError, UnicodeDecodeError) as error:
            raise InputError(f"{self.path} is damaged: {error}", hint="--fresh starts over") from None

    def _write(self, plain: Mapping[str, object]) -> None:
        write_atomically(self.path, json.dumps(plain, indent=1) + "\n")


def identity_of(prepared: Prepared, processes: int) -> str:
    """Hash everything that can change the weights that come out.

    Args:
        prepared: What is learned.
        processes: That share a step; they draw rows in another order.
    """
    table = {name: value for name, value in as_table(prepared.settings).items() if name not in _NO_CHANGE}
    table |= {
        "base": prepared.base.revision,
        "data": prepared.encoded.sha256,
        "processes": processes,
        "dtype": prepared.settings.model.dtype,
    }
    table.pop("model")
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()[:12]


def _known(prepared: Prepared, identity: str) -> dict[str, object]:
    encoded = prepared.encoded
    return {
        "identity": identity,
        "base": prepared.base.name,
        "base_revision": prepared.base.revision,
        "data": [asdict(part) for part in prepared.parts],
        "data_sha256": encoded.sha256,
        "conversations": len(encoded.rows),
        "tokens": encoded.tokens,
        "learned_tokens": encoded.learned,
        "settings": as_table(prepared.settings),
    }


def _losses(points: Sequence[LossPoint]) -> list[list[float]]:
    return [[point.step, point.loss] for point in points]


def _weights(folder: Path) -> dict[str, int]:
    files = [*folder.glob("*.safetensors"), *folder.glob("adapter/*.safetensors")]
    return {str(path.relative_to(folder)): path.stat().st_size for path in sorted(files)}
