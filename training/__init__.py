"""Supervised fine-tuning: a dataset becomes a checkpoint, and the arms of a study become one comparison.

May import `harness` and `fusion`. The room is still empty.
"""
