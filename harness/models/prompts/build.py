"""From a benchmark, a preset and a chat template to the prompts of a run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.benchmarks.miniature import NAME as MINIATURE
from harness.errors import InputError, nearest
from harness.models.model import Message, Prompt
from harness.models.prompts import languages, miniature
from harness.models.prompts.chat_template import ChatTemplate
from harness.models.prompts.preset import Preset, PromptStyle, load_preset
from harness.records import Benchmark, Task

DEFAULT_PRESET = "fuseval"
_STYLES: tuple[PromptStyle, ...] = ("base", "chat")


@dataclass(frozen=True)
class BuiltPrompts:
    """The prompts of a run, and what its record keeps of them."""

    prompts: Mapping[str, Prompt]
    """By task_id, in the benchmark's order."""
    preset: str
    source: str
    style: PromptStyle
    template: str
    """The preset's file and, in chat style, the chat template behind it: all that shapes a prompt but the task."""
    template_sha256: str
    extraction: str
    """The extraction rule that fits the answers."""
    has_chat_template: bool
    """Whether `text` holds the template's special tokens: then a tokenizer must add none of its own."""


def choose_style(said: str | None, *, has_chat_template: bool) -> PromptStyle:
    """Choose between base and chat style: what was said, else what the checkpoint has a template for.

    Args:
        said: `base`, `chat` or None.
        has_chat_template: Whether the tokenizer (or the server) has a chat template.

    Raises:
        InputError: There is no such style.

    Example:
        >>> choose_style(None, has_chat_template=True), choose_style("base", has_chat_template=True)
        ('chat', 'base')
    """
    if said is None:
        return "chat" if has_chat_template else "base"
    for style in _STYLES:
        if said == style:
            return style
    raise InputError(f"no prompt style named {said!r}", hint=nearest(said, _STYLES))


def build_prompts(
    benchmark: Benchmark,
    preset: str = DEFAULT_PRESET,
    style: PromptStyle = "base",
    chat_template: ChatTemplate | None = None,
) -> BuiltPrompts:
    r"""Put every task of a benchmark into a preset's words.

    In chat style without a template the prompts are messages only, for a server that has the template itself. An answer
    can not be begun there, so there is no prefill, and no stop string that relies on one.

    Args:
        benchmark: The tasks.
        preset: A name from `preset_names()`.
        style: `base` or `chat`.
        chat_template: The checkpoint's; base style makes no use of it.

    Raises:
        InputError: No preset or style has that name, or the template can not be rendered.

    Example:
        >>> demo = Benchmark("demo", "1", "", {"Demo/0": Task("Demo/0", "def one():\n", "one", "")})
        >>> build_prompts(demo, "evalplus").prompts["Demo/0"].text
        'def one():\n'
        >>> build_prompts(demo, "wizardcoder", "chat").prompts["Demo/0"].messages[1].content
        'Create a Python script for this problem:\ndef one():\n'
    """
    style = choose_style(style, has_chat_template=chat_template is not None)
    chosen = load_preset(preset)
    own = _own_words(benchmark)
    if style == "base":
        prompts = {task_id: own.base(task) if own else _base(chosen, task) for task_id, task in benchmark.tasks.items()}
        template = own.base_template if own else chosen.text
    else:
        prompts = {
            task_id: own.chat(task, chat_template) if own else _chat(chosen, task, chat_template)
            for task_id, task in benchmark.tasks.items()
        }
        template = own.chat_template if own else chosen.text
        template += chat_template.text if chat_template else ""
    rules = chosen.rules(style)
    is_begun = style == "base" or chat_template is not None
    return BuiltPrompts(
        prompts=prompts,
        preset=preset,
        source=chosen.source,
        style=style,
        template=template,
        template_sha256=hashlib.sha256(template.encode()).hexdigest(),
        extraction=(own.base_extraction if style == "base" else "chat")
        if own
        else rules.extraction
        if is_begun
        else rules.server_extraction,
        has_chat_template=style == "chat" and chat_template is not None,
    )


@dataclass(frozen=True)
class _OwnWords:
    """How a benchmark is asked that presets do not fit: they speak of Python functions to be completed."""

    base: Callable[[Task], Prompt]
    chat: Callable[[Task, ChatTemplate | None], Prompt]
    base_template: str
    chat_template: str
    base_extraction: str


_LANGUAGES = _OwnWords(languages.base_prompt, languages.chat_prompt, "{prompt}", languages.TEMPLATE, "as-is")
_MINIATURE = _OwnWords(
    miniature.base_prompt, miniature.chat_prompt, miniature.ALPACA, miniature.CHAT, base_extraction="chat"
)


def _own_words(benchmark: Benchmark) -> _OwnWords | None:
    if benchmark.name == MINIATURE:
        return _MINIATURE
    return _LANGUAGES if any(task.kind == "program" for task in benchmark.tasks.values()) else None


def _base(preset: Preset, task: Task) -> Prompt:
    rules = preset.base
    prefill = preset.block("base_prefill", task)
    return Prompt(preset.block("base_text", task), (), prefill, rules.stop[task.family], rules.kind)


def _chat(preset: Preset, task: Task, template: ChatTemplate | None) -> Prompt:
    rules = preset.chat
    system = preset.block("system", task)
    messages = [Message("system", system)] if system else []
    if template is None:
        user = preset.block("server_user", task) or preset.block("user", task)
        return Prompt("", (*messages, Message("user", user)), "", (), rules.server_kind)
    messages.append(Message("user", preset.block("user", task)))
    prefill = preset.block("prefill", task)
    text = template.render(messages, prefill)
    return Prompt(text, tuple(messages), prefill, rules.stop[task.family], rules.kind)
