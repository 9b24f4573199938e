"""Swift, which needs a release of Debian newer than 12."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = "assert(1 + 1 == ({}))\n"

LANGUAGE = Language(
    name="swift",
    title="Swift",
    source="program.swift",
    build=(Step(("swiftc", "{source}", "-o", "{folder}/program"), 45, rules.building),),
    run=Step(("{folder}/program",), 5),
    tools=(Tool("swiftc"),),
    official_version="5.7",
    packages={"debian": "swiftlang"},
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
