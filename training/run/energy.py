"""The energy that a training takes, where the machine tells: RAPL's counters and NVIDIA's power readings.

RAPL counts the processor packages in microjoules and wraps around. Of an NVIDIA card the driver tells its power, which
is taken to hold between two readings. Neither covers the rest of the machine, and other work on it is counted too.
Where nothing tells, the energy is unknown, never 0.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

_RAPL = Path("/sys/class/powercap")
_INTERVAL_S = 10.0


class EnergyMeter:
    """Counts from its making; `look` is to be called often.

    Args:
        rapl: The folder of the kernel's counters.
        with_card: Whether an NVIDIA card does the work.

    Example:
        >>> EnergyMeter(Path("/nowhere"), with_card=False).joules is None
        True
    """

    def __init__(self, rapl: Path = _RAPL, *, with_card: bool = False) -> None:
        packages = [path for path in sorted(rapl.glob("intel-rapl:*")) if path.name.count(":") == 1]
        self._packages = [(path, value) for path in packages if (value := _microjoules(path)) is not None]
        self._card = shutil.which("nvidia-smi") if with_card else None
        self._microjoules = 0
        self._card_joules: float | None = None
        self._looked = time.monotonic()

    @property
    def joules(self) -> float | None:
        """Until the last look; None where nothing tells."""
        if not self._packages and self._card_joules is None:
            return None
        return self._microjoules / 1e6 + (self._card_joules or 0.0)

    def look(self) -> None:
        """Read the counters, if the last time is long enough ago."""
        now = time.monotonic()
        if now - self._looked < _INTERVAL_S:
            return
        seconds, self._looked = now - self._looked, now
        for number, (path, before) in enumerate(self._packages):
            value = _microjoules(path)
            if value is None:
                continue
            wrap = _microjoules(path, "max_energy_range_uj") or 0
            self._microjoules += value - before if value >= before else value + wrap - before
            self._packages[number] = (path, value)
        watts = _card_watts(self._card) if self._card else None
        if watts is not None:
            self._card_joules = (self._card_joules or 0.0) + watts * seconds


def _microjoules(path: Path, name: str = "energy_uj") -> int | None:
    try:
        return int((path / name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _card_watts(program: str) -> float | None:
    command = [program, "--query-gpu=power.draw", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
        return sum(float(line) for line in done.stdout.split())
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
