"""Where an answer ends: at the first of its stop strings, which is no part of it."""

from __future__ import annotations

from collections.abc import Sequence


def cut_at_stop(text: str, stops: Sequence[str]) -> tuple[str, bool]:
    r"""Cut an answer before the first stop string in it.

    Args:
        text: What was newly written; a prefill is not looked at.
        stops: The stop strings.

    Returns:
        The answer, and whether there was one.

    Example:
        >>> cut_at_stop("    return 1\n\ndef two():", ["\nclass", "\ndef "])
        ('    return 1\n', True)
    """
    places = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    return (text[: min(places)], True) if places else (text, False)
