"""Eight-byte fingerprints of plain values: equal fingerprints mean equal values of equal types.

The child sends the fingerprint of what a candidate returned, and only where it differs from the expected one the whole
value; knowing the fingerprint of an answer means having computed the answer. A dump of up to seven bytes (every bool,
None and 32-bit integer, the shortest strings) travels as it is; a longer one as seven bytes of its SHA-256: a guess is
right once in 2**56.

What it covers: None, bool, int, float, complex, str, list, tuple, dict, set, frozenset, exactly these types, nested.
What it does not: bytes, whose dump `marshal` also makes of other buffers (bytearray, numpy's scalars and arrays), and
nan, which never equals itself. A value that holds one of them has no fingerprint, an expected one `NEVER`, and the
whole value is compared. Equal values can have two fingerprints (0.0 and -0.0, two orders of one dict); then, too, the
whole value decides.
"""

from __future__ import annotations

import builtins
import marshal
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import hashlib

try:
    # Not `hashlib`, which would map OpenSSL into a process whose forks cost by the mapping.
    from _sha2 import sha256  # Python 3.12 and newer
except ImportError:
    from _sha256 import sha256

# The functions below look builtins up in this copy: a program that rebinds `len` still gets its answers out.
globals()["__builtins__"] = dict(vars(builtins))

SIZE = 8
NEVER = bytes(SIZE)
"""No value has this fingerprint."""

_DUMP_VERSION = 2  # the last without references, so that equal values dump alike however they share parts
_RAW_LIMIT = 7
_HASHED = b"\xff"
_LONG = 1 << 16  # bytes from which on OpenSSL's faster SHA-256 is worth its loading
_CHUNK = 4096  # items hashed at a time, so that a value of a gigabyte needs no dump of a gigabyte
_BYTES_TAG = b"s"
"""Stands in every dump of a buffer, and in some others."""
_EXACT = (bool, int, complex, str)
_SCALARS = frozenset((bool, int, float, complex, str, type(None)))


def fingerprint(value: object) -> tuple[bytes, bytes | None] | None:
    """Fingerprint a value.

    Returns:
        The fingerprint and the dump that it is of (None where the value is too long to be dumped in one piece), or None
        where the value is not plain.

    Raises:
        MemoryError: The value is too large for this process's memory limit.

    Example:
        >>> fingerprint([1, 2]) == fingerprint([1, 2]), fingerprint([1, 2]) == fingerprint((1, 2))
        (True, False)
        >>> fingerprint(lambda: None) is None
        True
    """
    if type(value) in (list, tuple) and len(value) > _CHUNK:  # type: ignore[arg-type]
        return _of_long(value)  # type: ignore[arg-type]
    try:
        dump = marshal.dumps(value, _DUMP_VERSION)  # type: ignore[arg-type]
    except ValueError:
        return None
    if _BYTES_TAG in dump and type(value) is not str and not _is_exact(value):
        return None
    size = len(dump)
    if size <= _RAW_LIMIT:
        return dump.ljust(_RAW_LIMIT, b"\0") + bytes((size,)), dump
    digest = _fast_sha256()(dump) if size > _LONG else sha256(dump)
    return digest.digest()[:_RAW_LIMIT] + _HASHED, dump


def _of_long(value: list[object] | tuple[object, ...]) -> tuple[bytes, bytes | None] | None:
    digest = _fast_sha256()(f"{type(value).__name__} {len(value)} ".encode())
    try:
        for start in range(0, len(value), _CHUNK):
            chunk = value[start : start + _CHUNK]
            dump = marshal.dumps(chunk, _DUMP_VERSION)  # type: ignore[arg-type]
            if _BYTES_TAG in dump and not _is_exact(chunk):
                return None
            digest.update(dump)
    except ValueError:
        return None
    return digest.digest()[:_RAW_LIMIT] + _HASHED, None


def _fast_sha256() -> Callable[[bytes], hashlib._Hash]:
    import hashlib

    return hashlib.sha256


def expected_fingerprint(value: object) -> bytes:
    """Fingerprint a reference's output, or give `NEVER` where a fingerprint could not prove equality.

    Example:
        >>> expected_fingerprint(3) == fingerprint(3)[0], expected_fingerprint(b"ab") == NEVER
        (True, True)
    """
    found = fingerprint(value) if _is_exact(value) else None
    return found[0] if found else NEVER


def small_value(print_: bytes) -> tuple[object] | None:
    """Give back the value of a fingerprint that holds it, as a tuple of one; None for a hash. Trusted input only.

    Example:
        >>> small_value(expected_fingerprint(True)), small_value(expected_fingerprint("a long text"))
        ((True,), None)
    """
    size = print_[-1]
    return (marshal.loads(print_[:size]),) if 0 < size <= _RAW_LIMIT else None  # noqa: S302


def _is_exact(value: object) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        kind = type(item)
        if item is None or kind in _EXACT:
            if kind is complex and item != item:  # noqa: PLR0124 - only nan differs from itself
                return False
        elif kind is float:
            if item != item:  # noqa: PLR0124
                return False
        elif kind in (list, tuple, set, frozenset):
            if set(map(type, item)) <= _SCALARS:  # type: ignore[call-overload]
                # The common case without a step of Python an item: only nan differs from itself.
                if not all(map(operator.eq, item, item)):  # type: ignore[call-overload]
                    return False
            else:
                pending.extend(item)  # type: ignore[arg-type]
        elif kind is dict:
            pending.extend(item)  # type: ignore[arg-type]
            pending.extend(item.values())  # type: ignore[attr-defined]
        else:
            return False
    return True
