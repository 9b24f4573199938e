"""A teacher that says again what another one said: the calls that a data set kept, found by their question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from fusion.teachers.call_journal import CALLS, read_calls, reply_of
from fusion.teachers.teacher import Ask, Reply, Unrecorded
from harness.errors import InputError


class RecordedTeacher:
    """Replies out of the journal of another data set, at no cost.

    Args:
        place: A data set's folder, or its `calls.jsonl`.

    Raises:
        InputError: There is no journal, or it is of several teachers.
    """

    concurrency = 64

    def __init__(self, place: Path) -> None:
        self._path = place / CALLS if place.is_dir() else place
        self._places: dict[str, int] = {}
        names = set()
        for key, start, line in read_calls(self._path):
            self._places[key] = start
            names.add(str(line.get("teacher")))
        if len(names) != 1:
            raise InputError(f"{self._path} holds the calls of {len(names)} teachers", hint="one journal, one teacher")
        self.name = names.pop()
        self.about: Mapping[str, str | float | None] = {"kind": "recorded"}
        self._file = self._path.open("rb")

    async def __aenter__(self) -> RecordedTeacher:
        """Give the teacher itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the journal."""
        self._file.close()

    async def ask(self, ask: Ask) -> Reply:
        """Answer one question (see `Teacher.ask`)."""
        key = ask.key(self.name)
        if key not in self._places:
            raise Unrecorded(
                f"{self._path} holds no reply to this question ({ask.task} {ask.number})",
                hint="a replay needs the same seeds, --seed, templates and settings; or ask the teacher itself",
            )
        self._file.seek(self._places[key])
        return reply_of(json.loads(self._file.readline()))
