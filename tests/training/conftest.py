"""One thread, and libraries that may warn: what they warn of is not this project's to fix."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Spinning threads of a machine that others use too take longer than one."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint folder with a chat template."""
    from tests.training.tiny import make_model

    return make_model(tmp_path_factory.mktemp("base") / "tiny")
