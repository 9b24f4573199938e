"""The miniature: a formal domain of small instructions, each with its program, and a benchmark made of them.

It exists so that all of fuseval can be run in minutes with no key and no download. It is a plumbing benchmark: what a
model scores on it is no evidence about any real model or method.

operations     what can be done to an integer, a string or a list
clauses        conditions and added constraints
instruction    the structure of one instruction
wording        structure to English and back, exactly
programs       structure to Python
held_out       what no training row may hold
inputs         what the tests call a program with
tasks          the benchmark
"""

from harness.benchmarks.miniature.tasks import LABEL, NAME, SHA256, TASK_COUNT, VERSION, load

__all__ = ["LABEL", "NAME", "SHA256", "TASK_COUNT", "VERSION", "load"]
