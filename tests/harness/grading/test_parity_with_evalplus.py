"""The oracle against EvalPlus, case by case.

Each verdict below is what EvalPlus really said of a function that returns that value: its `untrusted_check`, release
0.3.1 with the newest commit's correction of HumanEval/32, under Python 3.11 and numpy 2.4. Here the values travel
through the codec, as they do in a run. The long test asks the installed EvalPlus again.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from harness.grading.oracle import Oracle, is_floats
from harness.records import Family, Task
from harness.sandbox.values import decode, encode

DEFINITIONS = """
import collections, decimal, enum, fractions, math, re
import numpy as np
Point = collections.namedtuple("Point", "x y")
class Level(enum.IntEnum):
    LOW = 1
class Name(str): pass
class Numbers(list): pass
class Table(dict): pass
class Real(float): pass
class Bag(set): pass
class Letter(str, enum.Enum):
    A = "a"
class Colour(enum.Enum):
    RED = 1
class Twice:
    def __iter__(self):
        return iter([1, 2])
class Agreeable:
    def __eq__(self, other):
        return True
    __hash__ = None
class AgreeableInt(int):
    def __eq__(self, other):
        return True
    __hash__ = int.__hash__
def nest(depth, inner):
    for _ in range(depth):
        inner = [inner]
    return inner
def looped():
    loop = []
    loop.append(loop)
    return loop
