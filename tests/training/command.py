"""The command in a process of its own, as a person runs it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from harness.cli import main

ROOT = Path(__file__).parents[2]


def environment(**changes: str) -> dict[str, str]:
    """Threads of a busy machine wait for each other, so one; nothing is fetched."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "COLUMNS": "200", **changes}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "harness.cli", *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it in this process: to import torch again for every test would take most of the time."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("COLUMNS", "200")
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        code = main(arguments)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
