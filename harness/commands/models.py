"""`fuseval models`: which backends answer here, and what the others lack."""

from __future__ import annotations

from rich import box
from rich.table import Table

from harness.commands.options import AsJson, Debug
from harness.commands.terminal import output, print_json
from harness.models.backends import BACKENDS, probe
from harness.models.known_files import KNOWN_FILES, known_place


def models(as_json: AsJson = False, debug: Debug = False) -> None:
    """List the backends and whether they work here.

    Example:
        fuseval models
    """
    reasons = {name: probe(name) for name in BACKENDS}
    known = {name: known_place(name) for name in KNOWN_FILES}
    if as_json:
        backends = {name: {"works": not reason, "reason": reason} for name, reason in reasons.items()}
        files = {name: str(place) if place.is_file() else None for name, place in known.items()}
        print_json({"backends": backends, "known_models": files})
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("backend", no_wrap=True)
    table.add_column("here", no_wrap=True)
    table.add_column("what it runs")
    for name, backend in BACKENDS.items():
        table.add_row(name, "no" if reasons[name] else "yes", reasons[name] or backend.summary)
    output().print(table)
    output().print()
    output().print("a server of one of these: fuseval serve-model MODEL")
    output().print("a vLLM server for one run: fuseval score MODEL --serve")
    for name, place in known.items():
        if place.is_file() or name == next(iter(known)):
            where = str(place) if place.is_file() else f"fuseval data fetch {name}"
            output().print(f"{name}: {where}", soft_wrap=True)
