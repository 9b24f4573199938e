"""What every test and every example in a docstring gets: no network, a cache of its own, nobody's settings."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

DATA_VARIABLES = ("FUSEVAL_DATA", "FUSEVAL_ATTACKS")


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the caller's FUSEVAL_* settings, and keep what the tests cache in a folder that goes with them.

    The cache is one for the whole session: what it holds is keyed by content, and filling it takes long.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("FUSEVAL_")]:
            if name not in DATA_VARIABLES:
                patch.delenv(name)
        patch.setenv("FUSEVAL_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def _is_here(host: object) -> bool:
    """Whether a host, as it is passed to the socket module, is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_elsewhere(address: object) -> None:
    """Raise when a socket address, as IP sockets take it, leads off this machine; other families stay here anyway."""
    if isinstance(address, tuple) and address and not _is_here(address[0]):
        raise RuntimeError(f"a test may not use the network: {address[0]!r}")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Let sockets reach this machine only. Covers this process, not the ones that it starts."""
    real_lookup = socket.getaddrinfo

    def guarded(name: str) -> Any:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _refuse_elsewhere(arguments[-1])
            return real(self, *arguments)

        return call

    def lookup(host: Any, *arguments: Any, **options: Any) -> Any:
        _refuse_elsewhere((host,))
        return real_lookup(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, guarded(name))
        patch.setattr(socket, "getaddrinfo", lookup)
        yield
