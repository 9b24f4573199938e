"""Lists of tasks as people read them: in the benchmark's order, the shared start of their ids said once."""

from __future__ import annotations

from collections.abc import Iterable


def task_order(task_id: str) -> tuple[str, int, str]:
    """Give a sort key that puts `HumanEval/9` before `HumanEval/10`, and `HumanEval_9_x` before `HumanEval_10_y`.

    Args:
        task_id: Any.

    Example:
        >>> sorted(["HumanEval/10", "own", "HumanEval/9", "mbpp_3_x"], key=task_order)
        ['HumanEval/9', 'HumanEval/10', 'mbpp_3_x', 'own']
    """
    family, number, rest = _parts(task_id)
    return (family, int(number), rest) if number else (task_id, -1, "")


def task_list(task_ids: Iterable[str]) -> str:
    """Name tasks in the benchmark's order; after the first of a family only the numbers, as `--task` takes them.

    Args:
        task_ids: In any order.

    Example:
        >>> task_list(["HumanEval/10", "HumanEval/9", "Mbpp/2", "own"])
        'HumanEval/9, 10, Mbpp/2, own'
    """
    words, before = [], ""
    for task_id in sorted(task_ids, key=task_order):
        family, number, rest = _parts(task_id)
        is_same = bool(number) and not rest and family == before
        words.append(number if is_same else task_id)
        before = family if number and not rest else ""
    return ", ".join(words)


def _parts(task_id: str) -> tuple[str, str, str]:
    """Split `HumanEval/9` and `HumanEval_9_name` into what stands before the number, the number, and the rest."""
    head, slash, tail = task_id.rpartition("/")
    if slash and tail.isascii() and tail.isdigit():
        return head, tail, ""
    head, _, tail = task_id.partition("_")
    number, underscore, rest = tail.partition("_")
    return (head, number, rest) if underscore and number.isascii() and number.isdigit() else (task_id, "", "")
