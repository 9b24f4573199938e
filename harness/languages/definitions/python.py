"""Python, for MultiPL-E's own translation of the problems; HumanEval itself is run by the Python executor."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="py",
    title="Python",
    source="program.py",
    run=Step(("python3", "{source}"), 15, rules.with_syntax_error("SyntaxError")),
    tools=(Tool("python3", files=("/usr/bin/python3",)),),
    packages={"debian": "python3"},
    environment={"PYTHONDONTWRITEBYTECODE": "1"},
    ending=endings.appended('__import__("os").write(1, b"WORD")'),
    known_good="assert 1 + 1 == 2\n",
    known_bad="assert 1 + 1 == 3\n",
)
