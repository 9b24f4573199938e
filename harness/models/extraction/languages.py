"""From an answer to the program that is run, where answer and tests are one program in whatever language (MultiPL-E).

A completion stands behind the prompt; it is cut at the data's stop tokens only where a model is asked, never here. A
solution holds its own copy of the prompt, up to where the tests go on: in languages whose tests begin with the closing
brace of the function, a solution that closes it itself is opened again. A program is run as it is.
"""

from __future__ import annotations

import re

from harness.records import Extraction, SampleKind, Status, Task

RAN_ELSEWHERE = "program"
"""The rule's name of what is run as it was executed elsewhere, tests included."""

_FENCE = re.compile(r"```[^\n`]*\n(.*?)(?:```|\Z)", re.DOTALL)
_QUOTED = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""", re.DOTALL)
_BRACES = re.compile(_QUOTED.pattern + r"|[{}]", re.DOTALL)
_MAIN = {
    "cpp": re.compile(r"^(?:int|void|auto)\s+main\s*\([^)]*\)\s*\{", re.MULTILINE),
    "rs": re.compile(r"^(?:pub\s+)?fn\s+main\s*\(\s*\)\s*\{", re.MULTILINE),
    "java": re.compile(r"^[ \t]*public\s+static\s+void\s+main\s*\([^)]*\)[^{]*\{", re.MULTILINE),
    "cs": re.compile(r"^[ \t]*(?:public\s+)?static\s+void\s+Main\s*\([^)]*\)\s*\{", re.MULTILINE),
    "d": re.compile(r"^(?:int|void)\s+main\s*\([^)]*\)\s*\{", re.MULTILINE),
}
"""How the function begins that a language's tests bring themselves; an answer's own would be a second one."""

_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)


def program_of(rule: str, text: str, task: Task, kind: SampleKind, *, is_cut: bool) -> Extraction:
    r"""Make the program, tests included.

    Args:
        rule: `as-is`, or any rule for chat answers.
        text: What the model said, or the program.
        task: The problem.
        kind: What the text is.
        is_cut: Whether the answer was cut at the token limit.

    Example:
        >>> task = Task("HumanEval_0_f", "fn f() {\n", "f", "", kind="program", test="}\nfn main() {}", language="rs")
        >>> program_of("as-is", "    1;", task, "completion", is_cut=False).program
        'fn f() {\n    1;\n}\nfn main() {}'
        >>> program_of("chat", "```rust\nfn f() {\n    1;\n}\n```", task, "raw", is_cut=False).program
        'fn f() {\n    1;\n\n}\nfn main() {}'
    """
    if kind == "program":
        return Extraction(text, RAN_ELSEWHERE)
    if kind == "completion" and rule == "as-is":
        return Extraction(f"{task.prompt}{text}\n{task.test}", rule)
    answer = text if rule == "as-is" else _unfenced(text)
    if not answer.strip():
        return Extraction(answer, rule, Status.TRUNCATED if is_cut else Status.NO_CODE)
    if kind == "completion" or (kind == "raw" and _continues(answer, task)):
        answer = task.prompt + answer
    return Extraction(f"{_without_end(answer, task)}\n{task.test}", rule)


def _unfenced(text: str) -> str:
    text = _THOUGHTS.sub("", text)
    blocks = _FENCE.findall(text)
    return max(blocks, key=len) if blocks else text


def _continues(answer: str, task: Task) -> bool:
    """Whether an answer goes on behind the prompt rather than repeating its last line, the signature."""
    signature = "".join(task.prompt.rstrip().rpartition("\n")[2].split())
    return signature not in "".join(answer.split())


def _without_end(program: str, task: Task) -> str:
    """Leave open what the tests close, and drop a main function where they bring their own."""
    closed_by_tests = -_depth(task.test)
    main = _MAIN.get(task.language)
    if main:
        program = _without_function(program, main)
    surplus = closed_by_tests - _depth(program)
    for _ in range(max(surplus, 0) if closed_by_tests > 0 else 0):
        at = program.rstrip().rfind("}")
        if at < 0 or program[at + 1 :].strip():
            break  # it does not end with a brace: nothing that could be opened again
        program = program[:at]
    return program


def _depth(text: str) -> int:
    """How many braces are open at the end, those in texts and comments left out."""
    bare = _QUOTED.sub("", text)
    return bare.count("{") - bare.count("}")


def _without_function(program: str, start: re.Pattern[str]) -> str:
    found = start.search(program)
    if found is None:
        return program
    depth, seen = 0, False
    for match in _BRACES.finditer(program, found.end() - 1):
        if match[0] in "{}":
            seen = True
            depth += 1 if match[0] == "{" else -1
            if seen and depth == 0:
                return program[: found.start()] + program[match.end() :]
    return program[: found.start()]
