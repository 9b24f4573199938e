"""The nouns of the harness: what is asked, what is answered, what came of it, and what a run keeps.

Plain frozen dataclasses without any import beyond the standard library, because the judge processes load this module
too. How a run looks on disk, and the validation of what is read back, is in `harness.formats.run_folder`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

FORMAT_VERSION = 1
"""Version of the files a run writes; readers refuse a newer one."""


class Status(StrEnum):
    """How one sample ended. `infra_error` and `skipped` are the harness's own trouble, never the model's failure."""

    PASS = "pass"
    FAIL = "fail"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASH = "crash"
    SYNTAX_ERROR = "syntax_error"
    NO_CODE = "no_code"
    TRUNCATED = "truncated"
    INFRA_ERROR = "infra_error"
    SKIPPED = "skipped"

    @property
    def is_counted(self) -> bool:
        """Whether the sample enters a score."""
        return self not in (Status.INFRA_ERROR, Status.SKIPPED)


Family = Literal["humaneval", "mbpp"]
"""Which benchmark family's special oracles apply (EvalPlus keys them by family and entry point)."""

TestKind = Literal["calls", "check", "asserts", "program"]
"""How a task is tested: calls compared with the reference's outputs (EvalPlus), HumanEval's `check(candidate)`, MBPP's
asserts, or one program in whatever language, of the answer and its tests (MultiPL-E)."""


@dataclass(frozen=True)
class Task:
    """One question of a benchmark, with its tests.

    Example:
        >>> task = Task("Demo/0", "def one():\\n", "one", "    return 1\\n", base_input=[[]])
        >>> task.reference
        'def one():\\n    return 1\\n'
    """

    task_id: str
    prompt: str
    entry_point: str
    canonical_solution: str
    base_input: list[list[object]] = field(default_factory=list)
    """One list of positional arguments a test; `kind == "calls"` only."""
    plus_input: list[list[object]] = field(default_factory=list)
    """EvalPlus's added tests, in the same form; empty where the benchmark has none."""
    atol: float = 0.0
    """Absolute tolerance for float outputs; 0 means EvalPlus's rule (1e-6 once an expected output is a float)."""
    family: Family = "humaneval"
    kind: TestKind = "calls"
    test: str = ""
    """The test program: HumanEval's `check`, or MBPP's asserts one a line, or what EvalPlus ships beside the calls."""
    test_setup: str = ""
    """Code that runs before the asserts (MBPP's `test_setup_code`)."""
    language: str = ""  # by its name in `harness.languages`, where `kind == "program"`
    stop_tokens: tuple[str, ...] = ()
    """Where a base model's answer ends, as the data says; the earliest counts and is dropped."""

    @property
    def reference(self) -> str:
        """The benchmark's own solution as a complete program."""
        return self.prompt + self.canonical_solution


@dataclass(frozen=True)
class Benchmark:
    """A named, versioned set of tasks.

    `sha256` is that of the data file's bytes as read (after gunzip), so that two runs can be told to have answered the
    same questions. `is_plus` says that both base and plus tests are run; `base_name` is the column its base tests fill.
    """

    name: str
    version: str
    sha256: str
    tasks: Mapping[str, Task]
    is_plus: bool = False
    base_name: str = ""
    source: str = ""
    """Where the data came from, for `fuseval benchmarks` and the record (a path or a package name)."""
    unsatisfiable: frozenset[str] = frozenset()
    """Tasks whose tests are known to fail every correct answer."""


SampleKind = Literal["solution", "completion", "raw", "program"]
"""`solution`: a whole program. `completion`: follows the prompt. `raw`: a chat answer, to be extracted by a rule.
`program`: exactly what was executed elsewhere, tests included (MultiPL-E)."""


@dataclass(frozen=True)
class Completion:
    """What a model said to one task: one sample.

    `sample_index` counts from 0 within a task. `finish_reason` is the server's (`stop`, `length`, …) or None where
    nobody said; `tokens` counts the completion's tokens or is None.
    """

    task_id: str
    sample_index: int
    text: str
    kind: SampleKind = "solution"
    finish_reason: str | None = None
    tokens: int | None = None


@dataclass(frozen=True)
class Extraction:
    """A program taken out of a completion, and the name of the rule that took it.

    `status` is None when there is a program to run, else `no_code` or `truncated`.
    """

    program: str
    rule: str
    status: Status | None = None


@dataclass(frozen=True)
class Execution:
    """How MultiPL-E's evaluator would write the end of one program: its status, exit code and first output."""

    status: str
    exit_code: int
    stdout: str = ""
    stderr: str = ""
    ran_to_end: bool | None = None
    """Of a pass, whether it came to the end of its tests; None where that can not be told."""


@dataclass(frozen=True)
class Verdict:
    """What came of one sample. Texts (`failing_input`, `expected`, `got`, `error`) are shortened for reading."""

    task_id: str
    sample_index: int
    status: Status
    solution: str
    rule: str = "as-is"
    base_status: Status | None = None
    """`pass`, `fail` or `timeout`, as EvalPlus counts: a single test that ran out of time has failed; `timeout` is a
    whole set of tests that did. `status` tells more: it is `timeout` in both cases."""
    plus_status: Status | None = None
    failing_input: str | None = None
    expected: str | None = None
    got: str | None = None
    error: str | None = None
    base_failed_test: int | None = None
    """Index of the first failing base test, where tests are calls (EvalPlus's export names its input)."""
    plus_failed_test: int | None = None
    is_low_assurance: bool = False
    """The tests had to run beside the candidate (they build its classes), so a hostile program could forge this one."""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    execution: Execution | None = None
    """Where answer and tests are one program in whatever language."""


