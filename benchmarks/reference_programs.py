"""Programs that pass, for every language of MultiPL-E: what the benchmark of languages builds and runs.

Recorded ones where FUSEVAL_DATA has some (C++, Java, JavaScript, PHP, Racket), one a problem. For the other problems
and languages: those again, or MultiPL-E's own must-pass program, each with a comment of its own: no two are alike.
"""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

LANGUAGES = "cpp java js ts rs go php lua pl rb r sh cs d rkt".split()
_COMMENTS = {"php": "", "lua": "--", "pl": "#", "rb": "#", "r": "#", "sh": "#", "rkt": ";"}


def programs(data: Path, language: str, count: int) -> list[tuple[str, str]]:
    """Give names of problems with a program each.

    Args:
        data: The folder that FUSEVAL_DATA names.
        language: By its name.
        count: How many, or fewer where the language has fewer problems.
    """
    recorded = dict(_recorded(data / "samples" / "multipl_e", language))
    others = itertools.cycle(recorded.values() or [_must_pass(data / "samples" / "multipl_e", language)])
    with gzip.open(data / "multipl_e" / f"humaneval-{language}.jsonl.gz", "rt", encoding="utf-8") as file:
        names = [json.loads(line)["name"] for line in file][:count]
    return [(name, recorded.get(name) or _marked(next(others), language, name)) for name in names]


def write_folder(place: Path, language: str, named: list[tuple[str, str]]) -> None:
    """Write programs as a folder of MultiPL-E's results, which `fuseval score --samples` reads.

    Args:
        place: Where the folder goes.
        language: By its name.
        named: Names of problems with a program each.
    """
    folder = place / f"humaneval-{language}-reference-0.2-reworded"
    folder.mkdir(parents=True)
    for name, program in named:
        result = {"program": program, "status": "OK", "exit_code": 0, "stdout": "", "stderr": "", "timestamp": 0}
        row = {"name": name, "language": language, "prompt": "", "tests": "", "results": [result]}
        (folder / f"{name}.results.json.gz").write_bytes(gzip.compress(json.dumps(row).encode()))


def _recorded(samples: Path, language: str) -> Iterator[tuple[str, str]]:
    place = samples / f"qwen2.5-coder-1.5b-humaneval-{language}.jsonl.gz"
    if place.exists():
        with gzip.open(place, "rt", encoding="utf-8") as file:
            yield from ((row["name"], row["program"]) for row in map(json.loads, file) if row["passed"] is True)
    if language == "rkt":
        for results in sorted((samples / "racket-official-format").glob("*.results.json.gz")):
            problem = json.loads(gzip.decompress(results.read_bytes()))
            passed = [row["program"] for row in problem["results"] if (row["status"], row["exit_code"]) == ("OK", 0)]
            yield from ((problem["name"], program) for program in passed[:1])


def _must_pass(samples: Path, language: str) -> str:
    place = samples / "must-pass-must-fail" / f"{language}-davinci-0.2-keep-HumanEval53.json"
    problem = json.loads(place.read_text(encoding="utf-8"))
    return f"{problem['prompt']}{problem['completions'][0]}\n{problem['tests']}"


def _marked(program: str, language: str, mark: str) -> str:
    if language == "php":
        return program.replace("<?php", f"<?php // {mark}\n", 1)
    return f"{program}\n{_COMMENTS.get(language, '//')} {mark}\n"
