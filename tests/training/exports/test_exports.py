"""Exported trainings: read by the other trainers' own parsers, and learned with the same tokens and masks.

LLaMA-Factory and axolotl pin other versions of transformers than this project, so each is looked for in an interpreter
of its own: LLAMAFACTORY_PYTHON and AXOLOTL_PYTHON name them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from harness import cli
from harness.models.model import Message
from tests.training.command import run
from tests.training.tiny import byte_tokenizer, make_model
from training.masks.encode import encode
from training.masks.template import choose_template

LLAMAFACTORY = """
import importlib.machinery, importlib.util, json, sys, types
if importlib.util.find_spec("torchaudio") is None:  # for sound; there is none beside torch's build for CPUs
    sys.modules["torchaudio"] = types.ModuleType("torchaudio")
    sys.modules["torchaudio"].__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
from llamafactory.hparams import get_train_args
from llamafactory.data import get_template_and_fix_tokenizer
from llamafactory.data.converter import align_dataset
from llamafactory.data.parser import get_dataset_list
from llamafactory.data.loader import _load_single_dataset
from transformers import AutoTokenizer
import yaml
config = yaml.safe_load(open("train.yaml"))
model_args, data_args, training_args, finetuning_args, _ = get_train_args(config)
tokenizer = AutoTokenizer.from_pretrained(model_args.model_name_or_path)
template = get_template_and_fix_tokenizer(tokenizer, data_args)
(attributes,) = get_dataset_list(data_args.dataset, data_args.dataset_dir)
rows = _load_single_dataset(attributes, model_args, data_args, training_args)
made = []
for row in rows:
    turns = template.encode_multiturn(tokenizer, row["_prompt"] + row["_response"], row["_system"], row["_tools"])
    ids = [token for pair in turns for part in pair for token in part]
    learned = [flag for pair in turns for flag, part in zip((False, True), pair) for _ in part]
    made.append([ids, learned])
print(json.dumps({"rows": made, "type": finetuning_args.finetuning_type, "steps": training_args.max_steps,
    "rate": training_args.learning_rate, "length": data_args.cutoff_len, "rank": finetuning_args.lora_rank}))
"""
AXOLOTL = """
import json, yaml
from axolotl.utils.config import validate_config
from axolotl.utils.dict import DictDefault
from axolotl.utils.schemas.config import AxolotlInputConfig
config = yaml.safe_load(open("config.yaml"))
checked = AxolotlInputConfig(**config)
print(json.dumps({"rate": checked.learning_rate, "length": checked.sequence_len, "adapter": checked.adapter}))
from transformers import AutoTokenizer
from axolotl.prompt_strategies.chat_template import load
from axolotl.utils.chat_templates import get_chat_template_from_config
tokenizer = AutoTokenizer.from_pretrained(config["base_model"])
cfg = DictDefault({**config, "train_on_inputs": False})
strategy = load(tokenizer, cfg, ds_cfg=config["datasets"][0])
made = []
for line in open("data.jsonl"):
    row = strategy.tokenize_prompt(json.loads(line))
    made.append([row["input_ids"], [label != -100 for label in row["labels"]]])
