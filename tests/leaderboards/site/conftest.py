"""The site of a made-up board, and a browser to look at it; without one these tests are skipped by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leaderboards.site import write_site
from leaderboards.store import read_standings
from tests.leaderboards.site.browsing import ARGUMENTS, Visit, find_chromium, profile_environment, visiting
from tests.leaderboards.site.made_up_site import keep_board, keep_hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium, for one module: an event loop runs as long as it does, and others may want their own."""
    path = find_chromium()
    if path is None:
        pytest.skip("chromium is not installed: scripts/install-chromium")
    from playwright.sync_api import sync_playwright

    environment = profile_environment(tmp_path_factory.mktemp("profile"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), env=environment)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A visit with a window of 1280 by 900 pixels."""
    with visiting(browser, viewport={"width": 1280, "height": 900}) as made:
        yield made


@pytest.fixture
def visit_with(browser: Browser) -> Callable[..., AbstractContextManager[Visit]]:
    """A visit with other settings."""
    return lambda **settings: visiting(browser, **settings)


@pytest.fixture(scope="session")
def board_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runs of the made-up board."""
    return keep_board(tmp_path_factory.mktemp("board") / "runs")


@pytest.fixture(scope="session")
def site(board_runs: Path) -> Path:
    """The folder of the made-up board's site."""
    return write_site(read_standings(board_runs), board_runs, board_runs.parent / "site").parent


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site of models with hostile names and programs."""
    root = keep_hostile(tmp_path_factory.mktemp("hostile") / "runs")
    return write_site(read_standings(root, references="all"), root, root.parent / "site").parent
