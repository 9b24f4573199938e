"""MultiPL-E's own files as samples to grade: a folder with `<problem>.json.gz`, or only `<problem>.results.json.gz`.

The evaluator runs what stands in the file: prompt, completion, tests. Where prompt and tests are those of our data the
sample is a completion; where they differ (another wording, another version), a program that is run as it is.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from harness.errors import InputError
from harness.formats.jsonl import read_bytes
from harness.formats.sample_checks import FoundSample, natural_order
from harness.records import Benchmark, SampleKind, Task

_RESULTS = ".results.json"
_FOLDER = re.compile(r"(humaneval|mbpp)-[a-z]+(-|$)")
"""What MultiPL-E calls the folder of one language, before the model's name."""
_ENDINGS = (".json.gz", ".json")


def holds_samples(place: Path) -> bool:
    """Tell whether a path is a file of MultiPL-E, or a folder with some.

    Args:
        place: Any path.

    Example:
        >>> holds_samples(Path("/nowhere"))
        False
    """
    files = list(place.iterdir()) if place.is_dir() else [place]
    return any(_problem_name(file) is not None for file in files) and (place.is_dir() or _is_ours(place))


def of_language(place: Path, benchmark: Benchmark) -> Path:
    """Give the folder of a benchmark's language inside a folder of such folders; any other path stands for itself.

    Args:
        place: Any path.
        benchmark: Whose problems are answered.

    Raises:
        InputError: No folder is of the language, or several are.

    Example:
        >>> of_language(Path("samples.jsonl"), Benchmark("multipl-e:js", "3.2", "", {})).name
        'samples.jsonl'
    """
    if not place.is_dir() or holds_samples(place):
        return place
    folders = [path for path in sorted(place.iterdir()) if path.is_dir() and _FOLDER.match(path.name)]
    family, _, language = benchmark.name.partition(":")
    wanted = f"{'mbpp' if family.endswith('mbpp') else 'humaneval'}-{language}"
    found = [path for path in folders if path.name == wanted or path.name.startswith(f"{wanted}-")]
    if not folders or len(found) == 1:
        return found[0] if found else place
    if found:
        raise InputError(
            f"{place} holds {len(found)} folders of {wanted}: {', '.join(path.name for path in found[:4])}",
            hint=f"--samples {found[0]}, one model's at a time",
        )
    raise InputError(
        f"{place} holds no folder of {wanted}", hint=f"it has {', '.join(path.name for path in folders[:4])}"
    )


def read(place: Path, benchmark: Benchmark) -> tuple[list[FoundSample], str]:
    """Read the samples of a folder or file.

    Args:
        place: Where they lie.
        benchmark: Whose problems they answer.

    Returns:
        The samples, in the order of the problems' numbers, and a hash of all files.

    Raises:
        InputError: A file is damaged, or is of another language.
    """
    by_problem: dict[str, Path] = {}
    for file in sorted(place.iterdir()) if place.is_dir() else [place]:
        name = _problem_name(file)
        # The completions themselves, where there are some; results hold only what was executed.
        if name is not None and (name not in by_problem or _RESULTS in by_problem[name].name):
            by_problem[name] = file
    digest = hashlib.sha256()
    found: list[FoundSample] = []
    for name in sorted(by_problem, key=natural_order):
        file = by_problem[name]
        data = read_bytes(file)
        digest.update(f"{file.name}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
        found += _samples(data, file, benchmark)
    return found, digest.hexdigest()


def _samples(data: bytes, file: Path, benchmark: Benchmark) -> list[FoundSample]:
    problem = _decoded(data, file)
    try:
        name, prompt, tests = problem["name"], problem["prompt"], problem["tests"]
        task = benchmark.tasks.get(name)
        if "completions" in problem:
            texts = [_completion(text, prompt, tests, task) for text in problem["completions"]]
        else:
            texts = [(str(result["program"]), "program") for result in problem["results"]]
    except (KeyError, TypeError) as error:
        raise InputError(f"{file} is no file of MultiPL-E: {type(error).__name__}: {error}") from None
    _check_language(problem, file, benchmark)
    return [
        FoundSample(name, text, kind, f"{file.name} sample {number}", (file.name, number))
        for number, (text, kind) in enumerate(texts)
    ]


def _completion(text: str, prompt: str, tests: str, task: Task | None) -> tuple[str, SampleKind]:
    if task is None or (task.prompt == prompt and task.test == tests):
        return text, "completion"
    return f"{prompt}{text}\n{tests}", "program"


def _check_language(problem: dict[str, Any], file: Path, benchmark: Benchmark) -> None:
    said = str(problem.get("language", "")).removesuffix("_test.go")
    wanted = benchmark.name.partition(":")[2]
    if wanted and said and _SHORT.get(said, said) != wanted:
        raise InputError(
            f"{file} is of the language {said!r}, not of {benchmark.name}",
            hint=f"--bench {benchmark.name.partition(':')[0]}:{_SHORT.get(said, said)}",
        )


_SHORT = {"javascript": "js", "typescript": "ts", "python": "py", "ruby": "rb", "rust": "rs", "perl": "pl"}
"""What some files call a language whose short name is another."""


def _decoded(data: bytes, file: Path) -> dict[str, Any]:
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is damaged: {error}") from None
    if not isinstance(plain, dict):
        raise InputError(f"{file} is no file of MultiPL-E")
    return plain


def _problem_name(file: Path) -> str | None:
    ending = next((ending for ending in _ENDINGS if file.name.endswith(ending)), None)
    return file.name.removesuffix(ending).removesuffix(".results") if ending else None


def _is_ours(file: Path) -> bool:
    try:
        plain = json.loads(gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes())
    except (OSError, ValueError, EOFError):
        return False
    return isinstance(plain, dict) and "tests" in plain and bool({"completions", "results"} & plain.keys())
