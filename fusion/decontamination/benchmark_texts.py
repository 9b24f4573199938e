"""The benchmarks' tasks as texts: what is asked, the solution, the tests, the name of the function.

MultiPL-E asks the same in many languages, and its benchmarks count as one here, with the texts of every language that
is on this machine. A language or a benchmark whose data is not here is named, so that nobody takes it for checked.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.benchmarks import load, multipl_e
from harness.benchmarks.python_source import parse
from harness.errors import EnvironmentLacking
from harness.records import Benchmark, Task

DEFAULT_BENCHMARKS = ("humaneval+", "mbpp+", "multipl-e", "multipl-e-mbpp")

_BLOCK_COMMENT = re.compile(
    r'/\*+(?P<c>.*?)\*+/|\(\*+(?P<ml>.*?)\*+\)|"""(?P<quoted>.*?)"""|^\s+"(?P<clojure>[^"]{20,})"',
    re.DOTALL | re.MULTILINE,
)
_COMMENT_LINE = re.compile(r"[ \t]*(?://+|#+(?!lang\b|include\b|!)|--+|;+|%+)[ \t]?\|?(?P<text>.*)")
_EXAMPLES = re.compile(r"^[ \t*#/;-]*(?:>>>|assert\b|(?:for )?examples?\b|e\.?g\.?[ :])", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class BenchmarkSource:
    """Which data the texts are of. `sha256` is that of the data file, or of all languages' together."""

    name: str
    version: str
    sha256: str
    tasks: int


@dataclass(frozen=True)
class BenchmarkText:
    """One task's texts.

    Example:
        >>> source = BenchmarkSource("demo", "1", "", 1)
        >>> BenchmarkText(source, "Demo/1", "one", ("Give one.",), "return 1", ("assert one() == 1",)).benchmark
        'demo'
    """

    source: BenchmarkSource
    task_id: str
    entry_point: str
    questions: tuple[str, ...]
    """What is asked, in words: one a language, as far as they differ."""
    solution: str = ""
    tests: tuple[str, ...] = ()
    """Tests and examples, one a line."""
    origin: str = ""
    """The same for all tasks that are one task in different benchmarks, as `humaneval 53`."""

    @property
    def benchmark(self) -> str:
        """The benchmark's name."""
        return self.source.name


@dataclass(frozen=True)
class TaskTexts:
    """The texts of some benchmarks, and what of them is not on this machine."""

    tasks: tuple[BenchmarkText, ...]
    names: tuple[str, ...]
    """What was asked for and is here, at least in part, as it was asked for."""
    missing: tuple[str, ...]
    """What could not be read, each with the command that fetches it."""


def read_texts(names: Iterable[str] = DEFAULT_BENCHMARKS) -> TaskTexts:
    """Read the texts of benchmarks.

    Args:
        names: As after `--bench`; `multipl-e` is all its languages. A private benchmark is the path of its file.

    Raises:
        InputError: There is no such benchmark, or its data is damaged.
        EnvironmentLacking: The data of none of them is on this machine.

    Example:
        >>> texts = read_texts(["humaneval"])
        >>> texts.tasks[53].questions, texts.missing
        (('Add two numbers x and y',), ())
    """
    tasks: list[BenchmarkText] = []
    here: list[str] = []
    missing: list[str] = []
    asked = tuple(dict.fromkeys(names))
    for name in asked:
        try:
            found = _of_languages(name, missing) if multipl_e.is_name(name) else _of_benchmark(load(name))
        except EnvironmentLacking as error:
            missing.append(f"{name} ({error.hint})")
            continue
        before = len(tasks)
        tasks += found
        if len(tasks) > before:
            here.append(name)
    if set(asked) >= set(DEFAULT_BENCHMARKS) and not set(here) & {*DEFAULT_BENCHMARKS, "humaneval"}:
        tasks += _of_benchmark(load("humaneval"))  # what comes with the package is better than no check
    if not tasks:
        raise EnvironmentLacking(
            f"no benchmark's data is on this machine: {'; '.join(missing)}", hint="fuseval data fetch"
        )
    return TaskTexts(tuple(tasks), tuple(here), tuple(missing))


