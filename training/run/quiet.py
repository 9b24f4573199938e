"""The libraries that train talk a lot: of each other's changes, of bars for what takes a moment."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep the libraries' bars and remarks out of ours; warnings of theirs that are errors come as errors."""
    import datasets
    from transformers.utils import logging as transformers_logging

    before = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    datasets.disable_progress_bars()
    noisy = [logging.getLogger(name) for name in ("trl", "accelerate", "peft", "torch.distributed")]
    levels = [logger.level for logger in noisy]
    for logger in noisy:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        transformers_logging.set_verbosity(before)
        for logger, level in zip(noisy, levels, strict=True):
            logger.setLevel(level)
