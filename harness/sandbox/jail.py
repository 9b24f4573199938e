"""Building the jail around the zygote, once: namespaces with a root of its own, Landlock, seccomp, identity.

Covers: no network but a private loopback, no other process visible or reachable, no file but the readable ones of
`readable` and an empty size-limited scratch folder, no set-uid, no new namespaces, a short list of system calls
refused. Does not cover: bugs of the kernel reachable through the calls that remain, side channels of shared hardware.
"""

from __future__ import annotations

import errno
import functools
import os
import signal
import sys
from collections.abc import Iterator

from harness.sandbox import landlock, linux, seccomp
from harness.sandbox.readable import Readable

UNPRIVILEGED = 65534
"""The user and group that a caller who is root gives up its own for where nothing better is (`nobody` everywhere)."""
_OWN_USERS = 0x70000000

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_MOUNT_POINTS = ("/mnt", "/media", "/srv", "/opt", "/proc")
_UNIX, _INET, _INET6 = 1, 2, 10


class Jail:
    """What the zygote is to be jailed with. `scratch` is the folder that programs may write in."""

    # No dataclass: importing what makes one is a fifth of the time that a sandbox takes to start.
    # `allow_exec` lets other programs be started; those look themselves up in /proc, where they see only each other.
    def __init__(
        self, level: str, readable: Readable, scratch: str, scratch_bytes: int, allow_exec: bool = False
    ) -> None:
        self.level = level
        self.readable = readable
        self.scratch = scratch
        self.scratch_bytes = scratch_bytes
        self.allow_exec = allow_exec

    @functools.cached_property
    def given_user(self) -> int | None:
        """The user that a caller who is root becomes: one that no other sandbox has, where there are that many.

        The limit on processes counts all of a user's.
        """
        if os.geteuid():
            return None
        own = _OWN_USERS + os.getpid()
        return own if _is_mapped(own) else UNPRIVILEGED

    @property
    def has_own_user(self) -> bool:
        """Whether nothing else on this machine counts as the same user's."""
        return self.has_namespaces if self.given_user is None else self.given_user != UNPRIVILEGED

    @property
    def has_namespaces(self) -> bool:
        """Whether the zygote is the first process of its own process namespace."""
        return self.level == "namespaces"

    @property
    def has_landlock(self) -> bool:
        """Whether the allow-list of paths is enforced by the kernel's Landlock."""
        return self.level in ("namespaces", "landlock") and landlock.abi() > 0

    @property
    def has_seccomp(self) -> bool:
        """Whether system calls are filtered."""
        return self.level != "rlimits"

    @property
    def scopes_signals(self) -> bool:
        """Whether signals to outsiders are cut without a seccomp rule of the child's own."""
        return self.has_namespaces or (self.has_landlock and landlock.abi() >= 6)


def enter(jail: Jail) -> None:
    """Put this process and all its future children into the jail, for good.

    With namespaces this process forks: the caller goes on as process 1 of the new process namespace, while the outer
    process only waits for it and ends with it.

    Raises:
        OSError: The kernel refuses a step (the level does not work on this machine).
    """
    user = jail.given_user
    if user is not None and not jail.has_namespaces:
        os.chown(jail.scratch, user, UNPRIVILEGED)
    if jail.has_namespaces:
        _new_namespaces(is_root=user is not None)
        if jail.allow_exec:  # only process 1 can mount /proc, and without privileges only while the old one is there
            _become_first_process()
            _new_root(jail)
        else:
            _new_root(jail)
            _become_first_process()
        linux.mount(None, "/", flags=linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | linux.MS_NOSUID)
    if user is not None:
        _drop_identity(user, _kept_capabilities(jail), is_inherited=jail.allow_exec)
    elif jail.has_namespaces:
        linux.limit_capabilities(0)
        linux.set_capabilities(0)
    if jail.has_namespaces:
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # behind the last change of identity, which takes it back
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    if jail.has_landlock:
        writable = ["/tmp", "/dev/shm"] if jail.has_namespaces else [jail.scratch]
        # In a root of our own the package folders hold only what is shown, and `import` has to list them.
        shown = jail.readable.hidden if jail.has_namespaces else []
        shown = [*shown, "/proc"] if jail.has_namespaces and jail.allow_exec else shown
        # Linkers look through library folders; what lies in the hidden ones inside stays unreadable.
        listed = ["/usr"] if jail.allow_exec else []
        landlock.restrict([*jail.readable.allow_list(), *shown], writable, _DEVICES, jail.allow_exec, listed)
    if jail.has_seccomp:
        families = (_UNIX, _INET, _INET6) if jail.has_namespaces else ()
        seccomp.Filter(seccomp.base_filter(families, jail.allow_exec, jail.has_namespaces)).install()


def _new_namespaces(is_root: bool) -> None:
    # A user namespace made by root would switch RLIMIT_NPROC off for good, so root goes without and changes its user.
    uid, gid = os.geteuid(), os.getegid()
    own = linux.CLONE_NEWNS | linux.CLONE_NEWPID | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS | linux.CLONE_NEWNET
    linux.unshare(own | (0 if is_root else linux.CLONE_NEWUSER))
    if not is_root:
        for name, text in (("setgroups", "deny"), ("uid_map", f"1000 {uid} 1"), ("gid_map", f"1000 {gid} 1")):
            with open(f"/proc/self/{name}", "w") as handle:
                handle.write(text)
    linux.loopback_up()


