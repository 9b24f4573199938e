"""Running references in the sandbox: to measure them once, and for the single outputs that a report or oracle needs."""

from __future__ import annotations

import marshal

from harness.errors import EnvironmentLacking, WorkerLost
from harness.grading.calibration import Pace
from harness.grading.expected import Expected, from_measurements
from harness.grading.oracle import expects_not_none
from harness.grading.prepared import PreparedTask
from harness.records import Limits, Task
from harness.sandbox import wire
from harness.sandbox.fingerprint import SIZE, small_value
from harness.sandbox.pair import WorkerPair
from harness.sandbox.sample import Ended, NotLoaded
from harness.sandbox.values import decode

_CACHED_OUTPUTS = 512
_GENEROUS = 1000.0


class NoOutput(Exception):
    """The reference has no output that could be shown here: it is too large, or the reference fails on this machine."""


def reference_program(task: Task) -> str:
    """Give the program whose outputs are expected.

    Where only "returns something" is tested, the reference's output is reduced to that.
    """
    if not expects_not_none(task):
        return task.reference
    name = task.entry_point
    return (
        f"{task.reference}\n\n_reference = {name}\n\ndef {name}(*given):\n    return _reference(*given) is not None\n"
    )


def measure(worker: WorkerPair, task: Task, pace: Pace) -> Expected:
    """Run a task's reference on all its inputs.

    Raises:
        EnvironmentLacking: The reference fails here (the message names the task, the input and the error).
    """
    inputs = [*task.base_input, *task.plus_input]
    worker.use_inputs(marshal.dumps(inputs, 2))
    count = len(inputs)
    measured: list[tuple[bytes, float, bool]] = []
    try:
        with worker.sample(reference_program(task), task.entry_point) as sample:
            while len(measured) < count:
                measured += sample.measure(len(measured), count)
                if measured[-1][0] == wire.MARK[wire.ERROR]:
                    raise EnvironmentLacking(f"the reference of {task.task_id} fails on its test {len(measured) - 1}")
    except NotLoaded as error:
        said = error.answer.content.decode("utf-8", "replace")
        raise EnvironmentLacking(f"the reference of {task.task_id} does not load: {said}") from None
    except Ended as error:
        raise EnvironmentLacking(f"the reference of {task.task_id} did not finish ({error.reason})") from None
    return from_measurements(task, measured, pace)


class References:
    """Outputs of references, got when they are asked for, in a sandbox of their own.

    Args:
        level: Isolation level of the sandbox.
        limits: Limits of the run; CPU time is given generously.
    """

    def __init__(self, level: str, limits: Limits) -> None:
        self._worker = WorkerPair(level, limits)
        self._outputs: dict[tuple[str, int], object] = {}

    def output(self, prepared: PreparedTask, test: int) -> object:
        """Give a reference's output on one test.

        Raises:
            NoOutput: It cannot be had.
        """
        small = small_value(prepared.prints[SIZE * test : SIZE * (test + 1)])
        if small:
            return small[0]
        key = (prepared.task.task_id, test)
        if key not in self._outputs:
            if len(self._outputs) >= _CACHED_OUTPUTS:
                self._outputs.clear()
            self._outputs[key] = self._run(prepared, test)
        found = self._outputs[key]
        if isinstance(found, NoOutput):
            raise found
        return found

    def close(self) -> None:
        """End the sandbox."""
        self._worker.close()

    def _run(self, prepared: PreparedTask, test: int) -> object:
        task = prepared.task
        self._worker.use_inputs(prepared.inputs)
        try:
            with self._worker.sample(reference_program(task), task.entry_point) as sample:
                sample.go(test, test + 1, _GENEROUS)
                answer = sample.answers(test)[0]
        except (Ended, NotLoaded, WorkerLost) as error:
            return NoOutput(f"the reference of {task.task_id} fails here: {error}")
        if answer.tag == wire.TOO_LARGE:
            return NoOutput("too large to show")
        if answer.tag != wire.VALUE:
            return NoOutput(f"the reference of {task.task_id} fails here")
        return decode(answer.content)
