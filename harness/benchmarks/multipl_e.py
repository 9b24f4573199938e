"""MultiPL-E (Cassano et al. 2022, arXiv 2208.08227): HumanEval and MBPP, translated into many languages.

    multipl-e:js             one language of HumanEval       multipl-e-mbpp:rs     one of MBPP
    multipl-e:js,ts,java     several, one run each           multipl-e             all that this machine can run
    multipl-e:js@2.1         another version of the data, where its files are

Data files have the layout of the Hub's configurations: `multipl_e/humaneval-js.jsonl.gz`, another version's in
`multipl_e@2.1/`.
"""

from __future__ import annotations

import hashlib
import re

from harness.benchmarks import data_files
from harness.benchmarks.data_files import DataFile
from harness.benchmarks.multipl_e_known_bad import unsatisfiable
from harness.errors import EnvironmentLacking, InputError, nearest
from harness.formats.jsonl import read_bytes, rows
from harness.languages import find, languages
from harness.languages.toolchain import find_toolchain, install_line
from harness.records import Benchmark, Family, Task

VERSION = "3.2"
"""Of the data, where none is named."""
HUB_DATASET = "nuprl/MultiPL-E"
HUB_REVISIONS = {VERSION: "3a9e8d226c127392ce81dca29d09f33f0ce3247d"}
"""Versions that can be fetched, and the Hub's revision of each."""

_FILES: dict[str, tuple[str, Family]] = {"multipl-e": ("humaneval", "humaneval"), "multipl-e-mbpp": ("mbpp", "mbpp")}
FAMILIES = tuple(_FILES)
_NAME = re.compile(r"(?P<family>multipl-e(?:-mbpp)?)(?::(?P<languages>[^@]*))?(?:@(?P<version>.+))?")

COUNTS = {
    "multipl-e": {
        **{"adb": 157, "clj": 161, "cpp": 161, "cs": 158, "d": 156, "dart": 157, "elixir": 161, "go": 154, "hs": 156},
        **{"java": 158, "jl": 159, "js": 161, "lua": 161, "ml": 155, "php": 161, "pl": 161, "r": 161, "rb": 161},
        **{"rkt": 161, "rs": 156, "scala": 160, "sh": 158, "swift": 158, "ts": 159},
    },
    "multipl-e-mbpp": {
        **{"adb": 365, "clj": 397, "cpp": 397, "cs": 386, "d": 358, "elixir": 397, "go": 374, "hs": 355, "java": 386},
        **{"jl": 390, "js": 397, "lua": 397, "ml": 355, "php": 397, "pl": 396, "r": 397, "rb": 397, "rkt": 397},
        **{"rs": 354, "scala": 396, "sh": 382, "swift": 396, "ts": 390},
    },
}
"""Problems a language in version 3.2."""


def is_name(name: str) -> bool:
    """Tell whether a benchmark's name is one of MultiPL-E's.

    Args:
        name: As after `--bench`.

    Example:
        >>> is_name("multipl-e:js,ts@3.2"), is_name("multipl-e-mbpp"), is_name("humaneval")
        (True, True, False)
    """
    return _NAME.fullmatch(name) is not None


def means_all(name: str) -> bool:
    """Tell whether a name means every language that this machine can run.

    Args:
        name: As after `--bench`.

    Example:
        >>> means_all("multipl-e"), means_all("multipl-e:js")
        (True, False)
    """
    match = _NAME.fullmatch(name)
    return match is not None and not match["languages"]


