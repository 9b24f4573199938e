"""The folder that samples write in where they have no file tree of their own."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile

from harness.sandbox.emptying import empty
from harness.sandbox.jail import is_given_user

_PREFIX = "fuseval-scratch-"
_MOST_FILES = 16 << 10


class ScratchFolder:
    """A new folder for samples to write in, locked as long as this process lives.

    On memory where there is some, so that what samples write reaches no disk. What killed processes left behind is
    removed: their folders are not locked any more.

    Example:
        >>> folder = ScratchFolder()
        >>> os.listdir(folder.path), folder.remove(), os.path.exists(folder.path)
        ([], None, False)
    """

    def __init__(self, is_executable: bool = False) -> None:
        # Containers mount /dev/shm so that nothing on it can be started.
        is_shared = os.access("/dev/shm", os.W_OK | os.X_OK) and not (is_executable and _forbids_execution("/dev/shm"))
        base = "/dev/shm" if is_shared else tempfile.gettempdir()
        _remove_left(base)
        lock = None
        while lock is None:  # somebody who removes what is left may have been faster
            self.path = tempfile.mkdtemp(prefix=_PREFIX, dir=base)
            lock = _lock(self.path)
        self._lock = lock

    def is_over(self, limit_bytes: int) -> bool:
        """Whether it holds more bytes than that or very many files, or hides what it holds."""
        pending, size, count = [self.path], 0, 0
        while pending and size <= limit_bytes and count <= _MOST_FILES:
            try:
                with os.scandir(pending.pop()) as entries:
                    for entry in entries:
                        count += 1
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            pending.append(entry.path)
            except FileNotFoundError:
                continue
            except OSError:
                return True
        return bool(pending) or size > limit_bytes or count > _MOST_FILES

    def remove(self) -> None:
        """Remove it with everything in it."""
        with contextlib.suppress(OSError):
            empty(self.path)
            os.rmdir(self.path)
        os.close(self._lock)


def _forbids_execution(path: str) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_NOEXEC)


def _remove_left(base: str) -> None:
    with os.scandir(base) as entries:
        found = [entry for entry in entries if entry.name.startswith(_PREFIX)]
    for entry in found:
        with contextlib.suppress(OSError):
            owner = entry.stat(follow_symlinks=False).st_uid
            is_ours = owner == os.geteuid() or (os.geteuid() == 0 and is_given_user(owner))
            lock = _lock(entry.path) if is_ours else None
            if lock is not None:
                empty(entry.path)
                os.rmdir(entry.path)
                os.close(lock)


def _lock(path: str) -> int | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
