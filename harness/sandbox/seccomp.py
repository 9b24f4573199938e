"""Seccomp filters, assembled by hand: the system calls a sandboxed program is refused.

A deny-list in the spirit of Flatpak's and Docker's: what reaches other processes, the kernel's configuration, new
namespaces or rarely used kernel code is refused; what ordinary programs need goes through. Two filters: a large one
that the zygote installs once and every child inherits at no cost, and a small one for the child alone (no new
processes). Traps that the order of the checks reflects: the x32 ABI shares the architecture number, `clone3` hides its
flags behind a pointer (refused as unknown, so libc falls back to `clone`), ioctl commands count in their low 32 bits.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Iterable, Iterator

from harness.sandbox import linux

_COLUMN = 0 if linux.IS_X86 else 1
_ARCHITECTURE = 0xC000003E if linux.IS_X86 else 0xC00000B7

# (x86-64, arm64); None where the architecture has no such call.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # mounts, roots, namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # large or rarely used kernel code
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "fanotify_init": (300, 262),
    "vmsplice": (278, 75),
    "lookup_dcookie": (212, 18),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "personality": (135, 92),
    # memory that no limit counts, memory placement
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "mlock": (149, 228),
    "mlock2": (325, 284),
    "mlockall": (151, 230),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    # the machine
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "clock_settime": (227, 112),
    "settimeofday": (164, 170),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
    # identities
    "setuid": (105, 146),
    "setgid": (106, 144),
    "setreuid": (113, 145),
    "setregid": (114, 143),
    "setresuid": (117, 147),
    "setresgid": (119, 149),
    "setgroups": (116, 159),
    # marks that stay on the scratch folder itself
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    # how the zygote, or other processes of this user, are scheduled
    "ioprio_set": (251, 30),
}
_SCHEDULING = [pair[_COLUMN] for pair in ((203, 122), (144, 119), (142, 118), (314, 274))]
"""Calls whose first argument is a process: sched_setaffinity, -scheduler, -param, -attr."""
# What Landlock has no rule for: modes, owners, times. They seem to succeed, so that `shutil.copy` still works.
_WITHOUT_EFFECT: dict[str, tuple[int | None, int | None]] = {
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utimensat": (280, 88),
    "futimesat": (261, None),
    "chmod": (90, None),
    "chown": (92, None),
    "lchown": (94, None),
    "utime": (132, None),
    "utimes": (235, None),
}
_TRUNCATE = (76, 45)[_COLUMN]
_SOCKETPAIR = (53, 199)[_COLUMN]
# Programs probe for these and have another way when the kernel does not know them.
_UNKNOWN: dict[str, tuple[int, int]] = {
    "clone3": (435, 435),
    "memfd_create": (319, 279),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
_FORK: dict[str, tuple[int | None, int | None]] = {"fork": (57, None), "vfork": (58, None)}
_CLONE = (56, 220)[_COLUMN]
_EXECVE = (59, 221)[_COLUMN]
_EXECVEAT = (322, 281)[_COLUMN]
_SOCKET = (41, 198)[_COLUMN]
_IOCTL = (16, 29)[_COLUMN]
_KILL = (62, 129)[_COLUMN]
_TGKILL = (234, 131)[_COLUMN]
_OTHER_SIGNALS = [pair[_COLUMN] for pair in ((200, 130), (129, 138), (297, 240), (424, 424))]
_PRLIMIT = (302, 261)[_COLUMN]
_SETPRIORITY = (141, 140)[_COLUMN]
_FCNTL = (72, 25)[_COLUMN]
_PRCTL = (157, 167)[_COLUMN]

_CLONE_THREAD = 0x00010000
_DATAGRAM = 2
_CLONE_NEW_NAMESPACES = 0x7E020000
_REFUSED_IOCTL = (0x5412, 0x541C, 0x8901, 0x8902)  # TIOCSTI, TIOCLINUX, and FIOSETOWN, SIOCSPGRP as below
_SEND_SIGNALS = (8, 15)  # F_SETOWN, F_SETOWN_EX: have the kernel signal another process

_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_OFFSET_NUMBER, _OFFSET_ARCHITECTURE, _OFFSET_FIRST, _OFFSET_SECOND = 0, 4, 16, 24


def _instruction(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _load(offset: int) -> bytes:
    return _instruction(0x20, 0, 0, offset)


def _if_equal(value: int, skip_true: int, skip_false: int) -> bytes:
    return _instruction(0x15, skip_true, skip_false, value)


def _if_at_least(value: int, skip_true: int, skip_false: int) -> bytes:
    return _instruction(0x35, skip_true, skip_false, value)


def _and(mask: int) -> bytes:
    return _instruction(0x54, 0, 0, mask)


def _return(action: int) -> bytes:
    return _instruction(0x06, 0, 0, action)


def _refuse(error: int) -> bytes:
    return _return(0x00050000 | error)


def _prologue() -> Iterator[bytes]:
    yield from (_load(_OFFSET_ARCHITECTURE), _if_equal(_ARCHITECTURE, 1, 0), _return(_KILL_PROCESS))
    yield _load(_OFFSET_NUMBER)
    if linux.IS_X86:
        yield from (_if_at_least(0x40000000, 0, 1), _refuse(errno.ENOSYS))  # the x32 ABI


def _refuse_call(number: int | None, error: int) -> Iterator[bytes]:
    if number is not None:
        yield from (_if_equal(number, 0, 1), _refuse(error))


def _for_call(number: int, body: list[bytes]) -> Iterator[bytes]:
    """`body` runs for this call only and may clobber the accumulator, which is loaded anew after it."""
    yield _if_equal(number, 0, len(body) + 1)
    yield from body
    yield _load(_OFFSET_NUMBER)


def _refuse_values(offset: int, values: Iterable[int]) -> list[bytes]:
    return [_load(offset), *(part for value in values for part in _refuse_call(value, errno.EPERM))]


def _own_signals_only(pid: int) -> Iterator[bytes]:
    for number in (_KILL, _TGKILL):
        yield from _for_call(number, [_load(_OFFSET_FIRST), _if_equal(pid, 1, 0), _refuse(errno.EPERM)])
    for number in _OTHER_SIGNALS:
        yield from _refuse_call(number, errno.EPERM)


def base_filter(socket_families: Iterable[int], allow_exec: bool = False, has_own_files: bool = True) -> bytes:
    """Build the filter that the zygote installs once.

    It still allows new processes, since the zygote has to fork; `child_filter` takes that away.

    Args:
        socket_families: The address families that `socket` may be called with.
        allow_exec: Whether other programs may be started.
        has_own_files: Whether the file tree is one of the sandbox's own. If not, no file's mode, owner or times can be
            changed, and no socket be had that sends to a path.
    """
    families = list(socket_families)
    parts = list(_prologue())
    for pair in _UNKNOWN.values():
        parts += _refuse_call(pair[_COLUMN], errno.ENOSYS)
    for call in _REFUSED.values():
        parts += _refuse_call(call[_COLUMN], errno.EPERM)
    parts += _for_call(
        _CLONE, [_load(_OFFSET_FIRST), _and(_CLONE_NEW_NAMESPACES), _if_equal(0, 1, 0), _refuse(errno.EPERM)]
    )
    if not allow_exec:
        parts += [*_refuse_call(_EXECVE, errno.EPERM), *_refuse_call(_EXECVEAT, errno.EPERM)]
    if not has_own_files:
        for call in _WITHOUT_EFFECT.values():
            parts += _refuse_call(call[_COLUMN], 0)
        parts += _refuse_call(_TRUNCATE, errno.EPERM)  # by path; Landlock knows it from ABI 3 on
        # One of a pair of datagram sockets can send to any other address.
        body = [_load(_OFFSET_SECOND), _and(0xF), _if_equal(_DATAGRAM, 0, 1), _refuse(errno.EPROTONOSUPPORT)]
        parts += _for_call(_SOCKETPAIR, body)
    allowed = [_if_equal(family, len(families) - index, 0) for index, family in enumerate(families)]
    parts += _for_call(_SOCKET, [_load(_OFFSET_FIRST), *allowed, _refuse(errno.EAFNOSUPPORT)])
    parts += _for_call(_IOCTL, _refuse_values(_OFFSET_SECOND, _REFUSED_IOCTL))
    parts += _for_call(_FCNTL, _refuse_values(_OFFSET_SECOND, _SEND_SIGNALS))
    # Mono schedules its threads, and says on standard output where it may not: commands' calls seem to succeed.
    for number in (_PRLIMIT, *_SCHEDULING, _SETPRIORITY):
        error = 0 if allow_exec and number in _SCHEDULING else errno.EPERM
        parts += _for_call(number, [_load(_OFFSET_FIRST), _if_equal(0, 1, 0), _refuse(error)])
    parts += _for_call(_SETPRIORITY, [_load(_OFFSET_SECOND), _if_equal(0, 1, 0), _refuse(errno.EPERM)])
    return b"".join([*parts, _return(_ALLOW)])


def child_filter(own_pid: int | None = None) -> bytes:
    """Build the filter for one child: threads may be started, processes not.

    Args:
        own_pid: If given, signals may be sent to this process only (where Landlock cannot scope signals).
    """
    parts = list(_prologue())
    for pair in _FORK.values():
        parts += _refuse_call(pair[_COLUMN], errno.EAGAIN)
    is_thread = [_load(_OFFSET_FIRST), _and(_CLONE_THREAD), _if_equal(_CLONE_THREAD, 1, 0), _refuse(errno.EAGAIN)]
    parts += _for_call(_CLONE, is_thread)
    # It ends with the zygote, whatever it would rather do.
    parts += _for_call(_PRCTL, _refuse_values(_OFFSET_FIRST, (linux.PR_SET_PDEATHSIG,)))
    if own_pid is not None:
        parts += _own_signals_only(own_pid)
    return b"".join([*parts, _return(_ALLOW)])


_SYS_SECCOMP = (317, 277)[_COLUMN]
_SET_MODE_FILTER = 1


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class Filter:
    """A filter ready to be installed in a fork of this process by a single system call.

    The process must have given up new privileges (`jail.enter` does).
    """

    def __init__(self, instructions: bytes) -> None:
        self._buffer = ctypes.create_string_buffer(instructions, len(instructions))
        self._program = _Program(len(instructions) // 8, ctypes.addressof(self._buffer))
        self._arguments = [ctypes.c_long(number) for number in (_SYS_SECCOMP, _SET_MODE_FILTER, 0)]
        self._reference = ctypes.byref(self._program)

    def install(self) -> None:
        """Install it on this thread and all its descendants, for good."""
        linux.raw_syscall(*self._arguments, self._reference)
