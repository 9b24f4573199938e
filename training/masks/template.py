"""A conversation as the text that a model is trained on, with the places of the answers.

Where a template marks answers with `{% generation %}`, the marks are the places. Where it does not, they are found by
what the model would read before it answers: the text up to an answer is what the template gives for the turns before
it, and the answer is what the next turn adds. If the template rewrites earlier turns, or begins an answer in another
way than it asks for one, that does not hold, and the template is refused: a place that is nearly right trains a model
on its own prompts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import InputError
from harness.models.model import Message
from harness.models.prompts.chat_template import ChatTemplate

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_ALPACA = Path(__file__).with_name("alpaca.jinja")
_GENERATION = re.compile(r"\{%-?\s*(end)?generation\s*-?%\}")
PROBE = (Message("user", "First question?"), Message("assistant", "First answer."))
"""A conversation to try a template on."""
_PROBES = (
    PROBE,
    (Message("system", "Some rule."), Message("user", "First question?"), Message("assistant", "First answer.")),
)
_LONG_PROBE = (
    *PROBE,
    Message("user", "Second question?"),
    Message("assistant", "Second answer."),
)


@dataclass(frozen=True)
class Rendered:
    """A conversation as text."""

    text: str
    answers: tuple[tuple[int, int], ...]
    """Begin and end of each answer in characters; what ends an answer is part of it."""


@dataclass(frozen=True)
class TrainingTemplate:
    """A chat template by which a model is trained, and its name for people.

    Example:
        >>> chat = ChatTemplate("{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}"
        ...     "{% if add_generation_prompt %}<assistant>{% endif %}")
        >>> turns = (Message("user", "Hi"), Message("assistant", "Well"))
        >>> TrainingTemplate("chat", chat).render(turns)
        Rendered(text='<user>Hi</s><assistant>Well</s>', answers=((23, 31),))
    """

    name: str
    """`alpaca`, `chat`, or the path of a file."""
    chat: ChatTemplate

    @property
    def is_marked(self) -> bool:
        """Whether the template says itself what is learned."""
        return has_marks(self.chat.text)

    def render(self, turns: tuple[Message, ...]) -> Rendered:
        """Give the text of a conversation, and where its answers are.

        Args:
            turns: They end with an answer.

        Raises:
            InputError: The template refuses the conversation, or the answers can not be found exactly.
        """
        whole = self.chat.conversation(turns)
        count = sum(turn.role == "assistant" for turn in turns)
        if self.is_marked:
            if len(whole.marked) != count:
                raise self._refused(f"it marks {len(whole.marked)} of {count} answers")
            return Rendered(whole.text, whole.marked)
        answers = []
        for number, turn in enumerate(turns):
            if turn.role != "assistant":
                continue
            asked = self.chat.render(turns[:number])
            answered = self.chat.conversation(turns[: number + 1]).text
            if not answered.startswith(asked):
                raise self._refused(f"an answer does not begin where it asks for one, after {asked[-30:]!r}")
            if not whole.text.startswith(answered.rstrip()):
                raise self._refused("it changes earlier turns when another one follows")
            # What stands behind the sign that ends an answer belongs to the next turn.
            answers.append((len(asked), len(answered.rstrip())))
        return Rendered(whole.text.rstrip(), tuple(answers))

    def check(self, *, is_multi_turn: bool) -> None:
        """Try the template on small conversations before a data set is worked through.

        Args:
            is_multi_turn: Whether the data has conversations of several answers.

        Raises:
            InputError: The answers can not be found exactly.
        """
        for turns in (*_PROBES, *([_LONG_PROBE] if is_multi_turn else [])):
            try:
                rendered = self.render(turns)
            except InputError as error:
                if "--template" not in error.hint:  # one for those who ask a model
                    error.hint = "--template auto, chat, alpaca, or a Jinja file"
                raise
            said = [turn.content for turn in turns if turn.role == "assistant"]
            for (begin, end), content in zip(rendered.answers, said, strict=True):
                if content not in rendered.text[begin:end]:
                    raise self._refused(f"where the answer {content!r} should be stands {rendered.text[begin:end]!r}")

    def _refused(self, why: str) -> InputError:
        return InputError(
            f"the template {self.name} does not show exactly what its answers are: {why}",
            hint="put {% generation %} and {% endgeneration %} around the answer in a copy and name the file: "
            "--template FILE.jinja; or --template alpaca",
        )


def has_marks(text: str) -> bool:
    """Tell whether a template marks what is learned.

    Example:
        >>> has_marks("{%- generation %}{{ m.content }}{% endgeneration %}"), has_marks("{{ m.content }}")
        (True, False)
    """
    return _GENERATION.search(text) is not None


def without_marks(text: str) -> str:
    """Give a template as programs can read it that do not know the marks.

    Example:
        >>> without_marks("a{% generation %}b{% endgeneration %}")
        'ab'
    """
    # A mark that trims the space around it goes on doing so.
    return _GENERATION.sub(lambda mark: '{{- "" -}}' if "-" in mark[0] else "", text)


def choose_template(said: str, tokenizer: PreTrainedTokenizerBase) -> TrainingTemplate:
    """Find the template that was asked for.

    Args:
        said: `auto` (the tokenizer's own, else Alpaca's), `chat` (the tokenizer's own), `alpaca`, or the path of a
            Jinja file.
        tokenizer: The base model's.

    Raises:
        InputError: The tokenizer has no template of its own, or there is no such file.
    """
    own = tokenizer.chat_template if isinstance(tokenizer.chat_template, str) else None
    special = {name: str(token) for name, token in tokenizer.special_tokens_map.items() if isinstance(token, str)}
    if said == "alpaca" or (said == "auto" and own is None):
        if not special.get("eos_token"):
            raise InputError("the tokenizer has no end token, with which an answer of the alpaca template ends")
        begin = "{{- bos_token -}}" if begins_with_bos(tokenizer) else ""
        return TrainingTemplate("alpaca", ChatTemplate(begin + alpaca_text(), special))
    if said in ("auto", "chat"):
        if own is None:
            raise InputError("the tokenizer has no chat template", hint="--template alpaca, or --template FILE.jinja")
        return TrainingTemplate("chat", ChatTemplate(_followed(own, tokenizer), special))
    path = Path(said).expanduser()
    if not path.is_file():
        raise InputError(f"no template {said!r}", hint="--template auto, chat, alpaca, or the path of a Jinja file")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the template {path} can not be read: {error}", hint="a Jinja file, as UTF-8") from None
    return TrainingTemplate(path.name, ChatTemplate(text, special))


def alpaca_text() -> str:
    """Give Alpaca's words as a chat template, with marks and without a BOS.

    Example:
        >>> has_marks(alpaca_text())
        True
    """
    return _ALPACA.read_text(encoding="utf-8")


def begins_with_bos(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Tell whether a tokenizer puts a BOS before a text by itself; having one does not say so."""
    ids = tokenizer("a").input_ids
    return tokenizer.bos_token_id is not None and bool(ids) and ids[0] == tokenizer.bos_token_id


def _followed(own: str, tokenizer: PreTrainedTokenizerBase) -> str:
    """Give a tokenizer's template, or TRL's marked form of it where it has one and the own can not be followed."""
    if has_marks(own):
        return own
    special = {name: str(token) for name, token in tokenizer.special_tokens_map.items() if isinstance(token, str)}
    try:
        TrainingTemplate("chat", ChatTemplate(own, special)).check(is_multi_turn=True)
    except InputError:
        from trl.chat_template_utils import get_training_chat_template

        try:
            return get_training_chat_template(tokenizer) or own
        except ValueError:  # a template that TRL does not know
            return own
    return own
