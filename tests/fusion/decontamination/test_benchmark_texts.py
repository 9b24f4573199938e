"""The benchmarks' tasks as texts, from their real data where it is here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fusion.decontamination.benchmark_texts import DEFAULT_BENCHMARKS, question_of, read_texts
from harness.errors import EnvironmentLacking, InputError

RACKET = "#lang racket\n\n;; Give the median of a list.\n;; >>> (median (list 1 2))\n;; 1.5\n(define (median l)\n"
OCAML = "(**Give the median of a list.\n * >>> median [1; 2]\n * 1.5\n*)\nlet median (l : int list) : float =\n"
CPP = "#include<assert.h>\n#include<set>\n// Give the median of a list.\n// >>> median({1, 2})\nfloat median() {\n"
CLOJURE = '(defn median\n  "Give the median of a list.\n  >>> (median [1 2])\n  1.5"\n  [l]\n'


@pytest.mark.parametrize("prompt", [RACKET, OCAML, CPP, CLOJURE], ids=["racket", "ocaml", "cpp", "clojure"])
def test_the_question_is_found_in_a_comment_of_any_language(prompt: str) -> None:
    question, examples = question_of(prompt)
    assert question == "Give the median of a list."
    assert examples.startswith(">>>")


def test_the_docstring_of_the_function_that_is_asked_for_counts() -> None:
    prompt = 'def helper():\n    """Help."""\n    return 1\n\ndef asked():\n    """Ask."""\n'
    assert question_of(prompt, "asked") == ("Ask.", "")


def test_a_prompt_without_any_comment_is_its_own_question() -> None:
    assert question_of("Reverse the list.") == ("Reverse the list.", "")


def test_an_unknown_benchmark_is_refused() -> None:
    with pytest.raises(InputError, match="humanevl"):
        read_texts(["humanevl"])


def test_every_task_of_the_default_benchmarks_has_a_question(fuseval_data: Path) -> None:
    texts = read_texts()
    assert not texts.missing
    counts = {task.source.name: task.source.tasks for task in texts.tasks}
    assert counts["humaneval+"] == 164
    assert counts["mbpp+"] == 378
    assert {"multipl-e", "multipl-e-mbpp"} < set(counts)
    assert all(len(question) > 10 for task in texts.tasks for question in task.questions)
    assert not any("thon function" in q and "python" not in q for task in texts.tasks for q in task.questions)


def test_the_same_task_in_two_benchmarks_has_one_origin(fuseval_data: Path) -> None:
    texts = read_texts(["humaneval+", "multipl-e:js"])
    ids = [task.task_id for task in texts.tasks if task.origin == "humaneval 53"]
    assert ids == ["HumanEval/53", "HumanEval_53_add"]


def test_what_is_not_here_is_named(
    fuseval_data: Path, tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("evalplus/HumanEvalPlus.jsonl.gz", "multipl_e/humaneval-js.jsonl.gz"):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        shutil.copy(fuseval_data / part, tmp_path / part)
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    texts = read_texts(["humaneval+", "mbpp+", "multipl-e"])
    assert {task.benchmark for task in texts.tasks} == {"humaneval+", "multipl-e"}
    assert "mbpp+ (fuseval data fetch mbpp+)" in texts.missing
    assert sum(name.startswith("multipl-e:") for name in texts.missing) == 23


def test_nothing_here_is_an_error(tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    with pytest.raises(EnvironmentLacking, match=r"mbpp\+"):
        read_texts(["mbpp+"])


def test_a_benchmark_of_ones_own_does_not_stand_in_for_the_default_ones(
    tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    texts = read_texts([*DEFAULT_BENCHMARKS, "miniature"])
    assert {task.benchmark for task in texts.tasks} == {"miniature", "humaneval"}
    assert "humaneval+ (fuseval data fetch humaneval+)" in texts.missing
