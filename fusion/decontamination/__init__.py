"""Whether training rows hold the benchmarks' tasks: by their texts, and by running their answers on the tests.

    benchmark_texts   the tasks as texts          text_index        what a row's texts have in common with them
    execution_probe   answers on tasks' tests     report, memo      what was found, for a person and for a data card

Covers copies that share words or behave alike. Does not cover a task told in other words, or in another language, whose
answer is no Python program: see docs/decontamination.md for what each method finds and misses.
"""

from fusion.decontamination.benchmark_texts import BenchmarkText, TaskTexts, read_texts
from fusion.decontamination.hit import Hit
from fusion.decontamination.text_index import TextIndex

__all__ = ["BenchmarkText", "Hit", "TaskTexts", "TextIndex", "read_texts"]
