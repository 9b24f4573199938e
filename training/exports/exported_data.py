"""The rows of an exported training: mixed, weighted and ordered here, so that another trainer learns the same."""

from __future__ import annotations

import json
from collections.abc import Sequence

from harness.models.model import Message
from harness.models.tokenizers import find_tokenizer
from training.data.conversation import Conversation
from training.data.mixture import mix
from training.data.order import ordered
from training.settings import TrainSettings


def exported_rows(settings: TrainSettings) -> list[Conversation]:
    """Give the conversations of an epoch, in the order in which fuseval would learn them.

    Args:
        settings: The training.

    Raises:
        InputError: A data set is wrong.
        EnvironmentLacking: The Hub can not be reached.
    """
    mixture = mix(settings.data, settings.train.seed)
    return ordered(mixture.conversations, settings.data, settings.train.seed)


def as_lines(rows: Sequence[tuple[Message, ...]]) -> str:
    r"""Give conversations as JSON lines with messages.

    Args:
        rows: Turns.

    Example:
        >>> as_lines([(Message("user", "Hi"), Message("assistant", "Well"))])
        '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Well"}]}\n'
    """
    lines = (
        json.dumps({"messages": [{"role": turn.role, "content": turn.content} for turn in turns]}) + "\n"
        for turns in rows
    )
    return "".join(lines)


def is_alpaca(settings: TrainSettings) -> bool:
    """Whether the training's template is Alpaca's: said, or since the base model has none of its own.

    Args:
        settings: The training.
    """
    if settings.data.template != "auto":
        return settings.data.template == "alpaca"
    return find_tokenizer(settings.model.base, settings.model.revision).chat_template is None
