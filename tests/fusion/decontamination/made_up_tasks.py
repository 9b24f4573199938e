"""A private benchmark of a few tasks, so that the checks run without anybody's data."""

from __future__ import annotations

import json
from pathlib import Path

LIST_OF_NUMBERS = [[1], [2], [3, 5, 8], [9, 4], [7, 7, 7, 1], [0, -3, 6], [10, 2, 30, 4]]

TASKS = [
    {
        "task_id": "My/0",
        "entry_point": "zigzag_sum",
        "prompt": (
            "def zigzag_sum(values):\n"
            '    """Add up the values of a list with alternating signs, beginning with a plus for the first value,\n'
            "    and give back the total squared if the number of values is odd, or the plain total if it is even.\n"
            "    >>> zigzag_sum([3, 5, 8])\n    36\n"
            '    """\n'
        ),
        "canonical_solution": (
            "    total = 0\n    sign = 1\n    for value in values:\n        total += sign * value\n"
            "        sign = -sign\n    return total * total if len(values) % 2 else total\n"
        ),
        "base_input": [[values] for values in LIST_OF_NUMBERS],
    },
    {
        "task_id": "My/1",
        "entry_point": "stretch",
        "prompt": (
            "def stretch(text):\n"
            '    """Write a function to repeat every letter of a text as often as its place in the text says."""\n'
        ),
        "canonical_solution": (
            "    return ''.join(letter * place for place, letter in enumerate(text, start=1) if letter.isalpha())\n"
        ),
        "base_input": [["ab"], ["x"], ["hello"], ["a-b"], ["xyz"], ["Qq"]],
    },
    {
        "task_id": "My/2",
        "entry_point": "total",
        "prompt": 'def total(values):\n    """Write a function to count the true values of a list."""\n',
        "canonical_solution": "    return sum(values)\n",
        "base_input": [[values] for values in LIST_OF_NUMBERS],
    },
]

RENAMED = """
def kettle(pots):
    lid = 1
    steam = 0
    for pot in pots:
        steam = steam + lid * pot
        lid *= -1
    if len(pots) % 2 == 1:
        return steam ** 2
    return steam
"""


def write_benchmark(folder: Path) -> Path:
    """Write the tasks in EvalPlus's form."""
    path = folder / "mine.jsonl"
    path.write_text("".join(json.dumps(task) + "\n" for task in TASKS))
    return path
