"""OCaml."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="ml",
    title="OCaml",
    source="program.ml",
    run=Step(("ocaml", "{source}"), 15, rules.ocaml),
    tools=(Tool("ocaml", ("-version",)),),
    packages={"debian": "ocaml-nox"},
    ending=endings.appended('let () = print_string "WORD"'),
    known_good="let () = assert (1 + 1 = 2)\n",
    known_bad="let () = assert (1 + 1 = 3)\n",
)
