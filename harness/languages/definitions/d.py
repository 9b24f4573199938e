"""D: the tests are a `unittest` block, compiled in and run before main."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = "import std.math;\nunittest\n{{\n    assert(1 + 1 == {});\n}}\nvoid main(){{}}\n"

LANGUAGE = Language(
    name="d",
    title="D",
    source="program.d",
    build=(Step(("ldmd2", "-unittest", "-of={folder}/program", "{source}"), 15, rules.d),),
    run=Step(("{folder}/program",), 15, rules.d),
    tools=(Tool("ldmd2", others=("dmd",)), Tool("cc")),
    official_version="dmd 2.1",
    packages={"debian": "ldc gcc"},
    reads=("/etc/ldc2.conf", "/etc/dmd.conf"),
    ending=endings.appended('unittest { import core.stdc.stdio : puts; puts("WORD"); }'),
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
