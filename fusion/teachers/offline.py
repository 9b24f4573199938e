"""The offline teacher as a teacher: a miniature that fuses, evolves and answers in a small formal domain of its own."""

from __future__ import annotations

from collections.abc import Mapping

from fusion.offline.teacher import OfflineTeacher
from fusion.teachers.teacher import Ask, Reply


class OfflineMiniature:
    """Asks `fusion.offline`, which needs no key, no server and no time."""

    concurrency = 8

    def __init__(self) -> None:
        self._teacher = OfflineTeacher()
        self.name = self._teacher.name
        self.about: Mapping[str, str | float | None] = {"kind": "a miniature: no evidence about any real teacher"}

    async def __aenter__(self) -> OfflineMiniature:
        """Give the teacher itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""

    async def ask(self, ask: Ask) -> Reply:
        """Answer one question (see `Teacher.ask`)."""
        messages = [{"role": message.role, "content": message.content} for message in ask.messages]
        task = "judge" if ask.task == "improved" else ask.task
        return Reply(self._teacher.reply(messages, task=task, draw=ask.draw), "stop")
