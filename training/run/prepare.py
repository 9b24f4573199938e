"""From settings to what is learned: the base model's tokenizer, the template, and all data as tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.errors import InputError
from training.data.mixture import Part, mix
from training.data.order import ordered
from training.masks.encoded_set import EncodedSet, encode_all
from training.masks.template import TrainingTemplate, choose_template
from training.run.base import Base
from training.settings import TrainSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Prepared:
    """A training that is ready to be estimated or begun."""

    settings: TrainSettings
    base: Base
    tokenizer: PreTrainedTokenizerBase
    template: TrainingTemplate
    parts: list[Part]
    encoded: EncodedSet

    @property
    def has_borrowed_pad(self) -> bool:
        """Whether the end token pads."""
        return bool(self.tokenizer.pad_token_id == self.tokenizer.eos_token_id)


def prepare(settings: TrainSettings) -> Prepared:
    """Read and encode everything that a training learns from; no weights are loaded.

    Args:
        settings: The training.

    Raises:
        InputError: The base model, a data set or the template is wrong.
        EnvironmentLacking: Something is not on this machine and can not be fetched.
    """
    if settings.data.order == "curriculum" and settings.train.packing:
        raise InputError(
            "packing puts rows together by their lengths, which undoes the order of a curriculum",
            hint="--no-packing, or --set data.order=shuffled",
        )
    base = Base(settings)
    tokenizer = base.tokenizer()
    template = choose_template(settings.data.template, tokenizer)
    seed = settings.train.seed
    mixture = mix(settings.data, seed)
    rows = ordered(mixture.conversations, settings.data, seed)
    encoded = encode_all(rows, template, tokenizer, settings.data.max_length)
    _check_fits(encoded, base)
    return Prepared(settings, base, tokenizer, template, mixture.parts, encoded)


def _check_fits(encoded: EncodedSet, base: Base) -> None:
    """Refuse tokens and places for which the base has no weights: the libraries end with an index error."""
    config = base.config().get_text_config()
    words = getattr(config, "vocab_size", None)
    largest = max(int(row.ids.max()) for row in encoded.rows)
    if words is not None and largest >= words:
        raise InputError(
            f"the tokenizer of {base.name} gives the token {largest}, and the model has {words} of them",
            hint="is it the model's own tokenizer? resize_token_embeddings gives a model more",
        )
    places = getattr(config, "max_position_embeddings", None)
    if places is not None and encoded.longest > places:
        raise InputError(
            f"a conversation has {encoded.longest:,} tokens in a window of {base.name}, which has {places:,} places",
            hint=f"--max-length {places}",
        )
