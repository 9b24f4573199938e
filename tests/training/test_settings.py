"""Settings: what wins over what, and what is said of a name or a value that is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from harness.errors import InputError
from tests.training.command import run
from training.read_settings import checked_settings, preset_names, read_settings

PRESETS = Path(__file__).parents[2] / "training" / "presets"


def test_flag_over_file_over_preset(tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text('preset = "wizardcoder"\n[train]\nbatch = 64\nlearning_rate = 1e-5\n')
    settings = checked_settings(read_settings(config, None, {"train.batch": 32}))
    assert (settings.train.batch, settings.train.learning_rate, settings.train.warmup) == (32, 1e-5, 30)
    assert checked_settings(read_settings(config, "tiny-cpu")).train.warmup == 2


def test_yaml_is_read_too(tmp_path: Path) -> None:
    config = tmp_path / "own.yaml"
    config.write_text("train:\n  seed: 7\ndata:\n  sources:\n  - path: a.jsonl\n    weight: 0.5\n")
    settings = checked_settings(read_settings(config))
    assert settings.train.seed == 7
    assert settings.data.sources[0].weight == 0.5


@pytest.mark.parametrize(
    ("table", "message", "hint"),
    [
        ({"train": {"learning_rat": 1}}, "no setting 'train.learning_rat'", "did you mean 'train.learning_rate'?"),
        ({"learning_rate": 1}, "no setting 'learning_rate'", "did you mean 'train.learning_rate'?"),
        ({"train": {"batch": 0}}, "train.batch = 0", "docs/training.md"),
        ({"train": {"method": "lor"}}, "train.method = 'lor'", "docs/training.md"),
        ({"data": {"sources": [{"path": "a", "weight": -1}]}}, "data.sources.0.weight = -1", "docs/training.md"),
        ({"train": {"learning_rate": float("nan")}}, "train.learning_rate = nan", "docs/training.md"),
    ],
)
def test_what_is_wrong_is_named(table: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_settings(table)
    assert message in str(caught.value)
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", preset_names())
def test_every_value_of_a_preset_has_its_source(name: str) -> None:
    text = (PRESETS / f"{name}.toml").read_text()
    assert checked_settings(tomllib.loads(text))
    is_ours = name == "tiny-cpu"
    for line in text.splitlines():
        if "=" in line and not line.startswith("#") and not is_ours:
            assert "  # " in line, f"no source: {line}"


def test_the_paper_s_presets_say_what_is_known() -> None:
    for size in ("7b", "13b", "34b"):
        train = checked_settings(read_settings(None, f"paper-{size}")).train
        assert (train.epochs, train.batch) == (2, 256)
        text = (PRESETS / f"paper-{size}.toml").read_text()
        assert "learning_rate = 2e-5  # not stated in any source we could read" in text


def test_show_config_prints_what_is_used() -> None:
    done = run("train", "--preset", "paper-13b", "--show-config", "--batch", "128")
    assert done.returncode == 0
    assert "batch: 128" in done.stdout
    assert "base: codellama/CodeLlama-13b-hf" in done.stdout


def test_no_such_file_and_no_such_preset(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("a = ")
    for arguments, words in (
        (["train", str(tmp_path / "non.toml")], "no such file"),
        (["train", str(tmp_path / "own.toml")], "is no config"),
        (["train", "--preset", "tiny-gpu"], "did you mean 'tiny-cpu'?"),
        (["train", "--preset", "tiny-cpu", "--set", "train.steps"], "is no setting"),
    ):
        done = run(*arguments)
        assert done.returncode == 2, done.stderr
        assert words in done.stderr
