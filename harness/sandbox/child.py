"""The sandboxed child: executes one program, calls it as it is told, sends back what came out.

Runs beside hostile code, so nothing it says is believed: it holds no expected value, and a wrong or silent child only
fails its own sample. What it needs is taken into local names before the program runs, so that an honest program that
redefines builtins or patches modules does not break its own run.
"""

from __future__ import annotations

import builtins
import marshal
import os
import sys
import time
import types
from collections.abc import Callable

from harness.sandbox import values, wire
from harness.sandbox.fingerprint import expected_fingerprint, fingerprint

# The functions below look builtins up in this copy: a program that rebinds `len` still gets its answers out.
globals()["__builtins__"] = dict(vars(builtins))

MODULE = "solution"

_FIRST_INTERVAL = 0.001
_LAST_INTERVAL = 0.05
_KEPT_BYTES = 4 << 20
_ERROR_LENGTH = 300

Kept = tuple[int, object]
"""A tag and what is kept until the batch is accepted: a dump, an encoding, an error's text, or a very long value."""


class _Connection:
    """Exact reads and complete writes on the socket to the worker."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read = os.read
        self._write = os.write
        self._exit = os._exit
        self._unpack = wire.ORDER.unpack
        self._pack = wire.FRAME.pack

    def read(self, size: int) -> bytes:
        got = self._read(self._descriptor, size)
        while len(got) < size:
            part = self._read(self._descriptor, size - len(got))
            if not part:
                self._exit(0)
            got += part
        return got

    def order(self) -> tuple[int, int, int]:
        code, first, second = self._unpack(self.read(wire.ORDER.size))
        return code, first, second

    def send(self, kind: int, index: int, body: bytes) -> None:
        message = memoryview(self._pack(kind, index, len(body)) + body)
        while message:
            message = message[self._write(self._descriptor, message) :]


def serve(descriptor: int, inputs: list[list[object]], scratch: str, output_bytes: int) -> None:
    """Execute the program that comes first on the socket and follow orders until killed.

    Args:
        descriptor: The socket to the worker.
        inputs: The positional arguments of each test of the task.
        scratch: The folder the program is said to live in.
        output_bytes: Largest encoding of one answer.
    """
    connection = _Connection(descriptor)
    loads = marshal.loads
    source, entry_point = loads(connection.read(connection.order()[2]))
    _seed(source)
    module = types.ModuleType(MODULE)
    module.__file__ = f"{scratch}/{MODULE}.py"
    sys.modules[MODULE] = module
    sys.argv = [module.__file__]
    keeper = _Keeper(output_bytes)
    namespace = module.__dict__
    namespace["__builtins__"] = vars(builtins)  # the true ones, not this module's copy
    is_executed = False
    try:
        exec(compile(source, module.__file__, "exec", dont_inherit=True), namespace)
        is_executed = True
        function: Callable[..., object] = namespace[entry_point] if entry_point else _no_function
    except BaseException as error:
        missing = wire.ERROR, f"no function {entry_point!r}".encode()
        tag, text = missing if is_executed else keeper.failure(error)
        return connection.send(wire.NOT_LOADED, 0, bytes((tag,)) + text)
    answering = _Answering(connection, keeper)
    while True:
        code, first, second = connection.order()
        if code == wire.GO:
            answering.go(function, inputs, first, second)
        elif code == wire.VALUES:
            answering.values(first)
        elif code == wire.MEASURE:
            answering.measure(function, inputs, first, second)
        else:
            name, arguments, keywords = loads(connection.read(second))
            answering.call(namespace.get(name), arguments, keywords)


class _Keeper:
    """Turns answers and exceptions into what is sent."""

    def __init__(self, output_bytes: int) -> None:
        self._limit = output_bytes
        self._encode = values.encode
        self._loads = marshal.loads
        self._too_large = values.ValueTooLarge

    def keep(self, value: object) -> Kept:
        """Encode a value that has no fingerprint, at once: it may change later."""
        try:
            return wire.VALUE, self._encode(value, self._limit)
        except BaseException as error:
            return self.failure(error)

    def failure(self, error: BaseException) -> tuple[int, bytes]:
        if isinstance(error, self._too_large):
            return wire.TOO_LARGE, b""
        if isinstance(error, MemoryError):
            return wire.MEMORY, b"MemoryError"
        tag = wire.SYNTAX if isinstance(error, SyntaxError) else wire.ERROR
        try:
            text = f"{type(error).__name__}: {error!s:.{_ERROR_LENGTH}}"
            return tag, text.encode("utf-8", "replace")[: 4 * _ERROR_LENGTH]
        except BaseException:
            return tag, b"an exception that cannot be printed"

    def encoded(self, kept: Kept) -> tuple[int, bytes]:
        """Give tag and bytes of a kept answer; a dump or a very long value (tag -1 or -2) is encoded only now."""
        tag, content = kept
        if tag == _DUMPED:
            tag, content = self.keep(self._loads(content))  # type: ignore[arg-type]
        elif tag == _WHOLE:
            tag, content = self.keep(content)
        return tag, content  # type: ignore[return-value]


_DUMPED, _WHOLE = -1, -2


class _Answering:
    """Follows the orders of one worker on one loaded program."""

    def __init__(self, connection: _Connection, keeper: _Keeper) -> None:
        self._connection = connection
        self._keeper = keeper
        self._clock = time.monotonic
        self._fingerprint = fingerprint
        self._interval = _FIRST_INTERVAL
        self._first = 0
        self._kept: list[Kept] = []

    def go(self, function: Callable[..., object], inputs: list[list[object]], start: int, end: int) -> None:
        """Call the function on inputs[start:end] until time for a report, and report."""
        clock, take, keep, marks = self._clock, self._fingerprint, self._keeper.keep, wire.MARK
        kept: list[Kept] = []
        prints: list[bytes] = []
        size = 0
        self._first, self._kept = start, kept
        deadline = clock() + self._interval
        self._interval = min(self._interval * 2, _LAST_INTERVAL)
        for index in range(start, min(end, start + wire.MAX_BATCH)):
            try:
                value = function(*inputs[index])
                found = take(value)
            except BaseException as error:
                kept.append(self._keeper.failure(error))
                prints.append(marks[kept[-1][0]])
                break
            if found is None:
                kept.append(keep(value))
                prints.append(marks[kept[-1][0]])
                size += len(kept[-1][1])  # type: ignore[arg-type]
            else:
                print_, dump = found
                prints.append(print_)
                if dump is None:
                    kept.append((_WHOLE, value))
                    break
                kept.append((_DUMPED, dump))
                size += len(dump)
            if size > _KEPT_BYTES or clock() >= deadline:
                break
        self._connection.send(wire.BATCH, start, b"".join(prints))

    def measure(self, function: Callable[..., object], inputs: list[list[object]], start: int, end: int) -> None:
        """Call a reference on inputs[start:end] until time for a report; stop behind the first exception."""
        deadline = self._clock() + _LAST_INTERVAL
        found: list[bytes] = []
        for index in range(start, end):
            began = time.process_time()
            try:
                value = function(*inputs[index])
                print_, is_floats = expected_fingerprint(value), _is_floats(value)
            except BaseException:
                print_, is_floats = wire.MARK[wire.ERROR], False
            found.append(wire.MEASUREMENT.pack(print_, time.process_time() - began, is_floats))
            if print_ == wire.MARK[wire.ERROR] or self._clock() >= deadline:
                break
        self._connection.send(wire.MEASURED, start, b"".join(found))

    def values(self, index: int) -> None:
        """Send the answers of the last batch from `index` on, in full, as many as fit one message."""
        self._send(index, self._kept[index - self._first :])

    def call(self, function: object, arguments: list[object], keywords: dict[str, object]) -> None:
        """Call once and send the answer in full."""
        try:
            kept = self._keeper.keep(function(*arguments, **keywords))  # type: ignore[operator]
        except BaseException as error:
            kept = self._keeper.failure(error)
        self._send(0, [kept])

    def _send(self, index: int, kept: list[Kept]) -> None:
        parts: list[bytes] = []
        size = 0
        for item in kept:
            tag, content = self._keeper.encoded(item)
            parts += (wire.ANSWER.pack(tag, len(content)), content)
            size += len(content)
            if size > _KEPT_BYTES:
                break
        self._connection.send(wire.ANSWERS, index, b"".join(parts))


def _seed(source: str) -> None:
    """See to it that the same program draws the same numbers in every run.

    Only now, for the few programs that draw any: with these loaded before the fork every fork would cost more, a
    quarter more with numpy's.
    """
    if "random" not in source:
        return
    import random

    random.seed(0)
    if "numpy" in source and "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)


def _no_function(*_: object) -> object:
    raise LookupError("this program is called by name")


def _is_floats(value: object) -> bool:
    """EvalPlus's rule for outputs that are compared with a tolerance though the task names none."""
    if isinstance(value, (list, tuple)) and value:
        return all(isinstance(item, float) for item in value)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray):
        return str(value.dtype) in ("float64", "float32")
    return isinstance(value, float)