def _new_root(jail: Jail) -> None:
    readable = jail.readable
    sources = [*readable.folders, *readable.packages]
    root = next(p for p in _MOUNT_POINTS if os.path.isdir(p) and not any(s.startswith(p + "/") for s in sources))
    linux.mount(None, "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "size=1m,mode=755")
    for name in ("dev", "tmp", "proc", "old"):
        os.mkdir(f"{root}/{name}")
    scratch = f"size={jail.scratch_bytes},nr_inodes=16k,mode=1777"
    linux.mount("tmpfs", f"{root}/tmp", "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, scratch)
    if any(path.startswith("/tmp/") for path in readable.folders):
        raise OSError(errno.ENOTSUP, "the interpreter itself lives under /tmp, where samples write")
    _shield_scratch(root, sources)
    for folder in readable.folders:
        _show(folder, root)
    for folder in readable.hidden:
        _hide(folder, root, readable)
    for path, target in readable.links:
        os.symlink(target, root + path)
    for device in _DEVICES:
        _make_mount_point(device, root + device)
        linux.mount(device, root + device, flags=linux.MS_BIND)
    os.mkdir(f"{root}/dev/shm")
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("tmpfs", f"{root}/dev/shm", "tmpfs", flags, "size=16m,nr_inodes=1k,mode=1777")
    if jail.allow_exec:
        linux.mount("proc", f"{root}/proc", "proc", flags)
    linux.pivot_root(root, f"{root}/old")
    os.chdir("/")
    linux.unmount("/old")
    os.rmdir("/old")


def _shield_scratch(root: str, sources: list[str]) -> None:
    """Where an interpreter lives under /tmp, its mount points stand on a file system of their own, then read-only."""
    for top in sorted({path.split("/")[2] for path in sources if path.startswith("/tmp/")}):
        shield = f"{root}/tmp/{top}"
        os.mkdir(shield)
        linux.mount("tmpfs", shield, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "size=1m,mode=755")
        for path in sources:
            if path.startswith(f"/tmp/{top}/"):
                _make_mount_point(path, root + path)
        for path in sources:
            if path.startswith(f"/tmp/{top}/"):
                linux.bind_read_only(path, root + path)
        _remount_read_only(shield)


def _show(path: str, root: str) -> None:
    if path.startswith("/tmp/"):
        return  # shown by the shield
    _make_mount_point(path, root + path)
    linux.bind_read_only(path, root + path)


def _hide(folder: str, root: str, readable: Readable) -> None:
    inside = [path for path in readable.packages if path.startswith(folder + "/")]
    covered = any(folder.startswith(shown + "/") for shown in readable.folders)
    if folder.startswith("/tmp/"):
        return
    if covered:
        linux.mount("tmpfs", root + folder, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "size=1m,mode=755")
    for path in inside:
        _show(path, root)
    if covered:
        _remount_read_only(root + folder)


def _remount_read_only(target: str) -> None:
    flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV
    linux.mount(None, target, flags=flags)


def _make_mount_point(source: str, target: str) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if not os.path.exists(target):
        with open(target, "w"):
            pass


def _become_first_process() -> None:
    child = os.fork()
    if child:
        os.closerange(3, 256)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def is_given_user(user: int) -> bool:
    """Whether this is a user that a caller who is root becomes in some sandbox."""
    return user == UNPRIVILEGED or user >= _OWN_USERS


def _is_mapped(user: int) -> bool:
    """Whether there is such a user here: a container may have only the first 65536."""
    with open("/proc/self/uid_map") as handle:
        spans = [[int(word) for word in line.split()] for line in handle]
    return any(first <= user < first + count for first, _, count in spans)


def _kept_capabilities(jail: Jail) -> int:
    """The right to walk through private folders, where the interpreter lives in root's home and there is no own tree.

    With Landlock that reaches what the allow-list names and no further; the weak levels do not protect reading anyway.
    Docker gives its containers a stronger form of it only.
    """
    if jail.has_namespaces or all(map(is_reachable_by_others, _needed(jail))):
        return 0
    if linux.has_capability(linux.CAP_DAC_READ_SEARCH):
        return 1 << linux.CAP_DAC_READ_SEARCH
    if jail.has_landlock and linux.has_capability(linux.CAP_DAC_OVERRIDE):
        return 1 << linux.CAP_DAC_OVERRIDE
    return 0


def _drop_identity(user: int, kept: int, is_inherited: bool) -> None:
    """Become `user`, who is nobody, with no capabilities but those in the mask `kept`, which commands may inherit."""
    linux.limit_capabilities(kept)
    linux.prctl(linux.PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
    os.setresuid(user, user, user)
    linux.set_capabilities(kept, is_inherited)


def _needed(jail: Jail) -> list[str]:
    """What the interpreter reads after the change of user: this package and its environment too."""
    return [*jail.readable.folders, *jail.readable.packages, *jail.readable.hidden, __file__, sys.executable]


@functools.cache
def _is_open(folder: str) -> bool:
    return bool(os.stat(folder).st_mode & 0o001)


def is_reachable_by_others(path: str) -> bool:
    """Whether every folder on the way to a path may be walked through by everybody.

    Example:
        >>> is_reachable_by_others("/usr/bin/env")
        True
    """
    return all(map(_is_open, _above(path)))


def _above(path: str) -> Iterator[str]:
    while path not in ("/", ""):
        path = os.path.dirname(path)
        yield path
