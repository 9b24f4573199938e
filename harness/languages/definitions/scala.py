"""Scala: a word on stderr is a failure, a warning of the virtual machine too."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = (
    "object Problem {{\n    def main(args: Array[String]): Unit = {{\n        assert(1 + 1 == ({}))\n    }}\n}}\n"
)

LANGUAGE = Language(
    name="scala",
    title="Scala",
    source="Problem.scala",
    build=(Step(("scalac", "-d", "{folder}", "{source}"), 45, rules.building),),
    run=Step(("scala", "-cp", "{folder}", "Problem"), 15, rules.quiet),
    tools=(Tool("scalac", ("-version",)), Tool("scala", ())),
    packages={"debian": "scala default-jdk-headless"},
    reads=("/etc/java-17-openjdk", "/etc/java-21-openjdk", "/etc/java-25-openjdk"),
    ending=endings.before_braces(2, 'println("WORD")'),
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
