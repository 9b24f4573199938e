"""Draws a renderable as a terminal would show it, and holds it against the text that is kept of it."""

from __future__ import annotations

import io
import os
from pathlib import Path

from rich.console import Console, RenderableType

GOLDEN = Path(__file__).parents[1] / "golden"


def drawn(renderable: RenderableType, width: int, *, encoding: str = "utf-8", colour: bool = False) -> str:
    """Draw on a terminal of that width and encoding; trailing blanks are cut off."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    system = "truecolor" if colour else None
    console = Console(
        file=file, width=width, color_system=system, force_terminal=colour, legacy_windows=False, no_color=not colour
    )
    console.print(renderable)
    file.flush()
    return "\n".join(line.rstrip() for line in raw.getvalue().decode(encoding).splitlines()) + "\n"


def is_as_kept(name: str, text: str) -> bool:
    """Compare with the golden file; with WRITE_GOLDEN=1 it is written anew: look at the difference then."""
    golden = GOLDEN / name
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    kept = golden.read_text(encoding="utf-8")
    assert text == kept
    return True
