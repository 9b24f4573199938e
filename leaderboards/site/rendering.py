r"""From a template and what it shows to a page; the one place where text becomes HTML.

Every expression of a template is made printable first (no control character, no mark that reorders what is read) and
escaped then, wherever it comes from. Data for scripts goes through Jinja's `tojson`, which leaves no `<` in it.
"""

from __future__ import annotations

import functools
from importlib.metadata import PackageNotFoundError, version

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness.commands.terminal import printable
from leaderboards.cells import DASH

POLICY = "; ".join(
    (
        "default-src 'none'",
        # `file:` is for browsers that take no file for part of a page's own site; on a web server it allows nothing.
        "script-src 'self' file:",
        "style-src 'self' file:",
        "img-src 'self' file:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    )
)
"""The Content-Security-Policy of every page: nothing from any other host, no script within a page."""


GENERATOR = "fuseval"
"""How a page names its maker; a folder whose index says so may be written over."""


def render(template: str, **shown: object) -> str:
    """Fill in a template.

    Args:
        template: Its name without the ending.
        shown: What it refers to; a name that is missing is an error.
    """
    return _environment().get_template(f"{template}.html.j2").render(shown)


def percent(fraction: float | None) -> str:
    """Give a fraction as a percentage with one digit after the point, without a sign for the unit.

    Example:
        >>> percent(0.78658), percent(None)
        ('78.7', '–')
    """
    return DASH if fraction is None else f"{100 * fraction:.1f}"


def thousands(number: int | None) -> str:
    """Give a whole number with its thousands set apart.

    Example:
        >>> thousands(1234567), thousands(None)
        ('1,234,567', '–')
    """
    return DASH if number is None else f"{number:,}"


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("leaderboards.site"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"percent": percent, "thousands": thousands}
    environment.globals |= {"policy": POLICY, "generator": f"{GENERATOR} {_version()}".strip()}
    return environment


def _shown(value: object) -> object:
    """What is written for an expression's value; numbers and markup made here stay as they are."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _version() -> str:
    try:
        return version("fuseval")
    except PackageNotFoundError:
        return ""