@dataclass(frozen=True)
class Score:
    """pass@k of one column, with its interval and what it is over.

    `value`, `low` and `high` are fractions in [0, 1]; `tasks` is how many of the benchmark's `of_tasks` are scored;
    `samples` the number of samples a task (the smallest, if they differ); `passed` the samples that passed.
    """

    column: str
    k: int
    value: float
    low: float
    high: float
    tasks: int
    of_tasks: int
    samples: int
    passed: int
    interval: str = "wilson-95"


@dataclass(frozen=True)
class ModelInfo:
    """Who answered. `is_self_check` marks the built-in answerers, which are never ranked among models."""

    name: str
    revision: str | None = None
    backend: str = "replay"
    is_self_check: bool = False


@dataclass(frozen=True)
class Question:
    """What a model was asked (`question.json`): with the completions, all that it takes to grade them elsewhere."""

    model: ModelInfo
    benchmark: str
    """A registered name, or the path of a private benchmark, as it was given."""
    dataset_sha256: str
    n: int
    """Samples a task. Not part of a run's identity: more samples of the same question continue the run."""
    task_ids: list[str]
    sampling: Mapping[str, float | int]
    """`temperature`, `top_p`, `max_tokens`, `seed`."""
    settings: Mapping[str, str | int | float]
    """What of the backend can change an answer."""
    prompt_style: str
    preset: str
    template_sha256: str
    template: str
    extraction: str
    seconds: float = 0.0
    """Wall seconds that it was asked, over all sittings."""
    software: Mapping[str, str] = field(default_factory=dict)
    """Versions on the machine that asked."""
    n_before: int | None = None  # samples a task before the last were added: what was stopped is not added twice
    format_version: int = FORMAT_VERSION


@dataclass(frozen=True)
class Limits:
    """What one sample may use. CPU limits are per test: max(`floor_s`, `factor` x the reference's own CPU seconds)."""

    floor_s: float = 4.0
    factor: float = 4.0
    memory_bytes: int = 4 << 30
    total_s: float = 240.0
    """Cap on the CPU seconds of one sample's base (or plus) tests, raised where the reference itself needs more."""
    output_bytes: int = 16 << 20  # largest encoded return value
    scratch_bytes: int = 64 << 20
    wall_factor: float = 10.0
    """Wall-clock backstop as a multiple of the CPU limit, for programs that sleep."""


@dataclass(frozen=True)
class RunRecord:
    """Everything that is kept of one run (`run.json`). Unknowns are absent, never 0; fractions, never percents."""

    run_id: str
    model: ModelInfo
    benchmark: str
    benchmark_version: str
    dataset_sha256: str
    task_count: int
    samples_sha256: str
    extraction: str
    limits: Limits
    sandbox: str
    """The isolation level: `namespaces`, `landlock`, `seccomp` or `rlimits`; `unknown` where it was made elsewhere."""
    counts: Mapping[str, int]
    """Samples by status; `skipped` counts tasks without a sample."""
    scores: list[Score]
    is_complete: bool
    """False when any sample is `infra_error` or any task was skipped."""
    started_utc: str
    finished_utc: str
    seconds: Mapping[str, float]
    """Wall seconds by stage (`grade`, …) and `cpu`, the sandboxed CPU seconds."""
    software: Mapping[str, str]
    samples_source: str = ""
    benchmark_source: str = ""
    """Where the benchmark's data lay: for a private one, the file to name again."""
    prompt_style: str | None = None
    template_sha256: str | None = None
    generation: Mapping[str, float | int | str] | None = None
    tokens: int | None = None
    """Tokens of all completions, as the backend counts them."""
    preset: str | None = None
    settings: Mapping[str, float | int | str] | None = None
    """What of the backend can change an answer, as its model says."""
    finish_reasons: Mapping[str, int] | None = None
    repeat: Mapping[str, int] | None = None
    """Where all was asked a second time: `asked`, `texts_differ` and `verdicts_differ`, in samples."""
    low_assurance: int = 0
    early_exits: int = 0  # passed by ending before their tests did
    programs_as_given: int = 0  # run exactly as elsewhere: prompt and tests are the file's, not the benchmark's
    origin: str = ""
    """Where verdicts that were made elsewhere come from: the tool's file and its hash. Then `limits` says nothing."""
    metadata: Mapping[str, str | float] = field(default_factory=dict)
    """What the person said of the run (`recipe`, `seed`, `size`, …): for filters and groups; its identity stays."""
    format_version: int = FORMAT_VERSION

    @property
    def wall_seconds(self) -> float | None:
        """Wall seconds of all stages together (`cpu` is no stage but what they used); None where nobody measured."""
        stages = [value for name, value in self.seconds.items() if name != "cpu"]
        return sum(stages) if stages else None
