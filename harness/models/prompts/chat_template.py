"""A checkpoint's chat template, rendered as `transformers` renders it, without `transformers`.

Templates are code from strangers: they run in Jinja's immutable sandbox and see nothing but the conversation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import NoReturn

import jinja2
import jinja2.ext
import jinja2.sandbox
from jinja2 import nodes
from jinja2.parser import Parser

from harness.errors import InputError
from harness.models.model import Message

# Stands where the answer goes on. Neither a template nor a prompt holds it.
_HERE = "\ue000fuseval goes on here\ue001"
# Stand around what `{% generation %}` marks, and are taken out again.
_BEGIN, _END = "\ue002fuseval trains from here\ue003", "\ue002fuseval trains to here\ue003"
_MARKS = re.compile(f"{_BEGIN}|{_END}")


class _GenerationTag(jinja2.ext.Extension):
    """`{% generation %}`: marks what is trained on; its body is rendered like any other text."""

    tags = {"generation"}  # noqa: RUF012 - Jinja's own way to say it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        begin, end = (nodes.Output([nodes.TemplateData(mark)], lineno=line) for mark in (_BEGIN, _END))
        return [begin, nodes.Scope(body, lineno=line), end]


class _TemplateRefused(jinja2.TemplateError):
    """The template called `raise_exception`."""


@dataclass(frozen=True)
class Conversation:
    """A whole conversation as text, answers included."""

    text: str
    marked: tuple[tuple[int, int], ...]
    """Begin and end, in characters, of what the template marks with `{% generation %}`."""


@dataclass(frozen=True)
class ChatTemplate:
    """A chat template and the special tokens that it may name.

    Example:
        >>> template = ChatTemplate("{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}<assistant>")
        >>> template.render([Message("user", "Hi")])
        '<user>Hi</s><assistant>'
    """

    text: str
    special_tokens: Mapping[str, str] = field(default_factory=dict)
    """`bos_token`, `eos_token` and the like."""

    def render(self, messages: Sequence[Message], prefill: str = "") -> str:
        """Turn a conversation into the string that the model reads, up to where its answer goes on.

        A system message that the template refuses, or silently drops, is put in front of the first user's turn.

        Args:
            messages: The conversation, up to the user's last turn.
            prefill: How the assistant's turn begins.

        Raises:
            InputError: The template is no Jinja, or refuses the conversation.

        Example:
            >>> template = ChatTemplate("{% for m in messages %}[{{ m.content }}]{% endfor %}")
            >>> template.render([Message("user", "Hi")], "Well,")
            '[Hi][Well,'
        """
        try:
            text = self._render(messages, prefill)
        except _TemplateRefused as refused:
            if not messages or messages[0].role != "system":
                raise InputError(f"the chat template refuses the conversation: {refused}", hint=_HINT) from refused
            return self.render(_without_system(messages), prefill)
        is_dropped = bool(messages) and messages[0].role == "system" and messages[0].content.strip() not in text
        return self._render(_without_system(messages), prefill) if is_dropped else text

    def conversation(self, messages: Sequence[Message]) -> Conversation:
        """Turn a whole conversation into text, its last answer included, as a model is trained on it.

        A system message is dealt with as in `render`.

        Args:
            messages: The conversation.

        Raises:
            InputError: The template is no Jinja, or refuses the conversation.

        Example:
            >>> template = ChatTemplate("{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %};"
            ...     "{% endfor %}")
            >>> template.conversation([Message("user", "Hi"), Message("assistant", "Well")])
            Conversation(text='Hi;Well;', marked=((0, 2), (3, 7)))
        """
        has_system = bool(messages) and messages[0].role == "system"
        try:
            text = self._marked(messages)
        except _TemplateRefused as refused:
            if not has_system:
                raise InputError(f"the chat template refuses the conversation: {refused}", hint=_HINT) from refused
            text = self._marked(_without_system(messages))
        if has_system and messages[0].content.strip() not in text:
            text = self._marked(_without_system(messages))
        return _split_marks(text)

    def _marked(self, messages: Sequence[Message]) -> str:
        turns = [{"role": message.role, "content": message.content} for message in messages]
        return self._fill(turns, add_generation_prompt=False)

    def _render(self, messages: Sequence[Message], prefill: str) -> str:
        turns = [{"role": message.role, "content": message.content} for message in messages]
        if prefill:
            # With something behind it, a template that trims its turns keeps the prefill's own last newline.
            turns.append({"role": "assistant", "content": f"{prefill}{_HERE}"})
        text = _MARKS.sub("", self._fill(turns, add_generation_prompt=not prefill))
        if not prefill:
            return text
        begun, mark, _ = text.rpartition(_HERE)
        if not mark:
            raise InputError("the chat template drops the assistant's turn", hint=_HINT)
        return begun

    def _fill(self, turns: list[dict[str, str]], add_generation_prompt: bool) -> str:
        try:
            return _compiled(self.text).render(
                messages=turns,
                add_generation_prompt=add_generation_prompt,
                tools=None,
                documents=None,
                **self.special_tokens,
            )
        except _TemplateRefused:
            raise
        except (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            raise InputError(f"the chat template can not be rendered: {error}", hint=_HINT) from error


_HINT = "fuseval score ... --prompt-style base"


def _split_marks(text: str) -> Conversation:
    """Take the marks out of a text and give their places in it; an outer mark covers those inside."""
    pieces, spans, depth, length, at, begun = [], [], 0, 0, 0, 0
    for mark in _MARKS.finditer(text):
        pieces.append(text[at : mark.start()])
        length, at = length + len(pieces[-1]), mark.end()
        if mark[0] == _BEGIN:
            begun, depth = (length, 1) if depth == 0 else (begun, depth + 1)
        elif depth > 0:
            depth -= 1
            spans += [(begun, length)] if depth == 0 else []
    return Conversation("".join([*pieces, text[at:]]), tuple(span for span in spans if span[1] > span[0]))


def _without_system(messages: Sequence[Message]) -> list[Message]:
    system, *rest = messages
    if not rest:
        return [Message("user", system.content)]
    return [Message(rest[0].role, f"{system.content}\n\n{rest[0].content}"), *rest[1:]]


@cache
def _compiled(text: str) -> jinja2.Template:
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_GenerationTag, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = _now
    try:
        return environment.from_string(text)
    except jinja2.TemplateSyntaxError as error:
        raise InputError(f"the chat template is no Jinja: {error}", hint=_HINT) from error


def _to_json(
    value: object,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    # Jinja's own filter escapes HTML, which models never saw.
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _refuse(message: str) -> NoReturn:
    raise _TemplateRefused(message)


def _now(form: str) -> str:
    return datetime.now().strftime(form)