def question_of(prompt: str, entry_point: str = "") -> tuple[str, str]:
    r"""Split a prompt into what is asked in words and the examples that follow it.

    Args:
        prompt: The task's prompt: code with a docstring, a docstring alone, or comments of any language.
        entry_point: The function whose docstring counts, where the prompt is Python with several.

    Example:
        >>> question_of('def one():\n    \"\"\"Give one.\n    >>> one()\n    1\n    \"\"\"\n', "one")
        ('Give one.', '>>> one()\n1')
        >>> question_of("// Give one.\n// >>> one()\nfunction one() {")
        ('Give one.', '>>> one()')
    """
    text = _python_docstring(prompt, entry_point)
    if text is None:
        text = _comment(prompt)
    found = _EXAMPLES.search(text)
    cut = found.start() if found and text[: found.start()].strip() else len(text)
    return text[:cut].strip(), text[cut:].strip()


def _of_benchmark(benchmark: Benchmark) -> Iterator[BenchmarkText]:
    source = BenchmarkSource(benchmark.name, benchmark.version, benchmark.sha256, len(benchmark.tasks))
    for task in benchmark.tasks.values():
        question, examples = question_of(task.prompt, task.entry_point)
        yield BenchmarkText(
            source,
            task.task_id,
            task.entry_point,
            questions=(question,),
            solution=task.canonical_solution,
            tests=tuple(_test_lines(f"{examples}\n{task.test}")),
            origin=_origin(task, benchmark.name),
        )


def _of_languages(name: str, missing: list[str]) -> Iterator[BenchmarkText]:
    """Read the languages of one family that are here; the others are added to `missing`."""
    asked = multipl_e.every_language(name) if multipl_e.means_all(name) else multipl_e.expand(name)
    here: list[Benchmark] = []
    for part in asked:
        try:
            here.append(load(part))
        except EnvironmentLacking as error:
            missing.append(f"{part} ({error.hint})")
    if not here:
        return
    hashes = "".join(f"{benchmark.name} {benchmark.sha256}\n" for benchmark in here)
    version = ", ".join(sorted({benchmark.version for benchmark in here}))
    of_task: dict[str, list[Task]] = {}
    for benchmark in here:
        for task in benchmark.tasks.values():
            of_task.setdefault(task.task_id, []).append(task)
    source = BenchmarkSource(name, version, hashlib.sha256(hashes.encode()).hexdigest(), len(of_task))
    for task_id, tasks in of_task.items():
        # The data says "jsthon" for "Python" in its JavaScript.
        split = [question_of(task.prompt.replace(f"{task.language}thon", "python")) for task in tasks]
        yield BenchmarkText(
            source,
            task_id,
            tasks[0].entry_point,
            questions=tuple(dict.fromkeys(question for question, _ in split)),
            tests=tuple(dict.fromkeys(line for _, examples in split for line in _test_lines(examples))),
            origin=_origin(tasks[0], name),
        )


def _origin(task: Task, benchmark: str) -> str:
    number = re.match(r"(?:HumanEval|Mbpp|mbpp)[/_](\d+)", task.task_id)
    return f"{task.family} {number[1]}" if number else f"{benchmark} {task.task_id}"


def _test_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith(("assert", ">>>")):
            yield stripped.removeprefix(">>>").strip()


def _python_docstring(prompt: str, entry_point: str) -> str | None:
    """Give the docstring that asks, or None where the prompt is no Python or has none."""
    try:
        tree = parse(
            f"{prompt}\n    pass\n" if prompt.lstrip().startswith(("def", "from", "import", "class")) else prompt
        )
    except (SyntaxError, ValueError):
        return None
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    holders: list[ast.FunctionDef | ast.Module] = [node for node in functions if node.name == entry_point]
    for node in [*holders, *functions[::-1], tree]:
        if text := ast.get_docstring(node):
            return text
    return None


def _comment(prompt: str) -> str:
    """Give the longest comment of a prompt in whatever language, or all of it where there is none."""
    found = ["\n".join(filter(None, match.groups())) for match in _BLOCK_COMMENT.finditer(prompt)]
    lines: list[str] = []
    for line in [*prompt.splitlines(), ""]:
        match = _COMMENT_LINE.fullmatch(line)
        if match:
            lines.append(match["text"].strip())
        elif lines:
            found.append("\n".join(lines))
            lines = []
    longest = max(found, key=len, default="")
    cleaned = "\n".join(line.strip(" \t*") for line in longest.splitlines())
    return cleaned if cleaned.strip() else prompt
