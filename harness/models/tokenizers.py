"""A model's tokenizer without its weights: the chat template it comes with, and how many tokens a text has.

A name is looked for as a checkpoint folder, a GGUF file, and a Hub id, of which only the tokenizer's files are fetched.
A count that can not be made is unknown, with the reason; it is never estimated.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from harness.errors import EnvironmentLacking, InputError
from harness.models.gguf_header import read_metadata
from harness.models.model_name import check_model_name
from harness.models.prompts.chat_template import ChatTemplate

TOKENIZER_FILES = ("tokenizer_config.json", "chat_template.jinja", "chat_template.json", "tokenizer.json")
_SPECIAL = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_GGUF_IDS = {
    "bos_token": "tokenizer.ggml.bos_token_id",
    "eos_token": "tokenizer.ggml.eos_token_id",
    "pad_token": "tokenizer.ggml.padding_token_id",
    "unk_token": "tokenizer.ggml.unknown_token_id",
}
_GGUF_TEMPLATE, _GGUF_TOKENS = "tokenizer.chat_template", "tokenizer.ggml.tokens"


@dataclass(frozen=True)
class Tokenizer:
    """What is known of a model's tokenizer."""

    source: str
    """Where it was found: a path, or a Hub id."""
    chat_template: ChatTemplate | None
    vocabulary: Path | None
    """Its `tokenizer.json`, where there is one."""

    def count(self, text: str, adds_special_tokens: bool) -> int | str:
        """Count a text's tokens, or say why they can not be counted.

        Args:
            text: The text.
            adds_special_tokens: Whether the tokenizer adds its own (a BOS); not to a rendered chat, which has them.

        Example:
            >>> Tokenizer("model.gguf", None, None).count("def one():", True)
            'model.gguf has no tokenizer.json to count with'
        """
        if self.vocabulary is None:
            return f"{self.source} has no tokenizer.json to count with"
        if importlib.util.find_spec("tokenizers") is None:
            return "the tokenizers package is missing: pip install tokenizers"
        import tokenizers

        try:
            loaded = tokenizers.Tokenizer.from_file(str(self.vocabulary))
        except Exception as error:  # noqa: BLE001 - the package raises bare Exception
            return f"{self.vocabulary} can not be read: {error}"
        return len(loaded.encode(text, add_special_tokens=adds_special_tokens).ids)


def find_tokenizer(model: str, revision: str | None = None) -> Tokenizer:
    """Find a model's tokenizer by the model's name.

    Args:
        model: A checkpoint folder, a GGUF file, or a Hub id (`owner/name`).
        revision: A Hub revision.

    Raises:
        InputError: There is no such folder or file, or what it holds is damaged.
        EnvironmentLacking: The Hub can not be reached, or it has no such model.

    Example:
        >>> find_tokenizer("no-such-model.gguf")
        Traceback (most recent call last):
        harness.errors.InputError: can not read no-such-model.gguf: No such file or directory
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return _of_folder(path, str(path))
    if path.suffix.lower() == ".gguf":
        return _of_gguf(path)
    check_model_name(model)
    return _of_folder(_download(model, revision), model)


def _of_folder(folder: Path, source: str) -> Tokenizer:
    config = _read_json(folder / "tokenizer_config.json")
    vocabulary = folder / "tokenizer.json"
    text = _folder_template(folder, config)
    special = {name: token for name in _SPECIAL if (token := _token_text(config.get(name)))}
    return Tokenizer(
        source, ChatTemplate(text, special) if text else None, vocabulary if vocabulary.is_file() else None
    )


def _folder_template(folder: Path, config: Mapping[str, object]) -> str:
    """Give a folder's chat template, or nothing. A file of its own wins, as in transformers."""
    jinja = folder / "chat_template.jinja"
    if jinja.is_file():
        return _read_text(jinja)
    said = _read_json(folder / "chat_template.json").get("chat_template") or config.get("chat_template")
    if isinstance(said, list):
        # Several, by name: [{"name": "default", "template": "..."}, ...].
        named = {str(row.get("name")): row.get("template") for row in said if isinstance(row, dict)}
        said = named.get("default")
    return said if isinstance(said, str) else ""


def _token_text(said: object) -> str:
    """Give the text of a special token, which is written as such or as an AddedToken."""
    if isinstance(said, dict):
        said = said.get("content")
    return said if isinstance(said, str) else ""


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can not read {path}: {error}") from error


def _read_json(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        return {}
    try:
        said = json.loads(_read_text(path))
    except ValueError as error:
        raise InputError(f"{path} is no JSON: {error}") from error
    if not isinstance(said, dict):
        raise InputError(f"{path} holds no JSON object")
    return cast("dict[str, object]", said)


def _of_gguf(path: Path) -> Tokenizer:
    found = read_metadata(path, [_GGUF_TEMPLATE, _GGUF_TOKENS, *_GGUF_IDS.values()])
    tokens = found.get(_GGUF_TOKENS)
    special: dict[str, str] = {}
    for name, key in _GGUF_IDS.items():
        number = found.get(key)
        if isinstance(tokens, list) and isinstance(number, int) and 0 <= number < len(tokens):
            special[name] = tokens[number]
    text = found.get(_GGUF_TEMPLATE)
    beside = path.parent / "tokenizer.json"
    return Tokenizer(
        str(path),
        ChatTemplate(text, special) if isinstance(text, str) and text else None,
        beside if beside.is_file() else None,
    )


def _download(model: str, revision: str | None) -> Path:
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        folder = huggingface_hub.snapshot_download(model, revision=revision, allow_patterns=list(TOKENIZER_FILES))
    except HFValidationError as error:
        raise InputError(f"{model!r} is no Hub id: {error}", hint="name it as owner/name") from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise EnvironmentLacking(
            f"the tokenizer of {model} is not in the local cache and can not be fetched: {error}",
            hint=f"hf download {model} {' '.join(TOKENIZER_FILES)}",
        ) from error
    return Path(folder)
