"""What makes building or running faster, made once on this machine and kept in the cache folder, by tool version."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from harness.benchmarks.data_files import cache_folder
from harness.languages.toolchain import Toolchain

_MAKE_SECONDS = 300
_log = logging.getLogger(__name__)


def make_shortcut(toolchain: Toolchain) -> str:
    """Make a language's shortcut, unless it is there already.

    Args:
        toolchain: Of the language.

    Returns:
        Its folder; empty where the language has none, or it can not be made: then all goes the plain way.
    """
    shortcut = toolchain.language.shortcut
    if shortcut is None or any(tool.name not in toolchain.paths for tool in shortcut.tools):
        return ""
    recipe = repr((toolchain.version, sorted(toolchain.paths.items()), sorted(shortcut.files.items()), shortcut.make))
    key = hashlib.sha256(recipe.encode()).hexdigest()[:16]
    place = cache_folder() / "languages" / f"{toolchain.language.name}-{key}"
    if (place / _DONE).exists():
        return os.path.realpath(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        return _make(toolchain, place)
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("%s goes the slow way: %s", toolchain.language.title, error)
        return ""


_DONE = "made"


def _make(toolchain: Toolchain, place: Path) -> str:
    shortcut = toolchain.language.shortcut
    assert shortcut is not None
    # A precompiled header knows its own path, so it is made in its place; whoever comes second waits.
    with open(place.with_name(place.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / _DONE).exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            cache = os.path.realpath(place)
            for name, text in shortcut.files.items():
                (place / name).write_text(text)
            with tempfile.TemporaryDirectory(prefix="fuseval-make-") as folder:
                environment = toolchain.environment(folder, cache)
                for command in shortcut.make:
                    words = toolchain.words(command, folder, cache)
                    subprocess.run(
                        words,
                        env=environment,
                        cwd=cache,
                        stdin=subprocess.DEVNULL,
                        capture_output=True,
                        timeout=_MAKE_SECONDS,
                        check=True,
                    )
            _let_all_read(place)
            (place / _DONE).touch()
    return os.path.realpath(place)


def _let_all_read(place: Path) -> None:
    for folder, _, names in os.walk(place):
        os.chmod(folder, 0o755)
        for name in names:
            os.chmod(os.path.join(folder, name), 0o644)