"""
"""Runs before every function under test, and before the values below are built."""


class Situation(NamedTuple):
    """Family, entry point and tolerance of a task, and the arguments of the one call."""

    family: Family
    entry_point: str
    atol: float
    inputs: str


class Case(NamedTuple):
    """A situation, what the reference returned, what the function under test returns, and whether that passes."""

    situation: Situation
    expected: str
    got: str
    passes: bool


# By situation and expected output: what passes, and what does not.
# fmt: off
CASES: dict[Situation, dict[str, tuple[list[str], list[str]]]] = {
    Situation("humaneval", "f", 0, "[0]"): {
        "1": ([
            "1", "True", "1.0", "1+0j", "Level.LOW", "np.int64(1)", "np.uint8(1)", "np.array([1])", "np.array(1)",
            "decimal.Decimal(1)", "fractions.Fraction(2, 2)",
        ], [
            "2", "Colour.RED", "np.int64(2)", "decimal.Decimal('NaN')", "decimal.Decimal('sNaN')", "object()",
            "lambda: 1",
        ]),
        "True": (["1", "np.bool_(True)"], []),
        "0": (["False"], []),
        "2.0": (["2"], ["1"]),
        "None": (["None"], ["0", "object()", "NotImplemented", "..."]),
        "'a'": (["'a'", "Name('a')", "Letter.A", "np.str_('a')"], ["b'a'"]),
        "b'a'": (["b'a'", "bytearray(b'a')", "np.bytes_(b'a')"], []),
        "[1, 2]": (["[1, 2]", "[1.0, 2.0]", "Numbers([1, 2])", "[np.int64(1), np.int64(2)]"], [
            "(1, 2)", "[2, 1]", "collections.deque([1, 2])", "Point(1, 2)", "(n for n in [1, 2])", "map(int, '12')",
            "Twice()", "np.array([1, 2])", "np.array([1, 2, 3])",
        ]),
        "(1, 2)": (["(1, 2)", "Point(1, 2)", "tuple(np.array([1, 2]))"], ["[1, 2]"]),
        "[True, False]": (["[1, 0]"], []),
        "[]": (["[]"], ["()", "np.array([])", "[1.0]"]),
        "()": (["()"], []),
        "[[1], [2]]": (["[[1], [2]]"], ["[(1,), (2,)]"]),
        "{1, 2}": (["{2, 1}", "frozenset({1, 2})", "{1: 0, 2: 0}.keys()"], ["[1, 2]", "np.array([1, 2])"]),
        "{(1, 2), (3, 4)}": (["{(3, 4), (1, 2)}"], []),
        "{(1, 2)}": (["{1: 2}.items()"], ["{(2, 1)}"]),
        "{2}": ([], ["{1: 2}.values()"]),
        "[1]": (["np.array([1])"], ["{1: 2}.keys()", "iter([1])", "looped()", "re.match('a', 'a')"]),
        "{'a': 1}": ([
            "{'a': 1}", "collections.Counter('a')", "collections.OrderedDict(a=1)",
            "collections.defaultdict(int, a=1)", "Table(a=1)", "{'a': 1.0}",
        ], []),
        "{'a': 1, 'b': 2}": (["{'b': 2, 'a': 1}"], []),
        "collections.Counter('aab')": (["collections.Counter('aba')", "{'a': 2, 'b': 1}"], []),
        "collections.Counter('a')": (
            ["collections.Counter(a=1, b=0)", "collections.OrderedDict(a=1)"],
            ["dict(a=1, b=0)"],
        ),
        "'LOW'": ([], ["Level.LOW"]),
        "1.5": ([
            "Real(1.5)", "np.float64(1.5)", "np.float32(1.5)", "fractions.Fraction(3, 2)", "decimal.Decimal('1.5')",
        ], ["'1.5'", "None", "np.float64(1.5000001)", "Real(1.5000001)", "1.5000001+0j"]),
        "{1}": (["Bag({1})"], []),
        "[0, 1]": ([], ["range(2)"]),
        "range(2)": (["range(2)", "range(0, 2, 1)"], []),
        "[(1, 2)]": ([], ["zip([1], [2])"]),
        "'ab'": ([], ["reversed('ba')"]),
        "False": ([], ["np.bool_(True)"]),
        "''": (["np.str_('')"], []),
        "1j": (["np.complex128(1j)", "1j"], ["1.0000001j"]),
        "[2]": ([], ["np.array([1])"]),
        "[1, 1]": ([], ["np.array([1])"]),
        "[[1, 2]]": ([], ["[np.array([1, 2])]"]),
        "[[1]]": (["[np.array([1])]"], []),
        "[3, [1, 2]]": ([], ["[4, np.array([1, 2])]"]),
        "['a']": (["np.array(['a'])"], []),
        "10**400": (["10**400"], ["10**400 + 1"]),
        "2**63": (["2.0**63"], []),
        "2**53 + 1": ([], ["2.0**53"]),
        "decimal.Decimal('1.0')": (["decimal.Decimal('1.00')"], []),
        "'\\ud800'": (["'\\ud800'"], ["'\\udfff'"]),
        "'é'": ([], ["'e\\u0301'"]),
        "nest(50, 1)": (["nest(50, 1)"], ["nest(50, 2)", "nest(51, 1)"]),
        "'f'": ([], ["len"]),
        "'int'": ([], ["int"]),
        "'2020-01-01'": ([], ["__import__('datetime').date(2020, 1, 1)"]),
        "0.5": (["0.5", "0.5 + 1e-9", "0.5000009"], ["0.5 + 1e-5", "0.5000012"]),
        "1e9": (["1e9 + 50"], ["1e9 + 150"]),
        "1.0": (["1", "1 + 1e-12", "True"], ["math.inf", "math.nan"]),
        "0.1": (["np.float32(0.1)"], []),
        "0.0": (["-0.0", "1e-7"], ["1e-5"]),
        "math.nan": ([], ["math.nan"]),
        "math.inf": (["math.inf"], ["-math.inf", "1e308"]),
        "1e308": ([], ["-1e308"]),
        "[0.5, 1.5]": ([
            "[0.5, 1.5]", "[0.5, 1.5000001]", "[np.float64(0.5), np.float64(1.5000001)]", "Numbers([0.5, 1.5])",
        ], [
            "[0.5, 1.50001]", "(0.5, 1.5000001)", "[0.5]", "[0.5, 1.5000001, 2]", "[0.5, '1.5']", "[0.5, None]",
            "[[0.5], [1.5]]", "np.array([0.5, 1.5])", "np.array([0.5, 1.5000001])", "Numbers([0.5, 1.5000001])",
            "[0.5, 10**400]", "[np.array([0.5, 0.5]), 1.5000001]",
        ]),
        "[0.5, 2.0]": (["[0.5000001, 2]"], []),
        "[1.0, 2.0]": (["[True, 2.0000001]"], []),
        "[0.5, 0.5]": (["[[0.5], [0.5000001]]", "[[0.5, 0.5], [0.5, 0.5000001]]"], []),
        "(0.5, 1.5)": (["Point(0.5, 1.5)", "(0.5, 1.5000001)"], ["Point(0.5, 1.5000001)"]),
        "[math.inf, 1.0]": (["[math.inf, 1.0000001]"], []),
        "[0.5, 1e308]": ([], ["[0.5, -1e308]"]),
        "[0.5, 1e20]": (["[0.5, 10**20]"], []),
        "[1e20]": (["[10**20 + 1]"], []),
        "[0.5, 1e19]": ([], ["[0.5000001, 2**63]"]),
        "[0.5]": ([
            "[fractions.Fraction(1, 2) + fractions.Fraction(1, 10**9)]", "[0.5000001+0j]", "[[]]",
            "[np.array([0.5000001])]",
        ], ["[decimal.Decimal('0.5000001')]", "[b'0.5']", "[{}]", "{0.5000001}", "(n for n in [0.5])"]),
        "[[0.5]]": ([], ["[[0.5000001]]"]),
        "[0.5, 1]": ([], ["[0.5000001, 1]"]),
        "{'a': 0.5}": ([], ["{'a': 0.5000001}"]),
        "{0.5}": ([], ["{0.5000001}"]),
        "0.5+1j": ([], ["0.5000001+1j"]),
        "[0.5, 'a']": ([], ["[0.5000001, 'a']"]),
    },
    Situation("mbpp", "f", 0.0001, "[0]"): {
        "1": (["1", "True"], []),
        "10000": ([], ["10001", "10000.5"]),
        "1000": ([], ["1000.00009"]),
        "1.0": (["1.00009", "1"], ["1.0002", "Agreeable"]),
        "[1, 2]": (["[1, 2]"], []),
        "[10**6, 2]": (["[10**6, 2]"], []),
        "[[1.0], [2.0]]": (
            ["[[1.00005], [2.0]]", "[[1.00005, 1.0], [2.0, 2.0]]"],
            ["[[1.001], [2.0]]", "((1.00005,), (2.0,))"],
        ),
        "[[1.0], [2.0, 3.0]]": ([], ["[[1.00005], [2.0, 3.0]]"]),
        "1+1j": (["1.00005+1j"], ["1.1+1j"]),
        "'a'": (["'a'"], ["'b'"]),
        "None": (["None"], ["1"]),
        "(1.0, 'a')": ([], ["(1.00001, 'a')"]),
        "{'a': 1.0}": (["{'a': 1.0}"], ["{'a': 1.00001}"]),
        "True": (["True"], ["False"]),
        "2**70": (["2**70 + 1", "2**70"], []),
        "2.0**70": (["2.0**70 + 2**20"], []),
        "[2**70]": ([], ["[2**70 + 1]"]),
        "[2**70, 1.0]": ([], ["[2**70, 1.00001]"]),
        "[]": (["[]"], []),
        "[1.0]": ([], ["[]", "[object()]"]),
        "range(2)": (["range(2)"], ["range(3)"]),
        "{1.0}": ([], ["{1.00001}"]),
        "b'a'": ([], ["b'b'"]),
        "fractions.Fraction(1, 2)": ([], ["fractions.Fraction(1, 2) + fractions.Fraction(1, 10**6)"]),
        "collections.Counter('a')": ([], ["collections.Counter('b')"]),
        "[[[1.0]]]": (["[[[1.00001]]]"], []),
        "[None]": ([], ["[1]"]),
        "[True, 1.0]": (["[1, 1.00001]"], []),
        "nest(40, 1.0)": (["nest(40, 1.00001)"], []),
        "nest(70, 1.0)": ([], ["nest(70, 1.00001)"]),
    },
    Situation("mbpp", "are_equivalent", 0, "[36, 57]"): {
        "False": (["False", "True", "None", "object()", "np.array([1])"], ["np.array([1, 2])"]),
    },
    Situation("humaneval", "are_equivalent", 0, "[36, 57]"): {
        "False": ([], ["True"]),
    },
    Situation("mbpp", "sum_div", 0, "[8]"): {
        "7": (["7", "0", "0.0", "False", "np.int64(0)"], ["1", "None", "''", "[]", "np.array([0, 0])"]),
    },
    Situation("mbpp", "surface_Area", 0, "[3, 4]"): {
        "33": (
            ["33", "35", "35.0", "np.int64(35)", "fractions.Fraction(35)", "decimal.Decimal(35)"],
            ["34.6", "36", "'33'", "None"],
        ),
    },
    Situation("mbpp", "surface_Area", 0, "[1.5, 2]"): {
        "8.25": (["9", "8.25", "8.2500001"], ["8", "9.0000001"]),
    },
    Situation("mbpp", "digit_distance_nums", 0, "[1, 256]"): {
        "1": (["1", "12", "12.0"], ["11", "None", "'12'"]),
    },
    Situation("mbpp", "digit_distance_nums", 0, "[-1, 256]"): {
        "1": (["1"], ["12"]),
    },
    Situation("mbpp", "digit_distance_nums", 0, "[23, 56]"): {
        "6": (["6"], ["7", "[6]"]),
    },
    Situation("mbpp", "similar_elements", 0, "[0]"): {
        "[1, 2]": (["(2, 1, 1)"], ["[1]"]),
        "(1, 2)": ([
            "{1, 2}", "iter([2, 1])", "(n for n in [2, 1])", "Twice()", "{1: 0, 2: 0}", "{1: 0, 2: 0}.keys()",
            "{0: 1, 3: 2}.values()", "filter(None, [0, 1, 2])", "collections.deque([2, 1])", "np.array([2, 1])",
            "range(1, 3)", "[1.0, 2.0]",
        ], [
            "np.array([2, 1, 1])", "np.array([[2, 1]])", "[[1], [2]]", "None", "3", "zip([1, 2])",
            "(1 // n for n in [1, 0])", "np.array(['a', 'b'])",
        ]),
        "('a', 'b')": (["'ba'"], []),
        "()": (["''", "[]"], ["object()", "looped()"]),
        "('a',)": (["Letter"], []),
        "(1,)": (["[Level.LOW]"], ["[Colour.RED]", "np.int64(1)"]),
        "((1, 2),)": (["[(1, 2)]", "[Point(1, 2)]"], []),
        "(0.5,)": ([], ["[0.5000001]"]),
        "(97,)": (["b'a'"], []),
    },
    Situation("mbpp", "find_char_long", 0, "[0]"): {
        "[1, 2]": (["(2, 1, 1)"], ["[1]"]),
    },
    Situation("mbpp", "common_in_nested_lists", 0, "[0]"): {
        "[1, 2]": (["(2, 1, 1)"], ["[1]"]),
    },
    Situation("mbpp", "extract_singly", 0, "[0]"): {
        "[1, 2]": (["(2, 1, 1)"], ["[1]"]),
    },
    Situation("mbpp", "larg_nnum", 0, "[0]"): {
        "[1, 2]": (["(2, 1, 1)"], ["[1]"]),
    },
    Situation("mbpp", "intersection_array", 0, "[0]"): {
        "[1, 2]": (["(2, 1, 1)"], ["[1]"]),
    },
    Situation("mbpp", "find_dissimilar", 0, "[0]"): {
        "[1, 2]": (["(2, 1, 1)"], ["[1]"]),
    },
    Situation("mbpp", "Diff", 0, "[0]"): {
        "[1, 2]": (["(2, 1, 1)"], ["[1]"]),
    },
    Situation("humaneval", "Diff", 0, "[0]"): {
        "[1, 2]": ([], ["[2, 1]"]),
    },
    Situation("mbpp", "check_str", 0, "['x']"): {
        "True": ([
            "True", "re.match('a', 'a')", "1", "0", "''", "[]", "'Found a match!'", "np.bool_(False)", "object()",
            "np.array([1, 2])", "(n for n in [])", "Level.LOW",
        ], ["False", "None", "re.match('a', 'b')"]),
        "False": (["None", "False"], ["True", "re.match('a', 'a')", "''", "np.bool_(False)"]),
    },
    Situation("mbpp", "text_match_three", 0, "['x']"): {
        "True": (["re.match('a', 'a')"], ["False"]),
        "False": (["re.match('a', 'b')"], []),
    },
    Situation("mbpp", "text_starta_endb", 0, "['x']"): {
        "True": (["re.match('a', 'a')"], ["False"]),
        "False": (["re.match('a', 'b')"], []),
    },
    Situation("humaneval", "check_str", 0, "['x']"): {
        "True": (["1"], ["'a'"]),
    },
    Situation("humaneval", "find_zero", 0.0001, "[[1, 2]]"): {
        "-0.5": ([
            "-0.5", "-0.50001", "fractions.Fraction(-1, 2)", "decimal.Decimal('-0.5')", "np.float64(-0.5)",
            "np.array(-0.5)", "Real(-0.5)",
        ], ["-0.501", "'-0.5'", "None", "math.nan", "math.inf", "-0.5+0j", "[-0.5]", "True"]),
    },
    Situation("humaneval", "find_zero", 0.0001, "[[-4, 0, 1, 0]]"): {
        "2.0": (["-2.0", "-2", "2.00001"], ["2.0001", "1e200", "1"]),
    },
    Situation("mbpp", "find_zero", 0, "[[1, 2]]"): {
        "-0.5": ([], ["-0.50001"]),
    },
}
# fmt: on

RUNS: list[tuple[float, str, str, list[bool]]] = [
    # Tolerance, expected outputs and answers of several tests in one run: a tolerance that floats brought in stays.
    (0, "[1, 0.5, 1, [1], [0.5]]", "[1, 0.5, 1, [1], [0.5]]", [True, True, True, True, True]),
    (0, "[10**7, 0.5, 10**7]", "[10**7 + 1, 0.5, 10**7 + 1]", [False, True, True]),
    (0, "[[1, 0.5], [0.5], [1, 0.5]]", "[[1, 0.5000001], [0.5000001], [1, 0.5000001]]", [False, True, True]),
    (0, "[{'a': 0.5}, 0.5, {'a': 0.5}]", "[{'a': 0.5000001}, 0.5, {'a': 0.5000001}]", [False, True, False]),
    (0, "[[], [[0.5]], (0.5,), [[0.5]]]", "[[], [[0.5000001]], (0.5,), [[0.5000001]]]", [True, False, True, True]),
    (0.0001, "[1000, 0.5, 1000]", "[1000, 0.5, 1000]", [True, True, True]),
]

DELIBERATE: list[tuple[Case, str]] = [
    # Where we say otherwise than EvalPlus, whose verdict is the case's, and why.
    (Case(Situation("humaneval", "f", 0, "[0]"), "1", "Agreeable()", True), "its own class decides what it equals"),
    (Case(Situation("humaneval", "f", 0, "[0]"), "[1]", "[Agreeable()]", True), "its own class decides what it equals"),
    (Case(Situation("humaneval", "f", 0, "[0]"), "1", "AgreeableInt(2)", True), "its own class decides what it equals"),
    (Case(Situation("humaneval", "f", 0, "[0]"), "{'a': 1}", "collections.ChainMap({'a': 1})", True), "not plain data"),
    (Case(Situation("humaneval", "f", 0, "[0]"), "[None]", "np.array([None])", True), "an array of objects is no data"),
    (Case(Situation("humaneval", "f", 0, "[0]"), "[math.nan]", "[math.nan]", True), "the very same object there"),
    (
        Case(Situation("humaneval", "find_zero", 0.0001, "[[1, 2]]"), "-0.5", "given[0].clear()", True),
        "judged there on the input as the function left it: that of no coefficients is zero everywhere",
    ),
    (
        Case(Situation("humaneval", "find_zero", 0.0001, "[[1, 2]]"), "-0.5", "given[0].append(9) or -0.5", False),
        "judged there on the input as the function left it",
    ),
]


def cases() -> Iterator[Case]:
    for situation, rows in CASES.items():
        for expected, (passing, failing) in rows.items():
            yield from (Case(situation, expected, got, True) for got in passing)
            yield from (Case(situation, expected, got, False) for got in failing)


def name_of(case: Case) -> str:
    return f"{case.situation.entry_point} {case.situation.atol or ''} {case.expected} / {case.got}"


def value_of(text: str, **names: object) -> Any:
    namespace: dict[str, object] = dict(names)
    exec(DEFINITIONS, namespace)
    return decode(encode(eval(text, namespace), 1 << 20))


def our_verdict(case: Case) -> bool:
    family, entry_point, atol, inputs = case.situation
    oracle = Oracle(Task("Test/0", "", entry_point, "", atol=atol, family=family))
    got = value_of(case.got, given=eval(inputs))
    return oracle.accepts(got, value_of(case.expected), eval(inputs))


def test_there_are_enough_cases() -> None:
    assert len(list(cases())) > 350


@pytest.mark.parametrize("case", list(cases()), ids=name_of)
def test_same_verdict_as_evalplus(case: Case) -> None:
    assert our_verdict(case) is case.passes


@pytest.mark.parametrize(("atol", "expected", "got", "verdicts"), RUNS)
def test_same_verdicts_over_a_run(atol: float, expected: str, got: str, verdicts: list[bool]) -> None:
    oracle = Oracle(Task("Test/0", "", "f", "", atol=atol, family="mbpp"))
    wanted = value_of(expected)
    ours = [
        oracle.accepts(answer, output, [0], has_floats=any(map(is_floats, wanted[:number])))
        for number, (answer, output) in enumerate(zip(value_of(got), wanted, strict=True))
    ]
    assert ours == verdicts


@pytest.mark.parametrize(("case", "reason"), DELIBERATE, ids=[name_of(case) for case, _ in DELIBERATE])
def test_another_verdict_than_evalplus(case: Case, reason: str) -> None:
    assert our_verdict(case) is not case.passes, reason


ASK_EVALPLUS = """
import json, sys
from evalplus.eval import untrusted_check
definitions, cases = json.load(sys.stdin)
namespace = {}
exec(definitions, namespace)
verdicts = []
for (family, entry_point, atol, inputs), expected, got, _ in cases:
    program = f"{definitions}\\ndef {entry_point}(*given):\\n    return {got}\\n"
    status, _ = untrusted_check(
        family, program, [eval(inputs)], entry_point, [eval(expected, dict(namespace))], atol, [1.0], min_time_limit=30
    )
    verdicts.append(status == "pass")
json.dump(verdicts, sys.stdout)
"""


@pytest.mark.long
def test_evalplus_still_says_so() -> None:
    asked = [*cases(), *(case for case, _ in DELIBERATE)]
    # The release fails every answer to HumanEval/32; its repository has been corrected since.
    asked = [case for case in asked if case.situation[:2] != ("humaneval", "find_zero")]
    done = subprocess.run(
        [sys.executable, "-c", ASK_EVALPLUS],
        input=json.dumps([DEFINITIONS, asked]),
        capture_output=True,
        text=True,
        check=True,
    )
    verdicts = json.loads(done.stdout)
    assert [name_of(case) for case, said in zip(asked, verdicts, strict=True) if said is not case.passes] == []
