"""Checkpoints through vLLM, where it is installed and finds a device; and what is said where it is not."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.models.backends import ModelOptions, choose_backend, probe
from harness.models.backends.checkpoint_place import adapter_rank
from harness.models.backends.vllm import VllmModel, engine_rank
from harness.models.model import Prompt, Request, Sampling

# Read at import, before the tests' own settings hide it.
CHECKPOINT = os.environ.get("FUSEVAL_TEST_CHECKPOINT")


def test_where_it_is_missing_the_next_one_is_chosen(tmp_path: Path) -> None:
    if importlib.util.find_spec("vllm") is not None:
        pytest.skip("vllm is installed here")
    assert probe("vllm") == "vllm missing: pip install 'fuseval[vllm]'"
    assert choose_backend(str(tmp_path), ModelOptions()) == "transformers"
    assert choose_backend("owner/name", ModelOptions(adapter="lora")) == "transformers"


def test_the_help_imports_no_engine() -> None:
    script = (
        "import sys; from harness import cli; cli.main(['score', '--help']); "
        "sys.exit(bool({'torch', 'transformers', 'vllm', 'openvino_genai'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_name_that_is_no_model_is_refused_first() -> None:
    with pytest.raises(InputError, match="no model 'gpt-5'"):
        choose_backend("gpt-5", ModelOptions())
    with pytest.raises(InputError, match="no model 'gpt-5'"):
        VllmModel("gpt-5")


def test_the_engine_gets_the_least_rank_that_holds_an_adapter(tmp_path: Path) -> None:
    settings = tmp_path / "adapter_config.json"
    settings.write_text('{"r": 16, "rank_pattern": {"q_proj": 48}}')
    assert engine_rank(adapter_rank(tmp_path)) == 64
    settings.write_text('{"peft_type": "PROMPT_TUNING"}')
    with pytest.raises(InputError, match="says no rank"):
        adapter_rank(tmp_path)


def test_it_answers() -> None:
    """Set FUSEVAL_TEST_CHECKPOINT to a checkpoint folder: an engine takes half a minute to start."""
    pytest.importorskip("vllm")
    if reason := probe("vllm"):
        pytest.skip(reason)
    if not CHECKPOINT:
        pytest.skip("FUSEVAL_TEST_CHECKPOINT names no checkpoint")
    requests = [Request("Demo/0", number, Prompt("def add(x, y):\n", stop=("\ndef ",))) for number in range(3)]
    with VllmModel(CHECKPOINT) as model:
        drawn = [list(model.answer(requests, Sampling(1.0, 0.95, 16))) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert len({answer.text for answer in drawn[0]}) > 1
