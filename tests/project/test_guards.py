"""The fixtures that every test relies on: no network, a cache of its own."""

import os
import socket
from pathlib import Path

import pytest


def test_a_socket_reaches_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


# 192.0.2.0/24 is set aside for documentation: nothing answers there, guarded or not.
@pytest.mark.parametrize("verb", ["connect", "connect_ex"])
def test_a_socket_reaches_nothing_else(verb: str) -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match=r"may not use the network: '192\.0\.2\.1'"):
        getattr(client, verb)(("192.0.2.1", 80))


def test_a_datagram_goes_nowhere_else() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(RuntimeError, match="may not use the network"):
        client.sendto(b"x", ("192.0.2.1", 53))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match="may not use the network"):
        socket.getaddrinfo("example.invalid", 443)


def test_the_cache_is_the_session_s_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Path(os.environ["FUSEVAL_CACHE"]).is_relative_to(tmp_path_factory.getbasetemp())


def test_an_empty_cache_is_empty_and_in_force(empty_cache: Path) -> None:
    assert os.environ["FUSEVAL_CACHE"] == str(empty_cache)
    assert list(empty_cache.iterdir()) == []


def test_the_caller_s_settings_are_hidden() -> None:
    left = {name for name in os.environ if name.startswith("FUSEVAL_")}
    assert left <= {"FUSEVAL_CACHE", "FUSEVAL_DATA", "FUSEVAL_ATTACKS"}
