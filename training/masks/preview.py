"""Tokens in the terminal, coloured by whether they are learned; brackets say the same where there is no colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from harness.commands.terminal import printable
from training.masks.encode import Encoded

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_LEARNED = "black on green"
_END, _BEGIN = "⟧", "⟦"


def preview(row: Encoded, tokenizer: PreTrainedTokenizerBase) -> Text:
    """Draw one conversation: what is learned stands between brackets, on green.

    Args:
        row: The conversation.
        tokenizer: That made it.
    """
    text = Text()
    is_inside = False
    run: list[int] = []
    for number, is_learned in zip([*row.ids.tolist(), -1], [*row.is_learned.tolist(), None], strict=True):
        if is_learned is not is_inside or is_learned is None:
            words = printable(str(tokenizer.decode(run, skip_special_tokens=False)))
            text.append(f"{_BEGIN}{words}{_END}" if is_inside else words, style=_LEARNED if is_inside else "dim")
            run, is_inside = [], bool(is_learned)
        run.append(number)
    share = f"{int(row.is_learned.sum())} of {len(row.ids)} tokens are learned"
    text.append(f"\n({share}{f', {row.whole - len(row.ids)} cut' if row.is_cut else ''})", style="bold")
    return text
