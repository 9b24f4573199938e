"""The questions: named benchmarks, where their data files are, and private files in EvalPlus's format.

registry       the names, and `load`
humaneval, mbpp   what each family's files mean; mbpp_inputs knows their tuples, sets and complex numbers
miniature      a formal domain and a plumbing benchmark of it, made by code
private        a file of one's own, checked row by row
data_files     FUSEVAL_DATA > the package's wheel > the cache folder > download
parsed_cache   parsed benchmarks, kept so that a start takes milliseconds
fetch          the download
"""

from harness.benchmarks.fetch import fetch
from harness.benchmarks.registry import BenchmarkInfo, describe, is_registered, load, names

__all__ = ["BenchmarkInfo", "describe", "fetch", "is_registered", "load", "names"]
