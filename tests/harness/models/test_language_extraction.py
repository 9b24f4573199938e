"""Chat answers and whole programs to MultiPL-E's problems become programs that build and pass."""

from __future__ import annotations

import pytest

from harness.benchmarks import load
from harness.grading.calibration import Pace
from harness.grading.language_programs import LanguagePrograms
from harness.languages import find
from harness.languages.toolchain import find_toolchain
from harness.models import extract
from harness.records import Limits, Status
from harness.sandbox.levels import probe

_BODY = {
    "cpp": "    return x + y;\n}\n\nint main() {\n    // add(1, 2) { \n    return 0;\n}\n",
    "rs": '    x + y\n}\n\nfn main() {\n    println!("{}", add(1, 2));\n}\n',
    "java": "        return x + y;\n    }\n\n    public static void main(String[] args) {\n    }\n}\n",
    "js": "    return x + y;\n}\n",
    "sh": '    echo $(("$1" + "$2"))\n}\n',
    "php": "    return $x + $y;\n}\n",
}
_HEAD = "Sure, here you are:\n\n```{0}\n"
_TAIL = "\n```\nThat is all."


@pytest.mark.usefixtures("fuseval_data")
@pytest.mark.parametrize("form", ["whole program", "chat answer", "chat answer that goes on", "completion to its end"])
@pytest.mark.parametrize("language", _BODY)
def test_an_answer_passes(language: str, form: str) -> None:
    missing = find_toolchain(find(language)).missing
    if missing:
        pytest.skip(f"no toolchain of {language}: {', '.join(missing)} not found")
    task = load(f"multipl-e:{language}").tasks["HumanEval_53_add"]
    body = _BODY[language]
    if form == "whole program":
        made = extract("as-is", task.prompt + body, task, kind="solution")
    elif form == "chat answer":
        made = extract("chat", _HEAD.format(language) + task.prompt + body + _TAIL, task, kind="raw")
    elif form == "chat answer that goes on":
        made = extract("chat", _HEAD.format(language) + body + _TAIL, task, kind="raw")
    else:
        made = extract("chat", body, task, kind="completion")
    assert made.status is None
    judge = LanguagePrograms(probe("weak").level, Limits())
    try:
        found = judge.judge(language, made.program, Pace(0.0025, 4.0))
    finally:
        judge.close()
    assert (found.status, found.error) == (Status.PASS, None), made.program


@pytest.mark.usefixtures("fuseval_data")
def test_no_code_and_cut_answers() -> None:
    task = load("multipl-e:js").tasks["HumanEval_53_add"]
    assert extract("chat", " \n", task).status is Status.NO_CODE
    assert extract("chat", "", task, finish_reason="length").status is Status.TRUNCATED
    assert extract("chat", "<think>" + "x" * 10 + "</think>", task).status is Status.NO_CODE
