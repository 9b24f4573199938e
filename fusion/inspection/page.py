"""All that was found as one page that needs nothing else: what the terminal shows, and the picture."""

from __future__ import annotations

import io
from html import escape

from rich.console import Console

from fusion.inspection.inspection import Inspection
from fusion.inspection.picture import picture
from fusion.inspection.view import InspectionView

_WIDTH = 110
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 1rem auto; max-width: 60rem; padding: 0 1rem; font-family: sans-serif; color: #222; background: #fff; }}
pre {{ overflow-x: auto; font: 13px/1.35 ui-monospace, Menlo, Consolas, monospace; }}
svg {{ width: 100%; max-width: 40rem; height: auto; }}
</style>
<h1>{title}</h1>
<pre>{text}</pre>
{picture}
</html>
"""


def page(found: Inspection) -> str:
    """Write the page.

    Args:
        found: What was found.
    """
    console = Console(
        file=io.StringIO(), record=True, width=_WIDTH, force_terminal=True, color_system="truecolor", emoji=False
    )
    console.print(InspectionView(found))
    text = console.export_html(inline_styles=True, code_format="{code}")
    drawn = picture(found.diversity) if found.diversity and found.diversity.points else ""
    return _PAGE.format(title=escape(found.name), text=text, picture=drawn)
