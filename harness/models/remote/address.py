"""Which server is asked, and with which key: both are checked before anything is asked."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from harness.errors import InputError

_NO_KEY = "none"
"""What a server gets that wants no key: the client library will not do without one."""


def server_address(said: str | None) -> str | None:
    """Give the address of a server as it is asked and recorded.

    Args:
        said: As it was typed; None for OPENAI_BASE_URL.

    Returns:
        None for OpenAI itself.

    Raises:
        InputError: It is no address; or there is a password or a query in it, which would stand in every record.

    Example:
        >>> server_address("http://127.0.0.1:8000/v1/")
        'http://127.0.0.1:8000/v1'
    """
    address = os.environ.get("OPENAI_BASE_URL") or None if said is None else said
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port  # the port raises where it is no number, or too large
        host.encode("idna")
        is_plain = address.isprintable() and " " not in address
        is_address = bool(host) and parts.scheme in ("http", "https") and is_plain
    except ValueError:
        is_address = False
    if not is_address:
        shown = "what was said" if {"@", "?"} & set(address) else repr(address)  # there may be a key in it
        raise InputError(f"{shown} is no address of a server", hint="as in --base-url http://127.0.0.1:8000/v1")
    if parts.username or parts.password or parts.query:
        raise InputError("the address of the server holds a name, a key or a query", hint="export OPENAI_API_KEY=...")
    return address.rstrip("/")


def server_key(address: str | None, said: str | None = None) -> str | None:
    """Give the key that a server is asked with.

    Args:
        address: As `server_address` gives it.
        said: The key, where it is known already; None for OPENAI_API_KEY.

    Returns:
        None where OpenAI itself is to be asked and there is no key.

    Raises:
        InputError: It can not be sent; it is not shown.

    Example:
        >>> server_key("http://127.0.0.1:8000/v1", "sk-1")
        'sk-1'
    """
    key = said or os.environ.get("OPENAI_API_KEY") or (_NO_KEY if address else None)
    if key is not None and not (key.isascii() and key.isprintable()):
        raise InputError(
            "the API key holds characters that no key has (it is not shown)",
            hint="a line break or a typographic quote that was copied with it? export OPENAI_API_KEY=...",
        )
    return key
