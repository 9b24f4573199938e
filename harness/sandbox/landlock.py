"""Landlock: the kernel's own allow-list of file paths, plus scopes for signals and abstract sockets.

A restriction holds for this thread and all its descendants and cannot be taken back. ABI 1 (Linux 5.13) rules files,
4 adds TCP, 6 adds the scopes. Source: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable

from harness.sandbox import linux

_CREATE_RULESET = 444
_ADD_RULE = 445
_RESTRICT_SELF = 446
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKE_CHARACTER, _MAKE_SOCKET, _MAKE_FIFO, _MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 10, 1 << 11
_TRUNCATE, _IOCTL_DEVICE = 1 << 14, 1 << 15
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_LATEST = (1 << 16) - 1
_ALL_TCP = 3
_ALL_SCOPES = 3


def abi() -> int:
    """Give the kernel's Landlock version, 0 where there is none."""
    try:
        return linux.syscall(_CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def restrict(
    readable: Iterable[str],
    writable: Iterable[str],
    devices: Iterable[str],
    may_execute: bool = False,
    listed: Iterable[str] = (),
) -> None:
    """Allow this process nothing on disk but what is named, no TCP, and no signal to an outsider.

    Args:
        readable: Files and folders that may be read.
        writable: Folders in which files and folders may be made, changed and removed.
        devices: Device files that may be read and written.
        may_execute: Whether programs among the readable and writable files may be started.
        listed: Folders whose names may be seen, with all folders below; their files may not be read for that.

    Raises:
        OSError: The kernel has no Landlock, or refuses.
    """
    version = abi()
    handled = _ALL_BY_ABI.get(version, _ALL_LATEST)
    attributes = struct.pack("QQQ", handled, _ALL_TCP if version >= 4 else 0, _ALL_SCOPES if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = linux.syscall(_CREATE_RULESET, attributes, size, 0)
    make_nodes = _MAKE_CHARACTER | _MAKE_SOCKET | _MAKE_FIFO | _MAKE_BLOCK
    execute = _EXECUTE if may_execute else 0
    for paths, access in (
        (readable, _READ_FILE | _READ_DIR | execute),
        (writable, handled & ~(make_nodes | _EXECUTE | _IOCTL_DEVICE) | execute),
        (devices, _READ_FILE | _WRITE_FILE),
        (listed, _READ_DIR),
    ):
        for path in paths:
            _allow(ruleset, path, access & handled)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def restrict_scope() -> None:
    """Add a layer that only cuts signals and abstract sockets to this process and its descendants (ABI 6)."""
    ruleset = linux.syscall(_CREATE_RULESET, struct.pack("QQQ", 0, 0, _ALL_SCOPES), 24, 0)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # a path that is not there needs no rule
    try:
        if not os.path.isdir(path):
            access &= _FOR_FILES
        linux.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", access, handle), 0)
    finally:
        os.close(handle)
