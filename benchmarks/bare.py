"""The bare calls: every reference on every input, with nothing around them. The floor that a harness is measured by.

Prints the CPU seconds and wall seconds as JSON. Reading and decoding the inputs is not in them.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import answers


def call_all(problem: answers.Problem) -> None:
    """Execute a reference and call it on all inputs."""
    namespace: dict[str, object] = {"__name__": "solution"}
    exec(problem["prompt"] + problem["canonical_solution"], namespace)
    function = namespace[problem["entry_point"]]
    assert callable(function)
    for arguments in problem["base_input"]:
        function(*arguments)
    for arguments in problem["plus_input"]:
        function(*arguments)


def forked(problem: answers.Problem) -> None:
    """Do the same in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            call_all(problem)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def share(problems: Sequence[answers.Problem], workers: int, fork: bool) -> None:
    """Deal the problems out to so many processes, and wait for them."""
    children = []
    for first in range(workers):
        child = os.fork()
        if child == 0:
            try:
                for problem in problems[first::workers]:
                    (forked if fork else call_all)(problem)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def main() -> None:
    """Make the calls and print what they took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--fork", action="store_true", help="a process a sample")
    given = parser.parse_args()
    problems = answers.read_problems(given.data, given.limit)
    gc.collect()
    gc.freeze()
    began = time.monotonic()
    share(problems, given.workers, given.fork)
    wall = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"wall_s": wall, "cpu_s": used.ru_utime + used.ru_stime}))


if __name__ == "__main__":
    main()
