"""R."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="r",
    title="R",
    source="program.r",
    run=Step(("Rscript", "{source}"), 5, rules.with_syntax_error("unexpected")),
    tools=(Tool("Rscript"),),
    packages={"debian": "r-base-core"},
    reads=("/etc/R",),
    ending=endings.appended('base::cat("WORD")'),
    known_good="if (!identical(1 + 1, 2)) { quit('no', 1) }\n",
    known_bad="if (!identical(1 + 1, 3)) { quit('no', 1) }\n",
)
