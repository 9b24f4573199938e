"""C++: no optimisation, so that asserts are on.

All prompts include bits/stdc++.h, which takes most of the compiler's time: it is compiled once. A precompiled header is
read before anything else, so only programs that include it themselves, with nothing but includes before, are built so.
The gold linker, where there is one, takes a third of the usual one's time.
"""

import re
import shutil

from harness.languages import endings, rules
from harness.languages.language import Language, Shortcut, Step, Tool

_INCLUDE = r"[ \t]*#[ \t]*include[ \t]*<%s>[ \t]*"
_OPENING = re.compile(
    r"(?:(?:[ \t]*//[^\n\\]*|[ \t]*|" + _INCLUDE % r"[^>\n]*" + r")\n)*?" + _INCLUDE % r"bits/stdc\+\+\.h"
)
_FLAGS = ("-std=c++17",)
_LINKER = ("-fuse-ld=gold",) if shutil.which("ld.gold") else ()

LANGUAGE = Language(
    name="cpp",
    title="C++",
    source="program.cpp",
    build=(Step(("g++", "{source}", "-o", "{folder}/program", *_FLAGS), 15, rules.building),),
    run=Step(("{folder}/program",), 15),
    tools=(Tool("g++"),),
    shortcut=Shortcut(
        files={"all.h": "#include <bits/stdc++.h>\n"},
        make=(("g++", *_FLAGS, "-x", "c++-header", "{cache}/all.h", "-o", "{cache}/all.h.gch"),),
        build=(
            Step(
                ("g++", "-include", "{cache}/all.h", "{source}", "-o", "{folder}/program", *_FLAGS, *_LINKER),
                15,
                rules.building,
            ),
        ),
        takes=lambda program: _OPENING.match(program) is not None,
    ),
    official_version="11.4",
    packages={"debian": "g++"},
    ending=endings.before_braces(1, '__builtin_puts("WORD");'),
    known_good="#include<assert.h>\n#include<bits/stdc++.h>\nint main() { assert(1 + 1 == 2); }\n",
    known_bad="#include<assert.h>\n#include<bits/stdc++.h>\nint main() { assert(1 + 1 == 3); }\n",
)
