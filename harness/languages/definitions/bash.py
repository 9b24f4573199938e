"""Bash. MultiPL-E's own image has no `bc`; a program that calls it fails there and may pass where there is one."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="sh",
    title="Bash",
    source="program.sh",
    run=Step(("bash", "{source}"), 15, rules.with_syntax_error("syntax error")),
    tools=(Tool("bash"),),
    official_version="5.1",
    packages={"debian": "bash"},
    ending=endings.appended("builtin echo WORD"),
    known_good='set -e\n[[ $(echo "$((1 + 1))") = "2" ]]\n',
    known_bad='set -e\n[[ $(echo "$((1 + 1))") = "3" ]]\n',
)
