"""Ada: every unit of the program goes into a file of its own first."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

_MAKE = ("gnatmake", "-gnatW8", "{folder}/main.adb", "-g", "-gnata", "-gnat2022", "-gnateE")
_PROGRAM = "procedure Main is\nbegin\n   pragma Assert (1 + 1 = {});\nend Main;\n"

LANGUAGE = Language(
    name="adb",
    title="Ada",
    source="source.adb",
    build=(
        Step(("gnatchop", "-w", "{source}", "{folder}"), 15, rules.building),
        Step((*_MAKE, "-o", "{folder}/program", "-bargs", "-Es"), 15, rules.building),
    ),
    run=Step(("{folder}/program",), 15),
    tools=(Tool("gnatmake"), Tool("gnatchop", ())),
    official_version="12",
    packages={"debian": "gnat"},
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