def expand(name: str) -> list[str]:
    """Give the benchmarks of one language each that a name stands for; any other name stands for itself.

    Args:
        name: As after `--bench`.

    Raises:
        InputError: A language is unknown.
        EnvironmentLacking: All languages are asked for, and this machine can run none.

    Example:
        >>> expand("multipl-e:js,ts@3.2"), expand("humaneval")
        (['multipl-e:js@3.2', 'multipl-e:ts@3.2'], ['humaneval'])
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return [name]
    ending = f"@{match['version']}" if match["version"] else ""
    if match["languages"]:
        asked = list(dict.fromkeys(filter(None, (part.strip() for part in match["languages"].split(",")))))
    else:
        asked = runnable(match["family"], match["version"] or VERSION)
        if not asked:
            raise EnvironmentLacking(f"this machine can run no language of {name}", hint="fuseval doctor")
    for language in asked:
        find(language)
    return [f"{match['family']}:{language}{ending}" for language in asked]


def every_language(name: str) -> list[str]:
    """Give the benchmarks of all languages that the data has.

    Args:
        name: As in `multipl-e` or `multipl-e-mbpp@3.2`.

    Example:
        >>> len(every_language("multipl-e-mbpp"))
        23
    """
    family, at, version = name.partition("@")
    return [f"{family}:{language}{at}{version}" for language in COUNTS[family]]


def runnable(family: str, version: str = VERSION) -> list[str]:
    """Give the languages whose toolchain and data are on this machine.

    Args:
        family: `multipl-e` or `multipl-e-mbpp`.
        version: Of the data.
    """
    return [
        name
        for name, language in languages().items()
        if data_files.find(data_file(family, name, version)) and find_toolchain(language).is_complete
    ]


def gaps(name: str) -> list[str]:
    """Say which languages a name without languages leaves out, and what would change that.

    Args:
        name: As after `--bench`; one with languages leaves none out.
    """
    match = _NAME.fullmatch(name)
    if match is None or match["languages"]:
        return []
    return [
        f"{language.name} is left out: {', '.join(toolchain.missing)} not found ({install_line(language)})"
        for language in languages().values()
        if language.name in COUNTS[match["family"]] and not (toolchain := find_toolchain(language)).is_complete
    ]


def data_file(family: str, language: str, version: str = VERSION) -> DataFile:
    """Give the data file of one language.

    Args:
        family: `multipl-e` or `multipl-e-mbpp`.
        language: As in MultiPL-E's file names.
        version: Of the data.

    Example:
        >>> data_file("multipl-e-mbpp", "rs").path, data_file("multipl-e", "rs", "2.1").path
        ('multipl_e/mbpp-rs.jsonl.gz', 'multipl_e@2.1/humaneval-rs.jsonl.gz')
    """
    folder = "multipl_e" if version == VERSION else f"multipl_e@{version}"
    return DataFile(f"{folder}/{_FILES[family][0]}-{language}.jsonl.gz", version, "", "")


def load(name: str) -> Benchmark:
    """Load the problems of one language.

    Args:
        name: As in `multipl-e:js`, with `@version` behind it or not.

    Raises:
        InputError: There is no such language, several are named, or the data is damaged.
        EnvironmentLacking: The data or the toolchain is not on this machine.
    """
    family, language, version = parts(name)
    data = data_file(family, language, version)
    place = data_files.find(data)
    if place is None:
        raise data_files.missing(data, name)
    content = read_bytes(place)
    try:
        tasks = {row["name"]: _task(row, family, language) for _, row in rows(content, place)}
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{place} is not the data of {name}: {type(error).__name__}: {error}") from error
    if version == VERSION and len(tasks) != COUNTS[family].get(language):
        version = f"{version}-modified"
    return Benchmark(
        name=f"{family}:{language}",
        version=version,
        sha256=hashlib.sha256(content).hexdigest(),
        tasks={str(task_id): task for task_id, task in tasks.items()},
        base_name=f"{family}:{language}",
        source=str(place),
        unsatisfiable=unsatisfiable(f"{family}:{language}", version) & {str(task_id) for task_id in tasks},
    )


def parts(name: str) -> tuple[str, str, str]:
    """Split the name of a benchmark of one language into family, language and version.

    Args:
        name: As in `multipl-e:js@3.2`.

    Raises:
        InputError: There is no such language, or the name stands for several.

    Example:
        >>> parts("multipl-e-mbpp:rs")
        ('multipl-e-mbpp', 'rs', '3.2')
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise InputError(f"{name!r} is no benchmark of MultiPL-E", hint="as in multipl-e:js")
    language = match["languages"] or ""
    if not language or "," in language:
        raise InputError(f"{name} stands for several benchmarks", hint=f"one language, as in {match['family']}:js")
    if language not in COUNTS[match["family"]] and language not in languages():
        raise InputError(f"no language named {language!r}", hint=nearest(language, COUNTS[match["family"]]))
    return match["family"], language, match["version"] or VERSION


def _task(row: dict[str, object], family: str, language: str) -> Task:
    name, prompt, tests = (row[field] for field in ("name", "prompt", "tests"))
    stop_tokens = row.get("stop_tokens") or []
    if not (isinstance(name, str) and isinstance(prompt, str) and isinstance(tests, str)):
        raise TypeError("name, prompt and tests have to be texts")
    if not isinstance(stop_tokens, list):
        raise TypeError("stop_tokens has to be a list")
    return Task(
        task_id=name,
        prompt=prompt,
        entry_point=name.split("_", 2)[-1],
        canonical_solution="",
        family=_FILES[family][1],
        kind="program",
        test=tests,
        language=language,
        stop_tokens=tuple(map(str, stop_tokens)),
    )
