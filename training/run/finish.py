"""The last or best checkpoint as a model that `fuseval score` and others load: merged, with the template in it.

Everything is written into a folder beside first. `config.json`, without which no tool takes the folder for a model, is
moved last.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import EnvironmentLacking
from training.masks.encode import encode
from training.masks.template import without_marks
from training.run.base import loading
from training.run.checkpoints import Checkpoint
from training.run.prepare import Prepared

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

ADAPTER = "adapter"
_LAST = "config.json"
_WEIGHTS = ("model*.safetensors*", "config.json", "generation_config.json")


def write_model(prepared: Prepared, checkpoint: Checkpoint, out: Path, card: str) -> None:
    """Make the training's folder a model.

    Args:
        prepared: What was learned.
        checkpoint: Whose weights.
        out: The training's folder.
        card: The model card, Markdown.

    Raises:
        EnvironmentLacking: The disk is full, or the memory does not hold the merged model; nothing is half written.
    """
    from transformers import AutoTokenizer

    with loading(str(checkpoint.folder)):
        tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder)
    tokenizer.chat_template = without_marks(prepared.template.chat.text)
    if prepared.template.name == "chat":
        tokenizer.chat_template = prepared.tokenizer.chat_template
    place = Path(tempfile.mkdtemp(dir=out, prefix=".writing-"))
    try:
        _write_weights(prepared, checkpoint, place)
        tokenizer.save_pretrained(place)
        _name_end(prepared, tokenizer, place)
        (place / "README.md").write_text(card, encoding="utf-8")
        for file in sorted(place.rglob("*")):
            if file.is_file():
                os.chmod(file, 0o644)
                with file.open("rb") as handle:
                    os.fsync(handle.fileno())
        for item in sorted(place.iterdir(), key=lambda item: item.name == _LAST):
            if item.is_dir() and (out / item.name).is_dir():
                shutil.rmtree(out / item.name)
            os.replace(item, out / item.name)
    except OSError as error:
        raise EnvironmentLacking(
            f"the model could not be written to {out}: {error.strerror or error}",
            hint="make room, and the same command goes on from there",
        ) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _write_weights(prepared: Prepared, checkpoint: Checkpoint, place: Path) -> None:
    if prepared.settings.train.method == "full":
        for pattern in _WEIGHTS:
            for file in checkpoint.folder.glob(pattern):
                shutil.copy2(file, place / file.name)
        return
    adapter = place / ADAPTER
    adapter.mkdir()
    for file in checkpoint.folder.glob("adapter_*"):
        shutil.copy2(file, adapter / file.name)
    if prepared.settings.lora.merge:
        _merge(prepared, adapter, place)


def _merge(prepared: Prepared, adapter: Path, place: Path) -> None:
    """Add the adapter to the base's own weights, in float32, and keep them in the base's own kind of number."""
    import torch
    from peft import PeftModel

    own = getattr(prepared.base.config(), "dtype", None) or torch.float32
    model = prepared.base.model("float32", is_quantised=False)
    merged = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
    merged.to(own).save_pretrained(place)


def _name_end(prepared: Prepared, tokenizer: PreTrainedTokenizerBase, place: Path) -> None:
    """Let a generator stop at the token with which the answers end, where that is another than the tokenizer says."""
    from training.masks.template import PROBE

    probe = encode(prepared.template.render(PROBE), prepared.tokenizer, 1 << 20)
    last = int(probe.ids[probe.is_learned][-1])
    path = place / "generation_config.json"
    is_special = last in tokenizer.added_tokens_decoder and tokenizer.added_tokens_decoder[last].special
    if not is_special or not path.is_file():
        return
    said = json.loads(path.read_text(encoding="utf-8"))
    ends = said.get("eos_token_id")
    known = [ends] if isinstance(ends, int) else list(ends or [])
    if last not in known:
        said["eos_token_id"] = [*known, last]
        path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
