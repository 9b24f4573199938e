"""The miniature's base model: a decoder of 0.8 million parameters, made from scratch in minutes.

base         the pretraining, on single operations
tokenizer    a byte-level BPE of 512 tokens, digits apart
"""

from training.miniature.base import make_base

__all__ = ["make_base"]
