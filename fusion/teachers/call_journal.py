"""Every call to the teacher, one line each, kept apart from what is made of it.

A question that was answered is never asked again: not after a stop, not by a better parser, not by another run that is
given this journal to replay.
"""

from __future__ import annotations

import asyncio
import datetime
import fcntl
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from fusion.surrogates import without_surrogates
from fusion.teachers.teacher import Ask, Refusal, Reply, Teacher
from harness.errors import InputError
from harness.formats.journal import append_line, lock_journal, open_journal

CALLS = "calls.jsonl"


class CallJournal:
    """Asks a teacher what the journal does not hold, and keeps what it says.

    Args:
        teacher: Who is asked.
        folder: Of the data set; the journal is a file in it.
    """

    def __init__(self, teacher: Teacher, folder: Path) -> None:
        self.teacher = teacher
        self.folder = folder
        self._file: BinaryIO | None = None
        self._reader: BinaryIO | None = None
        self._places: dict[str, int] = {}
        """Where in the file the reply to a question begins."""
        self._open: dict[str, asyncio.Future[Reply]] = {}
        self.prompt_tokens = self.completion_tokens = 0
        """Of all replies that are in the journal, each once."""
        self.cost: float | None = 0.0
        """US dollars of them; absent once the price of one is not known."""
        self.calls = 0
        """Questions that are in the journal, refused ones too."""
        self.asked = 0
        """Questions that were put to the teacher in this sitting."""
        self.kept = 0
        """Questions that were answered before."""

    @property
    def concurrency(self) -> int:
        """Questions that the teacher takes at once."""
        return self.teacher.concurrency

    def __enter__(self) -> CallJournal:
        path = self.folder / CALLS
        self._file = open_journal(path)
        try:
            lock_journal(self._file, self.folder)
        except BaseException:
            self._file.close()
            raise
        self._reader = path.open("rb")
        fcntl.fcntl(self._reader, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        for key, place, line in _index(self._reader, path):
            if key not in self._places:
                self._count(line)
            self._places[key] = place
        return self

    def __exit__(self, *_: object) -> None:
        for file in (self._file, self._reader):
            if file is not None:
                file.close()

    async def ask(self, ask: Ask) -> Reply:
        """Answer from the journal, else from the teacher.

        Args:
            ask: The question.

        Raises:
            Refusal: The teacher does not take it; that is kept as well.
            EnvironmentLacking: See `Teacher.ask`.
        """
        key = ask.key(self.teacher.name)
        if key in self._places:
            self.kept += 1
            return self._read(key)
        if key in self._open:
            return await asyncio.shield(self._open[key])
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._open[key] = future
        try:
            reply = await self._ask(key, ask)
        except BaseException as error:
            future.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
            raise
        finally:
            del self._open[key]
        future.set_result(reply)
        return reply

    def _count(self, line: Mapping[str, object]) -> None:
        self.calls += 1
        if "refused" in line:
            return
        reply = reply_of(line)
        self.prompt_tokens += reply.prompt_tokens or 0
        self.completion_tokens += reply.completion_tokens or 0
        self.cost = None if self.cost is None or reply.cost is None else self.cost + reply.cost

    async def _ask(self, key: str, ask: Ask) -> Reply:
        self.asked += 1
        try:
            reply = await self.teacher.ask(ask)
        except Refusal as refusal:
            self._write(key, _line(key, ask, self.teacher.name, {"refused": str(refusal)}))
            raise
        self._write(key, _line(key, ask, self.teacher.name, _reply_fields(reply)))
        return replace(reply, text=without_surrogates(reply.text))

    def _write(self, key: str, line: Mapping[str, object]) -> None:
        assert self._file is not None
        self._file.seek(0, 2)
        place = self._file.tell()
        append_line(self._file, line)
        self._places[key] = place
        self._count(line)

    def _read(self, key: str) -> Reply:
        assert self._reader is not None
        self._reader.seek(self._places[key])
        return reply_of(json.loads(self._reader.readline()))


def reply_of(line: Mapping[str, object]) -> Reply:
    """Read a reply out of a line of a journal.

    Args:
        line: The decoded line.

    Raises:
        Refusal: The question was refused.
    """
    if "refused" in line:
        raise Refusal(str(line["refused"]))
    return Reply(
        text=without_surrogates(str(line["text"])),
        finish_reason=line.get("finish_reason"),  # type: ignore[arg-type]
        prompt_tokens=line.get("prompt_tokens"),  # type: ignore[arg-type]
        completion_tokens=line.get("completion_tokens"),  # type: ignore[arg-type]
        cost=line.get("cost"),  # type: ignore[arg-type]
        body=line.get("response") or {},  # type: ignore[arg-type]
        seconds=line.get("seconds"),  # type: ignore[arg-type]
    )


def read_calls(path: Path) -> Iterator[tuple[str, int, Mapping[str, object]]]:
    """Give every call of a journal: its key, where its line begins, and the line.

    Args:
        path: The journal.

    Raises:
        InputError: There is none, or it is damaged in the middle.
    """
    if not path.is_file():
        raise InputError(f"no recorded calls at {path}", hint="a data set that fuseval fuse wrote holds calls.jsonl")
    with path.open("rb") as file:
        yield from _index(file, path)


def _index(file: BinaryIO, path: Path) -> Iterator[tuple[str, int, Mapping[str, object]]]:
    place = 0
    for number, line in enumerate(file, start=1):
        if line.endswith(b"\n") and line.strip():
            try:
                plain = json.loads(line)
                yield plain["key"], place, plain
            except (ValueError, KeyError, TypeError):
                raise InputError(
                    f"{path} line {number} is damaged", hint="remove that line: what it held is then asked again"
                ) from None
        place += len(line)


def _line(key: str, ask: Ask, teacher: str, outcome: Mapping[str, object]) -> dict[str, object]:
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    request = {
        "messages": [{"role": message.role, "content": message.content} for message in ask.messages],
        "temperature": ask.settings.temperature,
        "top_p": ask.settings.top_p,
        "max_tokens": ask.settings.max_tokens,
    }
    return {
        "key": key,
        "task": ask.task,
        "number": ask.number,
        "draw": ask.draw,
        "teacher": teacher,
        "request": request,
        **outcome,
        "time": now,
    }


def _reply_fields(reply: Reply) -> dict[str, object]:
    fields: dict[str, object] = {
        "text": reply.text,
        "finish_reason": reply.finish_reason,
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "cost": reply.cost,
        "seconds": None if reply.seconds is None else round(reply.seconds, 3),
        "response": dict(reply.body) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}
