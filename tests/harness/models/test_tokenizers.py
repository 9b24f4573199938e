"""Tokenizers without weights: checkpoint folders, GGUF headers, the Hub; damaged files; counts that are unknown."""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path

import pytest

from harness.errors import EnvironmentLacking, InputError
from harness.models.gguf_header import read_metadata
from harness.models.model import Message
from harness.models.tokenizers import find_tokenizer

TEMPLATE = "{{ bos_token }}{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}"
TOKENS = ["<unk>", "<s>", "</s>", "é"]
TALK = [Message("user", "Hi")]


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(version: int = 3) -> bytes:
    """A file of every type of value, its weights cut off."""
    entries = [
        (b"general.architecture", 8, text("llama")),
        (b"llama.context_length", 4, struct.pack("<I", 2048)),
        (b"llama.nested", 9, struct.pack("<IQ", 9, 1) + struct.pack("<IQ", 8, 1) + text("x")),
        (b"tokenizer.ggml.scores", 9, struct.pack("<IQ4f", 6, 4, 1, 2, 3, 4)),
        (b"tokenizer.ggml.tokens", 9, struct.pack("<IQ", 8, len(TOKENS)) + b"".join(map(text, TOKENS))),
        (b"tokenizer.ggml.bos_token_id", 4, struct.pack("<I", 1)),
        (b"tokenizer.ggml.eos_token_id", 4, struct.pack("<I", 2)),
        (b"tokenizer.ggml.padding_token_id", 4, struct.pack("<I", 99)),
        (b"tokenizer.ggml.add_bos_token", 7, b"\x01"),
        (b"tokenizer.chat_template", 8, text(TEMPLATE)),
    ]
    head = b"GGUF" + struct.pack("<IQQ", version, 0, len(entries))
    return head + b"".join(
        struct.pack("<Q", len(key)) + key + struct.pack("<I", kind) + value for key, kind, value in entries
    )


@pytest.mark.parametrize("version", [2, 3])
def test_gguf(tmp_path: Path, version: int) -> None:
    path = tmp_path / "model.GGUF"
    path.write_bytes(gguf(version) + b"\0" * 100)
    found = find_tokenizer(str(path))
    assert found.chat_template is not None
    assert found.chat_template.special_tokens == {"bos_token": "<s>", "eos_token": "</s>"}
    assert found.chat_template.render(TALK) == "<s>Hi</s>"
    assert found.count("Hi", True) == f"{path} has no tokenizer.json to count with"
    wanted = ["llama.context_length", "tokenizer.ggml.add_bos_token", "tokenizer.ggml.scores", "none.such"]
    assert read_metadata(path, wanted) == {"llama.context_length": 2048, "tokenizer.ggml.add_bos_token": True}


def test_every_cut_of_a_gguf_is_an_input_error(tmp_path: Path) -> None:
    path, whole = tmp_path / "model.gguf", gguf()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match="no GGUF file, or it is damaged"):
            find_tokenizer(str(path))


def test_a_damaged_gguf_is_read_or_an_input_error(tmp_path: Path) -> None:
    path, whole, rng = tmp_path / "model.gguf", gguf(), random.Random(0)
    refused = 0
    for _ in range(2000):
        damaged = bytearray(whole)
        for _ in range(rng.randrange(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.choice([0, 1, 9, 127, 255])
        path.write_bytes(damaged)
        try:
            find_tokenizer(str(path))
        except InputError:
            refused += 1
    assert refused > 500


@pytest.mark.parametrize("size", [1 << 63, (1 << 64) - 1])
def test_a_promise_of_much_takes_no_memory(tmp_path: Path, size: int) -> None:
    path = tmp_path / "model.gguf"
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("tokenizer.ggml.tokens")
    for value in (struct.pack("<IQ", 8, size), struct.pack("<IIQ", 9, 8, size), struct.pack("<IIQ", 9, 4, size)):
        path.write_bytes(head + value)
        with pytest.raises(InputError, match="damaged"):
            find_tokenizer(str(path))


def test_a_folder_with_a_template_of_its_own_file(tmp_path: Path) -> None:
    config = {"bos_token": {"content": "<s>", "special": True}, "eos_token": "</s>", "chat_template": "old"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    (tmp_path / "chat_template.jinja").write_text(TEMPLATE)
    found = find_tokenizer(str(tmp_path))
    assert found.chat_template is not None
    assert found.chat_template.render(TALK) == "<s>Hi</s>"


def test_a_folder_with_several_templates(tmp_path: Path) -> None:
    named = [{"name": "tool_use", "template": "no"}, {"name": "default", "template": TEMPLATE}]
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": named}))
    found = find_tokenizer(str(tmp_path))
    assert found.chat_template is not None
    assert found.chat_template.text == TEMPLATE


def test_a_folder_of_a_base_model(tmp_path: Path) -> None:
    (tmp_path / "tokenizer_config.json").write_text('{"bos_token": null}')
    assert find_tokenizer(str(tmp_path)).chat_template is None


@pytest.mark.parametrize("content", ["{", "[]", "\udcff"])
def test_a_damaged_folder_is_an_input_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "tokenizer_config.json").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(InputError, match=r"tokenizer_config\.json"):
        find_tokenizer(str(tmp_path))


def test_what_is_no_model(tmp_path: Path) -> None:
    for name in ("no-such-model", "./no/model", str(tmp_path / "missing"), "a/b/c"):
        with pytest.raises(InputError, match="no model "):
            find_tokenizer(name)


def test_the_hub_offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EnvironmentLacking, match="can not be fetched") as caught:
        find_tokenizer("owner/name")
    assert caught.value.hint.startswith("hf download owner/name")


def vocabulary(folder: Path) -> None:
    model = {"type": "WordLevel", "vocab": {"<s>": 0, "<unk>": 1, "def": 2, "one": 3}, "unk_token": "<unk>"}
    template = [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    after = {
        "type": "TemplateProcessing",
        "single": template,
        "pair": [*template, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}},
    }
    whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None}
    whole |= {"pre_tokenizer": {"type": "Whitespace"}, "post_processor": after, "decoder": None, "model": model}
    (folder / "tokenizer.json").write_text(json.dumps(whole))


def test_tokens_are_counted(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    vocabulary(tmp_path)
    found = find_tokenizer(str(tmp_path))
    assert (found.count("def one", False), found.count("def one", True)) == (2, 3)
    (tmp_path / "tokenizer.json").write_text("{}")
    assert "can not be read" in str(found.count("def one", True))


def test_without_the_package_the_count_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert find_tokenizer(str(tmp_path)).count("def", True) == (
        "the tokenizers package is missing: pip install tokenizers"
    )
