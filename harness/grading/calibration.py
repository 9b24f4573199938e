"""How fast this machine runs Python now, in terms of a fixed loop.

Reference solutions' times are kept as multiples of this loop's CPU time, so that limits measured on one machine hold on
another. CPU time alone does not make a busy machine harmless: where two virtual cores share a real one, the same work
takes up to twice the CPU time when the other is in use. So a program that ran out of time is judged again with limits
stretched by what the loop takes at that moment.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

NOMINAL_S = 0.0025
"""CPU seconds of the loop on a core of a current desktop machine, for which the limits in seconds are meant."""

_ROUNDS = 3
_STEPS = 40_000


@dataclass(frozen=True)
class Pace:
    """How long things take here: CPU seconds of the loop, and by how much limits in seconds are stretched."""

    loop_s: float
    stretch: float = 1.0

    def seconds(self, loops: float) -> float:
        """Convert a time in loops."""
        return loops * self.loop_s


def calibrate() -> Pace:
    """Measure the loop: the fastest of a few rounds, some milliseconds each. Limits in seconds are left as they are."""
    return Pace(min(_round() for _ in range(_ROUNDS)))


def calibrate_under_load() -> Pace:
    """Measure the loop as it goes now, slow rounds included, and stretch limits where this machine is slower."""
    rounds = sorted(_round() for _ in range(3 * _ROUNDS))
    loop_s = rounds[len(rounds) // 2]
    return Pace(loop_s, max(1.0, loop_s / NOMINAL_S))


def _round() -> float:
    began = time.thread_time()
    total = 0
    table: dict[int, int] = {}
    for number in range(_STEPS):
        total += number * number % 7
        table[number & 255] = total
    return time.thread_time() - began
