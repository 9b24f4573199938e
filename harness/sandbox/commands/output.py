"""What one command says on one stream: its beginning and its end are kept, a flood is noticed."""

from __future__ import annotations

import os

KEPT_HEAD = 192 << 10
KEPT_TAIL = 64 << 10
FLOOD = 64 << 20
"""Bytes on one stream beyond which a program is ended: no test needs that many."""


class Output:
    """One stream's bytes, as they are read from a pipe.

    Example:
        >>> read_end, write_end = os.pipe()
        >>> _, output = os.write(write_end, b"ok"), Output(read_end)
        >>> output.read(), output.text, os.close(write_end), output.read(), output.close()
        (True, 'ok', None, False, None)
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0
        os.set_blocking(descriptor, False)

    def read(self) -> bool:
        """Take what is there; False at the end of the stream."""
        try:
            part = os.read(self.descriptor, 1 << 18)
        except BlockingIOError:
            return True
        if not part:
            return False
        self.total += len(part)
        room = KEPT_HEAD - len(self._head)
        self._head += part[:room]
        if len(part) > room:
            self._tail = (self._tail + part[max(room, 0) :])[-KEPT_TAIL:]
        return True

    @property
    def is_flood(self) -> bool:
        """Whether it is more than any test needs."""
        return self.total > FLOOD

    @property
    def text(self) -> str:
        """What is kept, as text; what is no UTF-8 is replaced."""
        return (self._head + self._tail).decode("utf-8", "replace")

    def close(self) -> None:
        """Close the reading end."""
        os.close(self.descriptor)
