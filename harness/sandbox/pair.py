"""Two workers that look like one: programs that name numpy go to the one that has it loaded.

Few programs use numpy, and a process that has loaded it takes half as long again to fork and twice as long to start. A
program that gets at it without naming it runs all the same, and imports it on its own time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from harness.records import Limits
from harness.sandbox.sample import Sample
from harness.sandbox.worker import Worker

_NUMERIC = "numpy"


class WorkerPair:
    """One sandbox for most programs and, from the first program on that needs it, one with numpy.

    Args:
        level: Isolation level, as `levels.probe` found it.
        limits: Memory, scratch and output limits, and the limits on sleep and wall time.
    """

    def __init__(self, level: str, limits: Limits) -> None:
        self._lean = Worker(level, limits)
        self._numeric = Worker(level, limits, preload=(_NUMERIC,))

    def start(self) -> None:
        """Start the sandbox for most programs and wait until it is ready.

        Raises:
            WorkerLost: It did not come up; the message has its last words.
        """
        self._lean.start()

    def launch(self) -> None:
        """Start the sandbox for most programs without waiting for it."""
        self._lean.launch()

    def close(self) -> None:
        """End both; safe to call at any time."""
        self._lean.close()
        self._numeric.close()

    def use_inputs(self, inputs: bytes) -> None:
        """Say which inputs (a list of lists of arguments, dumped by marshal) the next samples are called with."""
        self._lean.use_inputs(inputs)
        self._numeric.use_inputs(inputs)

    @contextmanager
    def sample(self, source: str, entry_point: str) -> Iterator[Sample]:
        """Run one program in a fresh process until the block ends; afterwards `Sample.usage` is set.

        Raises:
            WorkerLost: The sandbox died; the next sample starts another.
        """
        worker = self._numeric if _NUMERIC in source else self._lean
        with worker.sample(source, entry_point) as sample:
            yield sample
