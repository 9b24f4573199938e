"""Dart, whose SDK no package registry has: it comes from dart.dev and has to be put on PATH."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = "void main() {{\n  if (1 + 1 != {}) {{\n    throw 'wrong';\n  }}\n}}\n"

LANGUAGE = Language(
    name="dart",
    title="Dart",
    source="program.dart",
    build=(Step(("dart", "analyze", "--no-fatal-warnings", "{source}"), 15, rules.building),),
    run=Step(("dart", "{source}"), 15),
    tools=(Tool("dart"),),
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
