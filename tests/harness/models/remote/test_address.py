"""Addresses and keys that can not be used are refused before anything is asked, and no key is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusion.teachers.batch import BatchTeacher
from fusion.teachers.remote import RemoteTeacher
from harness.errors import InputError
from harness.models.backends.openai import OpenAIModel
from harness.models.remote import Budget
from harness.models.remote.address import server_address, server_key

NONE = [
    "",
    " ",
    "host:8000",
    "ftp://host/v1",
    "http://[::1/v1",
    "http://127.0.0.1:abc/v1",
    "http://127.0.0.1:80 00/v1",
    "http://127.0.0.1:99999/v1",
    "http://a..b/v1",
    "http://a\x00b/v1",
    "http:///v1",
]


@pytest.mark.parametrize("address", NONE)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="is no address of a server") as caught:
        OpenAIModel("model", address)
    assert repr(address) in str(caught.value)
    with pytest.raises(InputError, match="is no address of a server"):
        RemoteTeacher("model", address)
    with pytest.raises(InputError, match="is no address of a server"):
        BatchTeacher("model", address, Path(), budget=Budget(1.0, None))


@pytest.mark.parametrize(
    "address",
    [
        "http://user:password@host/v1",
        "https://host/v1?key=sk-1",
        "http://user:password@[::1/v1",
        "ftp://user:password@host/v1",
    ],
)
def test_an_address_with_a_key_in_it_is_refused(address: str) -> None:
    with pytest.raises(InputError) as caught:
        OpenAIModel("model", address)
    assert "password" not in str(caught.value)
    assert "sk-1" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://[::1]:80/v1", "https://h-1.example.org", "http://b\u00fccher.example/v1"])
def test_what_is_an_address_is_taken(address: str) -> None:
    assert server_address(address + "/") == address


def test_one_that_is_not_said_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://h/v1/")
    assert server_address(None) == "http://h/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "")
    assert server_address(None) is None


@pytest.mark.parametrize("key", ["sk-secret\n", "\u201csk-secret\u201d", "sk-secret\x00"])
def test_a_key_that_can_not_be_sent_is_refused_and_not_shown(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {"OPENAI_API_KEY": key})
    for make in (OpenAIModel, RemoteTeacher):
        with pytest.raises(InputError, match="the API key holds characters") as caught:
            make("model", "http://127.0.0.1:1/v1")
        assert "secret" not in f"{caught.value} {caught.value.hint}"


def test_a_server_of_ones_own_needs_no_key_and_openai_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert server_key("http://h/v1") == "none"
    assert server_key(None) is None
