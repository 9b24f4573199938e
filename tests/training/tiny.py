"""A tokenizer of bytes and a Llama-type model of a few thousand random weights, made on the spot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")
torch = pytest.importorskip("torch")

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ["<pad>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]


def byte_tokenizer(template: str | None = CHATML, *, adds_bos: bool = False, **changes: Any) -> Any:
    """One token a byte, one for two newlines, and the special ones: the same everywhere."""
    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate([*SPECIAL, *letters, "ĊĊ"])}
    bpe = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[("Ċ", "Ċ")]))
    bpe.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bpe.decoder = tokenizers.decoders.ByteLevel()
    bpe.add_special_tokens(SPECIAL)
    if adds_bos:
        bpe.post_processor = tokenizers.processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    options = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", **changes}
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=bpe, **options)
    tokenizer.chat_template = template
    return tokenizer


def make_model(folder: Path, tokenizer: Any = None, **changes: Any) -> Path:
    """Write the model's folder."""
    tokenizer = tokenizer or byte_tokenizer()
    tokenizer.save_pretrained(folder)
    torch.manual_seed(3)
    settings: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 1024,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "tie_word_embeddings": True,
        **changes,
    }
    transformers.LlamaForCausalLM(transformers.LlamaConfig(**settings)).save_pretrained(folder)
    return folder


def write_rows(path: Path, count: int = 24) -> Path:
    """Write instructions with answers that a model can learn by heart."""
    rows = [{"instruction": f"Say {number}.", "output": f"{number} it is."} for number in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
