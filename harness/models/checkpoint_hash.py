"""What weights are in a file or folder, told by a sample of their bytes.

A checkpoint that was trained further under the same name must not pass for the one that was scored before. Trained
weights differ everywhere, so blocks at even distances tell them apart without reading all of a large file.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

_BLOCKS = 64
_BLOCK_BYTES = 1 << 14
_WEIGHTS = {".safetensors", ".bin", ".gguf", ".pt"}
_SETTINGS = {".json", ".jinja", ".model", ".txt"}


def checkpoint_hash(path: Path) -> str:
    """Hash a checkpoint: names, sizes, all of the small files and a sample of the weights.

    Args:
        path: A GGUF file, or a folder as transformers writes it.

    Raises:
        OSError: It can not be read.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "a.safetensors").write_bytes(b"1" * 100)
        ...     before = checkpoint_hash(Path(folder))
        ...     _ = Path(folder, "a.safetensors").write_bytes(b"1" * 99 + b"2")
        ...     before == checkpoint_hash(Path(folder)), len(before)
        (False, 12)
    """
    files = [path] if path.is_file() else sorted(item for item in path.iterdir() if item.suffix in _WEIGHTS | _SETTINGS)
    digest = hashlib.sha256()
    for file in files:
        size = file.stat().st_size
        digest.update(f"{file.name if path.is_dir() else ''}\0{size}\0".encode())
        with file.open("rb") as handle:
            if size <= 2 * _BLOCKS * _BLOCK_BYTES:
                digest.update(handle.read())
                continue
            for number in range(_BLOCKS):
                handle.seek((size - _BLOCK_BYTES) * number // (_BLOCKS - 1))
                digest.update(handle.read(_BLOCK_BYTES))
    return digest.hexdigest()[:12]
