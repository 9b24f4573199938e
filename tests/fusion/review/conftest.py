"""A browser to rate with; without one these tests are skipped by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.leaderboards.site.browsing import ARGUMENTS, find_chromium, profile_environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium, for one module."""
    path = find_chromium()
    if path is None:
        pytest.skip("chromium is not installed: scripts/install-chromium")
    from playwright.sync_api import sync_playwright

    environment = profile_environment(tmp_path_factory.mktemp("profile"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), env=environment)
        yield browser
        browser.close()
