"""A scripted model, for dry runs of whole pipelines: it is named as a mock wherever its answers show.

Without a script it gives the benchmark's own solution to a seeded share of the tasks and a stub to the others. A script
is a JSON file: `{"answers": {TASK_ID: TEXT}, "share": 0.5, "latency_s": 0.0, "fails_after": N}`, each part optional.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import EnvironmentLacking, InputError
from harness.formats.jsonl import no_such_file
from harness.models.model import Request, Sampling
from harness.records import Completion, ModelInfo, Task


@dataclass(frozen=True)
class Script:
    """What a mock does."""

    answers: Mapping[str, str] = field(default_factory=dict)
    share: float = 0.5
    """Of the tasks without an answer of their own: how many get the benchmark's solution."""
    latency_s: float = 0.0
    fails_after: int | None = None
    """After so many answers of one sitting it is gone, as a server that dies."""

    def __post_init__(self) -> None:
        """Refuse a share that is none."""
        if not 0 <= self.share <= 1:
            raise InputError(f"a mock's share is {self.share}, not between 0 and 1", hint='as in {"share": 0.5}')


def read_script(path: Path) -> Script:
    """Read a mock's script.

    Raises:
        InputError: There is no such file, or it is no script.
    """
    import json

    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Script).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise no_such_file(path) from None
    except (ValueError, ValidationError) as error:
        raise InputError(
            f"{path} is no script of a mock: {str(error).splitlines()[0]}", hint='{"share": 0.5}'
        ) from None


class MockModel:
    """A scripted model.

    Args:
        tasks: The benchmark's, by task_id.
        script: What it does.

    Example:
        >>> task = Task("Demo/0", "def one():\\n", "one", "    return 1\\n")
        >>> MockModel({"Demo/0": task}, Script(share=1.0)).info.backend
        'mock'
    """

    def __init__(self, tasks: Mapping[str, Task], script: Script | None = None) -> None:
        self._tasks = tasks
        self._script = script or Script()

    @classmethod
    def probe(cls) -> str:
        """Say why this backend can not be used here; it always can."""
        return ""

    @property
    def info(self) -> ModelInfo:
        """It is called a mock, and is ranked among models no more than the self-checks are."""
        return ModelInfo("mock", backend="mock", is_self_check=True)

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """The share and the answers, as they change what is said."""
        answers = "\0".join(f"{key}\0{value}" for key, value in sorted(self._script.answers.items()))
        digest = hashlib.sha256(answers.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return {"share": self._script.share, "answers": digest}

    def __enter__(self) -> MockModel:
        """Give the model itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """It holds nothing."""

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        """Answer by the script (see `Model.answer`)."""
        for number, request in enumerate(requests):
            if number == self._script.fails_after:
                raise EnvironmentLacking(f"the mock is gone after {number} answers", hint="as its script says")
            time.sleep(self._script.latency_s)
            text, kind = self._text(request, sampling), request.prompt.kind
            yield Completion(
                request.task_id, request.sample_index, request.prompt.prefill + text, kind, "stop", len(text.split())
            )

    def _text(self, request: Request, sampling: Sampling) -> str:
        said = self._script.answers.get(request.task_id)
        if said is not None:
            return said
        task = self._tasks[request.task_id]
        draw = (
            sampling.seed_of(request)
            if sampling.temperature
            else Sampling().seed_of(Request(task.task_id, 0, request.prompt))
        )
        body = task.canonical_solution if draw % 1000 < 1000 * self._script.share else "    pass\n"
        if request.prompt.kind == "completion":
            return body
        program = task.prompt + body
        return program if request.prompt.prefill else f"```python\n{program}```"
