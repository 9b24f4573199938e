"""On an accelerator: bf16 and packing, and what they reach. Skipped by name where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.command import run
from tests.training.tiny import make_model, torch, write_rows

pytest.importorskip("trl")

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.accelerator.is_available(), reason="no accelerator on this machine"),
]


def test_bf16_and_packing(tmp_path: Path) -> None:
    base = make_model(tmp_path / "base", hidden_size=512, intermediate_size=1408, num_hidden_layers=8)
    rows = write_rows(tmp_path / "rows.jsonl", 2000)
    done = run(
        *("train", "--model", str(base), "--data", str(rows), "--out", str(tmp_path / "out"), "--packing"),
        *("--steps", "20", "--batch", "8", "--micro-batch", "8", "--max-length", "1024", "--learning-rate", "1e-3"),
    )
    assert done.returncode == 0, done.stderr
    assert ", bf16" in done.stdout
    assert "tokens a second over all" in done.stdout
    print(done.stdout)  # what it reached, for whoever runs it with -s
