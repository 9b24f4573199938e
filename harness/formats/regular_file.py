"""Reading a file in a folder of runs: whatever lies there under its name, the reader neither waits nor chokes.

A pipe or a device would be waited for, or never end; where a size is given, a larger file is refused before it is read.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from harness.errors import InputError


def read_regular(path: Path, *, at_most: int | None = None) -> bytes:
    """Read a file whole.

    Args:
        path: The file, or a link to one.
        at_most: Bytes; None where any size is right.

    Raises:
        FileNotFoundError: There is none.
        InputError: It is no regular file, too large, or can not be read.

    Example:
        >>> read_regular(Path("/dev/null"))
        Traceback (most recent call last):
        harness.errors.InputError: /dev/null is no regular file
    """
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{path} is no regular file", hint="move it away")
        if at_most is not None and found.st_size > at_most:
            raise InputError(
                f"{path} has {found.st_size:,} bytes, more than the {at_most:,} that it may have", hint="move it away"
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"{path} can not be read: {error.strerror}") from None
