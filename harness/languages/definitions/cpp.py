"""C++: no optimisation, so that asserts are on."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="cpp",
    title="C++",
    source="program.cpp",
    build=(Step(("g++", "{source}", "-o", "{folder}/program", "-std=c++17"), 15, rules.building),),
    run=Step(("{folder}/program",), 15),
    tools=(Tool("g++"),),
    official_version="11.4",
    packages={"debian": "g++"},
    known_good="#include<assert.h>\n#include<bits/stdc++.h>\nint main() { assert(1 + 1 == 2); }\n",
    known_bad="#include<assert.h>\n#include<bits/stdc++.h>\nint main() { assert(1 + 1 == 3); }\n",
)
