"""Presets: Jinja files that say how a task is put to a model, in base style and in chat style.

A file sets `source`, `base` and `chat` (each with `kind`, `extraction` and `stop`; the last may differ by family), and
fills blocks: `base_text` and `base_prefill` (how the answer has begun already); `system`, `user` and `prefill`; and
`server_user`, the user's turn where the chat template is the server's and an answer can not be begun for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

import jinja2

from harness.errors import InputError, nearest
from harness.models.prompts.task_parts import parts_of
from harness.records import Family, SampleKind, Task

PromptStyle = Literal["base", "chat"]

_FOLDER = Path(__file__).parent
_ENVIRONMENT = jinja2.Environment(
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - prompts are text, not HTML
)


@dataclass(frozen=True)
class StyleRules:
    """What goes with a style of a preset, beside its words."""

    kind: SampleKind
    extraction: str
    stop: Mapping[Family, tuple[str, ...]]
    """Stop strings by the benchmark's family."""
    server_kind: SampleKind
    server_extraction: str
    """What the answer is, and its rule, where it could not be begun for the model."""


@dataclass(frozen=True)
class Preset:
    """One preset, read. `text` is the whole file: what a run's record keeps the hash of."""

    name: str
    source: str
    text: str
    base: StyleRules
    chat: StyleRules
    template: jinja2.Template

    def rules(self, style: PromptStyle) -> StyleRules:
        """Give the rules of one style.

        Args:
            style: `base` or `chat`.

        Example:
            >>> load_preset("evalplus").rules("base").extraction
            'as-is'
        """
        return self.base if style == "base" else self.chat

    def block(self, name: str, task: Task) -> str:
        r"""Fill one block of the file with a task; a block that the file does not have is empty.

        Args:
            name: Name of the block.
            task: The task.

        Example:
            >>> load_preset("evalplus").block("base_text", Task("Demo/0", "\ndef one():\n", "one", ""))
            'def one():\n'
        """
        if name not in self.template.blocks:
            return ""
        parts = parts_of(task)
        context = self.template.new_context(
            {
                "prompt": task.prompt,
                "entry_point": task.entry_point,
                "family": task.family,
                "description": parts.description,
                "signature": parts.signature,
                "tests": parts.tests,
            }
        )
        return "".join(self.template.blocks[name](context))


def preset_names() -> list[str]:
    """Name the presets.

    Example:
        >>> preset_names()
        ['bigcode', 'evalplus', 'fuseval', 'paper', 'wizardcoder']
    """
    return sorted(path.stem for path in _FOLDER.glob("*.j2"))


@cache
def load_preset(name: str) -> Preset:
    """Read a preset by name.

    Args:
        name: A name from `preset_names()`.

    Raises:
        InputError: No preset has that name.

    Example:
        >>> load_preset("paper").source
        "EvalPlus codegen/model.py, class Alpaca (Apache-2.0); the paper's own prompt is not known"
    """
    names = preset_names()
    if name not in names:
        raise InputError(f"no prompt preset named {name!r}", hint=nearest(name, names))
    text = (_FOLDER / f"{name}.j2").read_text(encoding="utf-8")
    template = _ENVIRONMENT.from_string(text)
    # What a file sets at its top is read without its blocks, which want a task.
    said = _ENVIRONMENT.from_string(text.partition("{% block")[0]).make_module().__dict__
    return Preset(name, str(said["source"]), text, _rules(said["base"]), _rules(said["chat"]), template)


def _rules(said: Mapping[str, object]) -> StyleRules:
    stop = cast("list[str] | dict[str, list[str]]", said["stop"])
    families: tuple[Family, ...] = ("humaneval", "mbpp")
    by_family = {family: tuple(stop[family] if isinstance(stop, dict) else stop) for family in families}
    kind = cast(SampleKind, said["kind"])
    extraction = str(said["extraction"])
    return StyleRules(
        kind,
        extraction,
        by_family,
        cast(SampleKind, said.get("server_kind", kind)),
        str(said.get("server_extraction", extraction)),
    )
