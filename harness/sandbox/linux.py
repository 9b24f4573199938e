"""Linux system calls that Python has no name for: namespaces, mounts, capabilities, process attributes.

Thin and by the numbers, through ctypes, so that no set-uid helper and no compiled code is needed. x86-64 and arm64.
Every function raises OSError with the kernel's errno where the kernel refuses.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct

IS_X86 = os.uname().machine in ("x86_64", "AMD64")

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_SECCOMP = 22
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

_SYS_PIVOT_ROOT = 155 if IS_X86 else 41
_SYS_CAPSET = 126 if IS_X86 else 91
_SYS_MOUNT_SETATTR = 442
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_MNT_DETACH = 2
_CAPABILITY_VERSION_3 = 0x20080522
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """Make a raw system call; integers are passed as C longs unless already a ctypes value."""
    converted = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *converted), f"system call {number}")


def raw_syscall(*arguments: object) -> int:
    """Make a system call from ctypes values that are ready: nothing is converted, for where microseconds count."""
    return _checked(_libc.syscall(*arguments), "system call")


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags` for new ones."""
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str | None, target: str, kind: str | None = None, flags: int = 0, options: str | None = None) -> None:
    """Mount, bind or remount a file system, with the arguments that the manual gives for the system call."""
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    result = _libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3])
    _checked(result, f"mount {target}")


def bind_read_only(path: str, target: str) -> None:
    """Bind `path` with everything mounted below it to `target`, read-only and without set-uid programs or devices."""
    mount(path, target, flags=MS_BIND | MS_REC)
    attributes = struct.pack("QQQQ", MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)
    syscall(_SYS_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, attributes, len(attributes))


def unmount(target: str) -> None:
    """Detach the mount at `target`."""
    _checked(_libc.umount2(os.fsencode(target), _MNT_DETACH), f"umount {target}")


def pivot_root(new_root: str, put_old: str) -> None:
    """Make `new_root` the root directory and leave the old one at `put_old`."""
    syscall(_SYS_PIVOT_ROOT, os.fsencode(new_root), os.fsencode(put_old))


def prctl(option: int, value: int = 0) -> None:
    """Set one attribute of this process."""
    zero = ctypes.c_ulong(0)
    _checked(_libc.prctl(option, ctypes.c_ulong(value), zero, zero, zero), f"prctl {option}")


def has_capability(capability: int) -> bool:
    """Whether the bounding set has it; a process of root's then can use it."""
    return bool(_libc.prctl(PR_CAPBSET_READ, ctypes.c_ulong(capability), 0, 0, 0) == 1)


def limit_capabilities(mask: int) -> None:
    """Empty the bounding set but for `mask`; needs root's CAP_SETPCAP, without which there is nothing to limit."""
    for capability in range(64):
        if not mask >> capability & 1 and _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            break  # EINVAL is the end of the list


def set_capabilities(mask: int, is_inherited: bool = False) -> None:
    """Keep only the capabilities in `mask`, permitted and effective; if inherited, in programs started here too."""
    low, high = mask & 0xFFFFFFFF, mask >> 32
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    inherited = (low, high) if is_inherited else (0, 0)
    syscall(_SYS_CAPSET, header, struct.pack("IIIIII", low, low, inherited[0], high, high, inherited[1]))
    for capability in range(64 if is_inherited else 0):
        if mask >> capability & 1:
            raised = (ctypes.c_ulong(_PR_CAP_AMBIENT_RAISE), ctypes.c_ulong(capability))
            zero = ctypes.c_ulong(0)
            _checked(_libc.prctl(_PR_CAP_AMBIENT, *raised, zero, zero), "prctl ambient")


def loopback_up() -> None:
    """Bring `lo` up in this network namespace, so that programs may talk to themselves."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))


def process_cpu_clock(pid: int) -> int:
    """Give the clock id of another process's CPU time, for `time.clock_gettime`.

    Counts user and system time of all its threads. Reading it needs no permission (clock_gettime(2), CPU clocks).
    """
    return (~pid << 3) | 2
