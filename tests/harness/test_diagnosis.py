"""Why a score is low: ways of failing are counted, and a cause is named where the numbers name one, and only there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.commands.summary import warnings
from harness.diagnosis import diagnose, kind_of
from harness.formats.reference_file import ReferenceRow
from harness.records import Completion, Status, Verdict
from leaderboards.demo import demo_record

RECORD = replace(
    demo_record("m", "humaneval+", 120, 110), generation={"max_tokens": 512}, prompt_style="chat", extraction="chat"
)


def verdicts(passed: int, failed: int, **how: object) -> list[Verdict]:
    status = how.pop("status", Status.FAIL)
    good = [Verdict(f"Demo/{number}", 0, Status.PASS, "x") for number in range(passed)]
    bad = [Verdict(f"Bad/{number}", 0, status, "x", **how) for number in range(failed)]  # type: ignore[arg-type]
    return good + bad


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (Verdict("t", 0, Status.FAIL, "", error="no function 'f'"), "wrong function name"),
        (Verdict("t", 0, Status.FAIL, "", error="NameError: name 'List' is not defined"), "missing name or import"),
        (Verdict("t", 0, Status.FAIL, "", error="ModuleNotFoundError: No module named 'x'"), "missing name or import"),
        (Verdict("t", 0, Status.FAIL, "", error="IndexError: list index out of range"), "exception"),
        (Verdict("t", 0, Status.FAIL, "", got="1", expected="2"), "wrong answer"),
        (Verdict("t", 0, Status.FAIL, "", got="1", error="AssertionError"), "wrong answer"),
        (Verdict("t", 0, Status.FAIL, "", error="the type X is not plain data"), "wrong answer"),
        (Verdict("t", 0, Status.TIMEOUT, "", error="it used up its CPU time"), "time-out"),
        (Verdict("t", 0, Status.NO_CODE, ""), "no code"),
        (Verdict("t", 0, Status.TRUNCATED, ""), "cut at the token limit"),
        (Verdict("t", 0, Status.SYNTAX_ERROR, "", error="SyntaxError: x"), "syntax error"),
        (Verdict("t", 0, Status.CRASH, ""), "crash"),
    ],
)
def test_each_way_of_failing_has_a_name(verdict: Verdict, kind: str) -> None:
    assert kind_of(verdict) == kind


def test_findings_are_counted_the_most_frequent_first() -> None:
    found = diagnose(RECORD, verdicts(70, 20) + verdicts(0, 10, status=Status.CRASH), [])
    assert [(item.kind, item.count, item.share) for item in found.findings] == [
        ("wrong answer", 20, 0.2),
        ("crash", 10, 0.1),
    ]
    assert found.findings[0].example == "Bad/0"


def test_wrong_answers_alone_accuse_nobody() -> None:
    assert diagnose(RECORD, verdicts(0, 100), []).causes == []


@pytest.mark.parametrize(
    ("failed", "how", "words"),
    [
        (10, {"status": Status.NO_CODE}, "hold no code"),
        (10, {"error": "no function 'f'"}, "define another function"),
        (10, {"error": "NameError: name 'List' is not defined"}, "do not define"),
        (15, {"status": Status.SYNTAX_ERROR}, "do not parse"),
    ],
)
def test_a_cause_is_named_from_its_share_on(failed: int, how: dict[str, object], words: str) -> None:
    few = diagnose(RECORD, verdicts(101 - failed, failed - 1, **how), [])
    assert few.causes == []
    enough = diagnose(RECORD, verdicts(100 - failed, failed, **how), [])
    assert words in enough.causes[0].text
    assert enough.causes[0].text.startswith(str(failed))
    assert f"fuseval show {RECORD.run_id} Bad/0" in enough.causes[0].command


def test_a_handful_of_samples_accuses_nobody() -> None:
    assert diagnose(RECORD, verdicts(0, 9, status=Status.NO_CODE), []).causes == []


def test_the_other_prompt_style_is_what_to_try() -> None:
    failing = verdicts(0, 20, status=Status.NO_CODE)
    assert "--prompt-style base" in diagnose(RECORD, failing, []).causes[0].command
    asked_to_continue = replace(RECORD, prompt_style="base")
    assert "--prompt-style chat" in diagnose(asked_to_continue, failing, []).causes[0].command


def test_cut_answers_want_more_tokens() -> None:
    said = [Completion(f"Demo/{number}", 0, "x", "raw", "length" if number < 3 else "stop") for number in range(100)]
    record = replace(RECORD, finish_reasons={"length": 3, "stop": 97})
    cause = diagnose(record, verdicts(90, 10), said).causes[0]
    assert (cause.text, cause.command) == ("3 answers were cut at 512 tokens", "--max-tokens 1024")
    assert diagnose(replace(record, finish_reasons={"length": 2, "stop": 98}), verdicts(90, 10), said).causes == []


def test_prompts_that_do_not_fit_are_the_cause_and_not_the_kind_of_prompt() -> None:
    said = [Completion(f"Bad/{number}", 0, "", "raw", "prompt_too_long") for number in range(20)]
    found = diagnose(RECORD, verdicts(80, 20, status=Status.NO_CODE), said)
    assert [(item.kind, item.count) for item in found.findings] == [("prompt too long", 20)]
    assert [cause.text for cause in found.causes] == [
        "20 prompts do not fit into the model's context: nothing was answered"
    ]
    assert "a longer context" in found.causes[0].command
    assert diagnose(RECORD, verdicts(98, 2, status=Status.NO_CODE), said[:2]).causes == []


def test_a_score_says_how_many_prompts_did_not_fit() -> None:
    words = "3 answers are empty: their prompts do not fit into the model's context"
    assert words in warnings(replace(RECORD, finish_reasons={"prompt_too_long": 3, "stop": 97}))
    assert words not in warnings(RECORD)


def test_fences_that_were_graded_as_they_are() -> None:
    said = [Completion(f"Demo/{number}", 0, "```python\nx\n```", "solution") for number in range(20)]
    found = diagnose(replace(RECORD, extraction="as-is"), verdicts(0, 20, status=Status.SYNTAX_ERROR), said)
    assert "code fence" in found.causes[0].text
    assert diagnose(RECORD, verdicts(0, 20), said).causes == []


def test_what_others_published_for_the_same_model() -> None:
    score = RECORD.scores[0]
    rows = [
        ReferenceRow(f"org/{RECORD.model.name.upper()}", {score.column: score.value + 0.2}, {}, "a board"),
        ReferenceRow("another", {score.column: 0.1}, {}, "a board"),
        ReferenceRow(RECORD.model.name, {score.column: score.value}, {score.column: 399}, "an old board"),
    ]
    published = diagnose(RECORD, verdicts(1, 1), [], rows).published
    assert len(published) == 1
    assert published[0].startswith(f"{score.column}: a board has")
    assert "far below it" in published[0]
