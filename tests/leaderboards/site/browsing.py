"""A headless Chromium that looks at pages as a person does, and keeps what it asked for and complained of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Give the browser's path; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Visit:
    """One visit: the page, and what happened on the way."""

    page: Page
    trouble: list[str] = field(default_factory=list)
    """Errors and warnings of the console, errors of scripts, and dialogs."""
    requests: list[str] = field(default_factory=list)
    """Addresses of everything that was asked for."""

    def elsewhere(self, home: str) -> list[str]:
        """Give the addresses that do not begin with the site's own."""
        return [address for address in self.requests if not address.startswith(home)]

    def open(self, path: Path, query: str = "") -> None:
        """Open a file."""
        self.page.goto(path.as_uri() + query)

    def follow(self, link: Locator) -> None:
        """Click a link and wait until its page is there and its scripts have run."""
        with self.page.expect_navigation(wait_until="load"):
            link.click()

    @property
    def query(self) -> str:
        """What stands in the address after the question mark."""
        return str(self.page.evaluate("location.search"))

    def models(self) -> list[str]:
        """The models of the board's table that are shown, from top to bottom."""
        rows = self.page.locator("table.sortable > tbody:first-of-type > tr:visible th bdi:first-child")
        return [text.strip() for text in rows.all_inner_texts() if text]


@contextmanager
def visiting(browser: Browser, **settings: object) -> Iterator[Visit]:
    """Visit with a fresh profile; `settings` are those of a browser context."""
    context = browser.new_context(**settings)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    page = context.new_page()
    visit = Visit(page)

    def said(kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            visit.trouble.append(f"{kind}: {text}")

    def refuse(dialog: object) -> None:
        visit.trouble.append("dialog")
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("console", lambda message: said(message.type, message.text))
    page.on("pageerror", lambda error: visit.trouble.append(f"script: {error}"))
    page.on("dialog", refuse)
    page.on("request", lambda request: visit.requests.append(request.url))
    try:
        yield visit
    finally:
        context.close()


def profile_environment(folder: Path) -> dict[str, str | float | bool]:
    """Give the browser an environment in which it writes to a folder of the test only."""
    return {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
