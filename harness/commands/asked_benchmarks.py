"""What the values of `--bench` stand for: names that mean several languages become one benchmark each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

FAMILY = "multipl-e"


def asked_benchmarks(names: Iterable[str], sandbox: str = "auto") -> list[str]:
    """Give the benchmarks that were asked for, each once.

    A language that is named has to work here. Where all are asked for, those that do not are left out, and why is said.

    Args:
        names: As typed.
        sandbox: As after `--sandbox`.

    Raises:
        InputError: A language is unknown.
        EnvironmentLacking: A language that is named can not be run here, or none can.

    Example:
        >>> asked_benchmarks(["humaneval", "humaneval+", "humaneval"])
        ['humaneval', 'humaneval+']
    """
    return list(dict.fromkeys(part for name in names for part in _expanded(name, sandbox)))


def _expanded(name: str, sandbox: str) -> Iterator[str]:
    if not name.startswith(FAMILY):  # languages take a moment to look for
        yield name
        return
    from harness.benchmarks import multipl_e
    from harness.commands.terminal import messages
    from harness.errors import EnvironmentLacking
    from harness.grading.language_programs import check_languages
    from harness.languages import find
    from harness.languages.toolchain import find_toolchain

    asked = multipl_e.expand(name)
    left_out = multipl_e.gaps(name)
    broken: dict[str, EnvironmentLacking] = {}
    languages = {part: multipl_e.parts(part)[1] for part in asked if multipl_e.is_name(part)}
    if multipl_e.means_all(name):
        broken = check_languages(languages.values(), sandbox)
    else:
        for language in languages.values():
            find_toolchain(find(language)).require()
    for text in [*left_out, *map(str, broken.values())]:
        messages().print(f"{name}: {text}", soft_wrap=True, markup=False)
    working = [part for part in asked if languages.get(part) not in broken]
    if not working:
        raise EnvironmentLacking(f"this machine can run no language of {name}", hint="fuseval doctor")
    yield from working
