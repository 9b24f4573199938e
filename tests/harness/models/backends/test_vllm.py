"""Checkpoints through vLLM, where it is installed and finds a device; and what is said where it is not."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.models.backends import ModelOptions, choose_backend, open_model, probe
from harness.models.backends.checkpoint_place import adapter_rank
from harness.models.backends.served_vllm import ServedVllmModel
from harness.models.backends.vllm import VllmModel, engine_rank
from harness.models.model import Message, Prompt, Request, Sampling

# Read at import, before the tests' own settings hide them.
CHECKPOINT = os.environ.get("FUSEVAL_TEST_CHECKPOINT")
VLLM_PYTHON = os.environ.get("FUSEVAL_TEST_VLLM_PYTHON")


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


def test_options_of_a_server_that_is_not_started_are_refused(tmp_path: Path) -> None:
    for options, words in [
        (ModelOptions(vllm_flags="--x"), "--vllm-flags is for a server that fuseval starts"),
        (ModelOptions(serve=True, base_url="http://127.0.0.1:1/v1"), "--serve starts a vLLM server, and --base-url"),
        (ModelOptions(serve=True, backend="gguf"), "--serve starts a vLLM server, and --backend gguf has none"),
        (ModelOptions(serve=True, budget="5usd"), "--budget is for servers that cost money"),
        (ModelOptions(serve=True, vllm_python="/no/python"), "/no/python is no program"),
        (ModelOptions(serve=True, vllm_flags="'"), "--vllm-flags can not be split"),
    ]:
        with pytest.raises(InputError, match=words):
            open_model("owner/name", options, {})


def test_the_server_is_told_all_that_changes_an_answer_and_no_key(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"dtype": "bfloat16"}')
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text('{"r": 4}')
    options = ModelOptions(serve=True, adapter=str(adapter), concurrency=5, vllm_flags="--seed '7'")
    model = ServedVllmModel(str(tmp_path), options)
    command = " ".join(model.command(8123)[1:])
    assert command == (
        f"-m vllm.entrypoints.openai.api_server --model {tmp_path} --served-model-name model --host 127.0.0.1 "
        "--port 8123 --generation-config vllm --dtype bfloat16 --max-num-seqs 5 --enable-lora --max-lora-rank 8 "
        f"--lora-modules adapter={adapter} --seed 7"
    )
    assert model.settings["flags"] == "--seed 7"
    assert model.info.backend == "vllm"


@pytest.mark.long
def test_a_server_of_ones_own_answers() -> None:
    """Set FUSEVAL_TEST_VLLM_PYTHON to a Python that has vLLM, and FUSEVAL_TEST_CHECKPOINT to a checkpoint folder."""
    if not VLLM_PYTHON or not CHECKPOINT:
        pytest.skip("FUSEVAL_TEST_VLLM_PYTHON or FUSEVAL_TEST_CHECKPOINT is not set")
    chat = Prompt("def add(x, y):\n", (Message("user", "x"),))
    plain = Prompt("def add(x, y):\n", stop=("\ndef ",))
    requests = [Request("Demo/0", number, plain) for number in range(3)] + [Request("Demo/1", 0, chat)]
    long = Request("Demo/2", 0, Prompt("word " * 50_000))
    with open_model(CHECKPOINT, ModelOptions(serve=True, vllm_python=VLLM_PYTHON), {}) as model:
        drawn = [list(model.answer(requests, Sampling(1.0, 0.95, 16))) for _ in range(2)]
        too_long = list(model.answer([long], Sampling()))
    first, second = ({(item.task_id, item.sample_index): item for item in answers} for answers in drawn)
    assert first == second
    assert len({answer.text for answer in first.values()}) > 1
    assert [answer.finish_reason for answer in too_long] == ["prompt_too_long"]
