"""Several devices: the command starts itself again under `accelerate launch`, with TRL's config files or one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from harness.errors import InputError, nearest

NAMES = ("fsdp2", "zero2", "zero3")


_MARK = "FUSEVAL_LAUNCHED"
"""Set for what is started here: accelerate starts a single process without a rank, and it would start itself again."""


def is_launched() -> bool:
    """Whether a launcher started this process."""
    return "LOCAL_RANK" in os.environ or _MARK in os.environ


def launch_command(parallel: str, arguments: list[str]) -> list[str]:
    """Give the command that starts the same training on all devices.

    Args:
        parallel: fsdp2, zero2, zero3, or the path of an accelerate config file.
        arguments: What was typed after `fuseval`.

    Raises:
        InputError: There is no such config.
    """
    import torch
    import trl

    own = Path(parallel).expanduser()
    if parallel in NAMES:
        own = Path(trl.__file__).parent / "accelerate_configs" / f"{parallel}.yaml"
    if not own.is_file():
        raise InputError(f"no accelerate config {parallel!r}", hint=f"{nearest(parallel, NAMES)}; or a file")
    count = torch.cuda.device_count()
    # TRL's files are for eight cards; a file of one's own says its number itself.
    number = ["--num_processes", str(count)] if parallel in NAMES and count else []
    program = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", str(own), *number]
    return [*program, "-m", "harness.cli", *arguments]


def launch(parallel: str) -> int:
    """Start the same training on all devices, and wait for its end.

    Args:
        parallel: As in `launch_command`.

    Returns:
        Its exit code.

    Raises:
        InputError: There is no such config.
        EnvironmentLacking: There is no accelerator to share the work.
    """
    import torch

    from harness.errors import EnvironmentLacking

    if parallel in NAMES and torch.cuda.device_count() == 0:
        raise EnvironmentLacking(
            f"{parallel} shares the work of accelerators, and this machine has none",
            hint='--set train.parallel="" trains on the CPU',
        )
    command = launch_command(parallel, sys.argv[1:])
    return subprocess.run(command, env={**os.environ, _MARK: "1"}, check=False).returncode
