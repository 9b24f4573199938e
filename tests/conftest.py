"""Where tests find data that is not part of the repository, and a cache that is empty."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def _folder(variable: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set")
    folder = Path(value)
    if not folder.is_dir():
        pytest.fail(f"{variable} names no folder: {value}")
    return folder


@pytest.fixture(scope="session")
def fuseval_data() -> Path:
    """The folder of benchmark data, samples and expected verdicts; the test is skipped where there is none."""
    return _folder("FUSEVAL_DATA")


@pytest.fixture(scope="session")
def attacks_folder() -> Path:
    """The folder of hostile programs; the test is skipped where there is none."""
    return _folder("FUSEVAL_ATTACKS")


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that nothing was put into yet."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setenv("FUSEVAL_CACHE", str(folder))
    return folder
