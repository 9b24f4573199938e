"""Emptying a folder that a sample wrote in, whatever it left there."""

from __future__ import annotations

import contextlib
import os


def empty(folder: str, kept: frozenset[str] = frozenset()) -> bool:
    """Remove everything in `folder` but the names in `kept`; never follows a link out of it.

    Returns:
        Whether nothing is left. False means that the caller has to throw the whole folder away.
    """
    with contextlib.suppress(OSError):  # where it is not this process's own, it could not be locked up either
        os.chmod(folder, os.stat(folder).st_mode | 0o700)
    try:
        if kept.issuperset(os.listdir(folder)):
            return True  # behind nearly every sample
        with os.scandir(folder) as entries:
            left = [entry for entry in entries if entry.name not in kept]
    except OSError:
        return False
    return all([_remove(entry) for entry in left])


def _remove(entry: os.DirEntry[str]) -> bool:
    with contextlib.suppress(OSError):
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.path)
            return True
        _remove_tree(entry.path)
        return True
    return False


def _remove_tree(top: str) -> None:
    """Remove a folder of any depth without recursion: folders met inside are moved up beside it and queued."""
    pending = [top]
    parent = os.path.dirname(top)
    moved = 0
    while pending:
        folder = pending.pop()
        os.chmod(folder, 0o700)
        with os.scandir(folder) as entries:
            inside = list(entries)
        for entry in inside:
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.path, 0o700, follow_symlinks=True)
                place = os.path.join(parent, f".removed-{os.getpid()}-{moved}")
                moved += 1
                os.rename(entry.path, place)
                pending.append(place)
            else:
                os.unlink(entry.path)
        os.rmdir(folder)
