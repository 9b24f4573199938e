"""On an accelerator: bf16 and packing, and what they reach. Skipped by name where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

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


def test_a_study_of_two_arms_from_scratch(tmp_path: Path) -> None:
    """The small model of the miniature, trained on seeds and on fused rows, scored and compared."""
    made = ["fuse", "offline:300", "--teacher", "offline", "--target-size", "300", "--decontaminate", "none"]
    study = {
        "name": "gpu",
        "baseline": "seeds",
        "out": str(tmp_path / "study"),
        "sizes": [300],
        "seeds": [1],
        "bases": [{"name": "miniature", "path": "miniature"}],
        "recipes": [{"name": "seeds", "sources": [{"path": "offline:300"}]}, {"name": "fused", "make": [made]}],
        "training": {
            "data": {"template": "chat", "max_length": 256},
            "train": {"epochs": 6, "batch": 16, "micro_batch": 16, "learning_rate": 3e-3, "warmup": 0.1},
        },
        "score": {"benchmarks": ["miniature"], "max_tokens": 160},
    }
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study))
    done = run("study", str(tmp_path / "study.yaml"))
    assert done.returncode == 0, done.stderr
    report = (tmp_path / "study" / "report.md").read_text()
    assert "| miniature | miniature | 300 | fused |" in report
    print(done.stderr, report)
