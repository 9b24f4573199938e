"""Texts without lone surrogates: half characters that JSON can write and UTF-8, Parquet and the Hub can not."""

from __future__ import annotations


def without_surrogates(text: str) -> str:
    r"""Put the replacement character in the place of every lone surrogate, and join those that are a pair.

    Args:
        text: Of a file or a reply.

    Example:
        >>> without_surrogates("a\ud800b"), without_surrogates("\ud83d\ude00") == "\U0001f600"
        ('a�b', True)
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
