"""Run a command as Docker's default profile would let it run, without Docker: no new namespaces, no mounts.

    python docker_like.py COMMAND ...

Emulates, for a container without CAP_SYS_ADMIN, what matters to a sandbox in moby's profiles/seccomp/default.json:
unshare, mount and their kind fail with EPERM, clone with any CLONE_NEW* flag too, clone3 with ENOSYS; Landlock and
seccomp are allowed. A caller who is root keeps Docker's default capabilities and no others.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

_IS_X86 = platform.machine() == "x86_64"
_COLUMN = 0 if _IS_X86 else 1
# (x86-64, arm64)
_NOT_PERMITTED = {
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "keyctl": (250, 219),
    "request_key": (249, 218),
    "io_uring_setup": (425, 425),
}
_CLONE, _CLONE3, _SECCOMP = (56, 220)[_COLUMN], 435, (317, 277)[_COLUMN]
_CLONE_NEW_NAMESPACES = 0x7E020000
_KEPT_CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
_CAPBSET_DROP, _NO_NEW_PRIVS = 24, 38


def _instruction(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _filter() -> bytes:
    load = _instruction(0x20, 0, 0, 0)

    def refuse(number: int, error: int) -> bytes:
        return _instruction(0x15, 0, 1, number) + _instruction(0x06, 0, 0, 0x00050000 | error)

    parts = [load, refuse(_CLONE3, errno.ENOSYS)]
    parts += [refuse(pair[_COLUMN], errno.EPERM) for pair in _NOT_PERMITTED.values()]
    parts += [
        _instruction(0x15, 0, 4, _CLONE),
        _instruction(0x20, 0, 0, 16),
        _instruction(0x54, 0, 0, _CLONE_NEW_NAMESPACES),
        _instruction(0x15, 1, 0, 0),
        _instruction(0x06, 0, 0, 0x00050000 | errno.EPERM),
    ]
    return b"".join([*parts, _instruction(0x06, 0, 0, 0x7FFF0000)])


def contain() -> None:
    """Install the filter and give up what Docker takes; holds for this process and all that it starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if os.geteuid() != 0:
        libc.prctl(_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero)
    instructions = _filter()
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(instructions) // 8, ctypes.addressof(buffer)))
    if libc.syscall(ctypes.c_long(_SECCOMP), ctypes.c_long(1), ctypes.c_long(0), program) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    for capability in range(41):
        if os.geteuid() == 0 and capability not in _KEPT_CAPABILITIES:
            libc.prctl(_CAPBSET_DROP, ctypes.c_ulong(capability), zero, zero, zero)


if __name__ == "__main__":
    contain()
    os.execvp(sys.argv[1], sys.argv[1:])
