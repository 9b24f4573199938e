"""docs/languages.md says that a language is one file: the page's own example becomes one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import EnvironmentLacking
from harness.grading.calibration import Pace
from harness.grading.language_programs import LanguagePrograms
from harness.languages import definitions, find, languages
from harness.languages.toolchain import find_toolchain, install_line
from harness.records import Limits, Status
from harness.sandbox.levels import probe

_PAGE = Path(__file__).parents[3] / "docs" / "languages.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose modules are definitions too."""
    monkeypatch.setattr(definitions, "__path__", [*definitions.__path__, str(tmp_path)])
    languages.cache_clear()
    yield tmp_path
    languages.cache_clear()


def _example() -> str:
    found = re.search(r"```python\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_page_s_example_runs(folder: Path) -> None:
    (folder / "awk_of_the_page.py").write_text(_example())
    language = find("awk")
    if find_toolchain(language).missing:
        pytest.skip("no toolchain of awk: awk not found")
    judge = LanguagePrograms(probe("weak").level, Limits())
    try:
        assert judge.judge("awk", language.known_good, Pace(0.0025, 4.0)).status is Status.PASS
        assert judge.judge("awk", language.known_bad, Pace(0.0025, 4.0)).status is Status.FAIL
    finally:
        judge.close()


def test_a_broken_toolchain_is_no_score(folder: Path) -> None:
    broken = _example().replace('"awk", ("-W", "version")', '"false", ()').replace('("awk", "-f"', '("false", "-f"')
    (folder / "broken.py").write_text(broken)
    judge = LanguagePrograms(probe("weak").level, Limits())
    with pytest.raises(EnvironmentLacking, match="a known-good program came out as fail") as caught:
        judge.judge("awk", "BEGIN {}", Pace(0.0025))
    judge.close()
    assert caught.value.hint == install_line(find("awk")) == "sudo apt-get install mawk"
