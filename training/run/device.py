"""What this machine has to train on."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Device:
    """One of the devices that share the work; all are taken to be alike."""

    kind: str
    """cpu, cuda, xpu, mps …"""
    name: str
    free_bytes: int
    has_bf16: bool
    """Whether it computes bf16 faster than float32."""
    count: int
    """Processes of this training, one a device."""

    @property
    def words(self) -> str:
        """For people.

        Example:
            >>> Device("cpu", "CPU, 2 threads", 8 << 30, False, 1).words
            'CPU, 2 threads'
        """
        return self.name if self.count == 1 else f"{self.count} x {self.name}"


def find_device() -> Device:
    """Look at this process's device and its free memory."""
    import torch

    count = int(os.environ.get("WORLD_SIZE", "1"))
    if torch.cuda.is_available():
        number = int(os.environ.get("LOCAL_RANK", "0"))
        free, _ = torch.cuda.mem_get_info(number)
        return Device("cuda", torch.cuda.get_device_name(number), free, torch.cuda.is_bf16_supported(), count)
    if torch.accelerator.is_available() and (found := torch.accelerator.current_accelerator()) is not None:
        return Device(str(found.type), str(found.type), free_memory(), True, count)
    return Device("cpu", f"CPU, {torch.get_num_threads()} threads", free_memory(), False, count)


def free_memory() -> int:
    """Bytes of the machine's memory that can be had: the kernel's own estimate, or less where a cgroup limits it.

    Example:
        >>> free_memory() > 0
        True
    """
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    available = next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)
    try:
        limit, used = ((_CGROUP / f"memory.{name}").read_text(encoding="ascii").strip() for name in ("max", "current"))
        return min(available, int(limit) - int(used)) if limit != "max" else available
    except (OSError, ValueError):
        return available


def measured_flops(device: Device, *, is_bf16: bool) -> float:
    """Measure floating point operations a second by a product of two matrices; takes about a third of a second.

    Args:
        device: Where.
        is_bf16: In bf16 rather than float32.
    """
    import torch

    size = 768 if device.kind == "cpu" else 8192
    dtype = torch.bfloat16 if is_bf16 else torch.float32
    left = torch.ones(size, size, device=device.kind, dtype=dtype)
    synchronize = torch.accelerator.synchronize if device.kind != "cpu" else lambda: None
    best = float("inf")
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end:
        synchronize()
        begin = time.perf_counter()
        _ = left @ left
        synchronize()
        best = min(best, time.perf_counter() - begin)
    return 2.0 * size**3 / best
