"""R.

Its start is spent on packages that few programs use, and on a shell script: a program first runs without both.
"""

from harness.languages import endings, rules
from harness.languages.language import Language, Shortcut, Step, Tool

_RULE = rules.with_syntax_error("unexpected")
_HOME = "/usr/lib/R"
_BARE = (f"R_HOME={_HOME}", f"LD_LIBRARY_PATH={_HOME}/lib", "R_DEFAULT_PACKAGES=NULL")

LANGUAGE = Language(
    name="r",
    title="R",
    source="program.r",
    run=Step(("Rscript", "{source}"), 5, _RULE),
    tools=(Tool("Rscript"),),
    shortcut=Shortcut(
        run=Step(("/usr/bin/env", *_BARE, "{tool:R}", "--no-echo", "--no-restore", "--file={source}"), 5, _RULE),
        tools=(Tool("R", (), files=(f"{_HOME}/bin/exec/R",)),),
    ),
    packages={"debian": "r-base-core"},
    reads=("/etc/R",),
    ending=endings.appended('base::cat("WORD")'),
    known_good="if (!identical(1 + 1, 2)) { quit('no', 1) }\n",
    known_bad="if (!identical(1 + 1, 3)) { quit('no', 1) }\n",
)