print(json.dumps({"rows": made}))
"""

TALKS = (
    (Message("user", "Add."), Message("assistant", "3")),
    (Message("user", "Add.\n\n### Input:\n1 2"), Message("assistant", "3")),
    (Message("system", "Be brief."), Message("user", "Add."), Message("assistant", "3")),
    (Message("user", "Add."), Message("assistant", "3"), Message("user", "More."), Message("assistant", "4")),
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    base = make_model(tmp_path / "base", byte_tokenizer(None))
    rows = [{"messages": [{"role": turn.role, "content": turn.content} for turn in turns]} for turns in TALKS]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    path = tmp_path / "train.yaml"
    settings = {
        "model": {"base": str(base)},
        "data": {"sources": [{"path": str(tmp_path / "rows.jsonl")}], "max_length": 512, "template": "alpaca"},
        "train": {"method": "lora", "batch": 4, "micro_batch": 2, "learning_rate": 1e-3, "steps": 7},
        "lora": {"r": 8},
    }
    path.write_text(yaml.safe_dump(settings))
    return path


def parsed(tool: str, program: str, folder: Path) -> list[dict[str, object]]:
    """Run a program in the interpreter that has the tool; skipped by name where there is none."""
    python = os.environ.get(f"{tool.upper()}_PYTHON", sys.executable)
    found = subprocess.run(
        [python, "-c", f"import importlib.util as u; exit(u.find_spec({tool!r}) is None)"], check=False
    )
    if found.returncode:
        pytest.skip(f"{tool} is not installed; {tool.upper()}_PYTHON names an interpreter that has it")
    variables = {
        "DISABLE_VERSION_CHECK": "1",
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
    }
    done = subprocess.run(
        [python, "-c", program],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def ours(folder: Path) -> dict[str, list[bool]]:
    """What fuseval learns: the masks by the tokens, in their own order."""
    tokenizer = byte_tokenizer(None)
    template = choose_template("alpaca", tokenizer)
    rows = [encode(template.render(turns), tokenizer, 512) for turns in TALKS]
    return {json.dumps(row.ids.tolist()): row.is_learned.tolist() for row in rows}


def exported(config: Path, trainer: str) -> Path:
    folder = config.parent / trainer
    done = run("export", str(config), "--to", trainer, "-o", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def same_tokens(made: object, folder: Path, behind: int) -> None:
    """The same tokens and masks as ours, but for what stands behind the last answer."""
    assert isinstance(made, list)
    wanted = ours(folder)
    assert len(made) == len(wanted)
    for ids, learned in made:
        cut = len(ids) - behind
        mask = wanted[json.dumps(ids[:cut])]
        inner = [flag for flag, token in zip(learned[:cut], ids, strict=False) if token != byte_newlines()]
        assert inner == [flag for flag, token in zip(mask, ids, strict=False) if token != byte_newlines()]


def byte_newlines() -> int:
    """The token between two turns, which LLaMA-Factory counts to the answer before it."""
    return int(byte_tokenizer(None).convert_tokens_to_ids("ĊĊ"))


def test_llamafactory_reads_it_and_makes_the_same_tokens(config: Path) -> None:
    folder = exported(config, "llamafactory")
    (said,) = parsed("llamafactory", LLAMAFACTORY, folder)
    assert (said["type"], said["steps"], said["rate"], said["length"], said["rank"]) == ("lora", 7, 1e-3, 512, 8)
    same_tokens(said["rows"], folder, behind=1)


@pytest.mark.parametrize("trainer", ["llamafactory", "axolotl", "trl"])
def test_a_base_beside_the_config_is_found_from_the_exports_folder(
    config: Path, trainer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(config.parent)
    config.write_text(config.read_text().replace(str(config.parent / "base"), "./base"))
    assert cli.main(["export", str(config), "--to", trainer, "-o", "out"]) == 0
    written = Path("out", "train.yaml" if trainer == "llamafactory" else "config.yaml")
    settings = yaml.safe_load(written.read_text())
    assert Path(settings.get("base_model") or settings["model_name_or_path"]) == (config.parent / "base").resolve()


def test_axolotl_reads_it_and_makes_the_same_tokens(config: Path) -> None:
    folder = exported(config, "axolotl")
    settings, rows = parsed("axolotl", AXOLOTL, folder)
    assert (settings["rate"], settings["length"], settings["adapter"]) == (1e-3, 512, "lora")
    same_tokens(rows["rows"], folder, behind=0)


@pytest.mark.filterwarnings("ignore")
def test_trl_reads_it(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("trl")
    from trl import ModelConfig, ScriptArguments, SFTConfig, TrlParser

    folder = exported(config, "trl")
    monkeypatch.chdir(folder)
    parser = TrlParser((ScriptArguments, SFTConfig, ModelConfig))
    script, training, model = parser.parse_args_and_config(["--config", "config.yaml", "--use_cpu", "true"])
    assert (script.dataset_name, training.max_steps, model.lora_r) == ("data", 7, 8)
    rows = [json.loads(line) for line in (folder / "data" / "train.jsonl").read_text().splitlines()]
    wanted = ours(folder)
    for row in rows:
        assert wanted[json.dumps(row["input_ids"])] == [label != -100 for label in row["labels"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "llamafactry", "-o", "x"], "did you mean 'llamafactory'?"),
        (["--to", "trl"], "no folder to write to"),
        (["--to", "trl", "-o", "x", "--format", "evalplus"], "--format and --bench are for a run"),
        (["--set", "a=1"], "--set is for a training"),
    ],
)
def test_what_is_wrong_is_said(config: Path, arguments: list[str], words: str) -> None:
    done = run("export", str(config), *arguments)
    assert done.returncode == 2
    assert words in done.stderr
