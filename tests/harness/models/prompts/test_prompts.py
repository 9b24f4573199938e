"""Presets: the exact strings, as golden files; which style; what goes with it; what is printed of it."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from rich.console import Console

from harness.benchmarks import registry
from harness.errors import InputError
from harness.models.extraction import extract
from harness.models.prompts import ChatTemplate, build_prompts, choose_style, load_preset, preset_names, show_prompt
from harness.models.prompts.task_parts import parts_of
from harness.records import Benchmark, Task

HERE = Path(__file__).parent
GOLDEN = HERE.parents[2] / "golden" / "prompts"
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>"}
# What MBPP+ has of it: no test needs the data file.
MBPP = Task(
    "Mbpp/2",
    '"""\nWrite a function to find the shared elements from the given two lists.\n'
    'assert set(similar_elements((3, 4, 5, 6),(5, 7, 4, 10))) == set((4, 5))\n"""\n',
    "similar_elements",
    "",
    family="mbpp",
)
PRESETS = ["bigcode", "evalplus", "fuseval", "paper", "wizardcoder"]


@pytest.fixture(scope="module")
def humaneval() -> Benchmark:
    return registry.load("humaneval")


@pytest.fixture(scope="module")
def both(humaneval: Benchmark) -> Benchmark:
    return Benchmark("both", "1", "", {"HumanEval/0": humaneval.tasks["HumanEval/0"], "Mbpp/2": MBPP})


def template(name: str) -> ChatTemplate:
    return ChatTemplate((HERE / "templates" / f"{name}.jinja").read_text(), SPECIAL)


def test_there_are_five_and_each_names_its_source() -> None:
    assert preset_names() == PRESETS
    for name in PRESETS:
        assert load_preset(name).text.startswith("{#\nSource: ")


@pytest.mark.parametrize("task_id", ["HumanEval/0", "Mbpp/2"])
@pytest.mark.parametrize("form", ["base", "chatml", "gemma", "server"])
@pytest.mark.parametrize("preset", PRESETS)
def test_golden(preset: str, form: str, task_id: str, both: Benchmark) -> None:
    chat_template = template(form) if form in ("chatml", "gemma") else None
    built = build_prompts(both, preset, "base" if form == "base" else "chat", chat_template)
    shown = show_prompt(task_id, built)
    prompt = shown.prompt
    text = (
        f"kind: {prompt.kind}\nextraction: {built.extraction}\nstop: {list(prompt.stop)}\n"
        f"prefill: {prompt.prefill!r}\n--- from the next line to the end of the file ---\n{shown.text}"
    )
    path = GOLDEN / f"{preset}-{form}-{task_id.replace('/', '-')}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("preset", PRESETS)
def test_a_rendered_prompt_ends_with_its_prefill(preset: str, humaneval: Benchmark) -> None:
    for style, chat_template in (("base", None), ("chat", template("chatml"))):
        built = build_prompts(humaneval, preset, choose_style(style, has_chat_template=True), chat_template)
        assert list(built.prompts) == list(humaneval.tasks)
        assert all(prompt.text.endswith(prompt.prefill) and prompt.text for prompt in built.prompts.values())


@pytest.mark.parametrize("style", ["base", "chat"])
@pytest.mark.parametrize("preset", PRESETS)
def test_the_right_answer_is_extracted(preset: str, style: str, humaneval: Benchmark) -> None:
    """A model that goes on with the reference gets a program that is the reference again, for every task."""
    built = build_prompts(humaneval, preset, choose_style(style, has_chat_template=True), template("chatml"))
    for task_id, prompt in built.prompts.items():
        task = humaneval.tasks[task_id]
        begun = prompt.prefill or (prompt.text if prompt.kind == "completion" else "")
        whole = task.reference.lstrip()
        stem = task.prompt.strip()
        if stem in begun:
            answer = whole.removeprefix(stem)
            if begun.endswith("\n"):
                answer = answer.removeprefix("\n")
        else:
            answer = whole if "```" in begun else f"\n```python\n{whole}```\n"
        for stop in prompt.stop:
            answer = answer.split(stop)[0]
        found = extract(built.extraction, prompt.prefill + answer, task, finish_reason="stop", kind=prompt.kind)
        assert found.status is None, task_id
        names: dict[str, object] = {}
        exec(compile(found.program, task_id, "exec", dont_inherit=True), names)
        assert callable(names[task.entry_point]), task_id


def test_stop_strings_never_cut_what_a_reference_needs(humaneval: Benchmark) -> None:
    built = build_prompts(humaneval, "evalplus", "base")
    cut = [
        task_id
        for task_id, prompt in built.prompts.items()
        if any(stop in humaneval.tasks[task_id].canonical_solution.rstrip() for stop in prompt.stop)
    ]
    assert not cut


def test_evalplus_is_evalplus(both: Benchmark) -> None:
    """The prompt is the one that EvalPlus's own function makes, and the stop strings are its own."""
    utility = pytest.importorskip("evalplus.provider.utility")

    class _Tokenizer:
        chat_template = template("chatml")

        def apply_chat_template(self, turns: list[dict[str, str]], tokenize: bool) -> str:
            from harness.models.model import Message

            user, assistant = turns
            return self.chat_template.render([Message("user", user["content"])], assistant["content"])

    # Arguments of EvalPlus's function, written in its command's body.
    prefix = load_preset("evalplus").block("user", MBPP).partition("\n")[0]
    response = load_preset("evalplus").block("prefill", MBPP).partition("\n")[0]
    codegen = Path(utility.__file__).parents[1] / "codegen.py"
    assert f'= "{prefix}"' in codegen.read_text()
    assert f'= "{response}"' in codegen.read_text()
    for task_id, prompt in build_prompts(both, "evalplus", "chat", template("chatml")).prompts.items():
        asked = both.tasks[task_id].prompt.strip() + "\n"
        assert prompt.text == utility.make_raw_chat_prompt(asked, prefix, response, _Tokenizer())
        assert list(prompt.stop) == [*utility.EOS, "\n```\n"]
    for task_id, prompt in build_prompts(both, "evalplus", "base").prompts.items():
        family = both.tasks[task_id].family
        assert list(prompt.stop) == [*utility.EOS, *utility.extra_eos_for_direct_completion(family)]
        assert prompt.text == both.tasks[task_id].prompt.strip() + "\n"


def test_a_server_s_template_gets_no_prefill(both: Benchmark) -> None:
    built = build_prompts(both, "bigcode", "chat", None)
    prompt = built.prompts["HumanEval/0"]
    assert (prompt.text, prompt.prefill, prompt.stop, prompt.kind) == ("", "", (), "raw")
    assert built.extraction == "chat"
    assert show_prompt("HumanEval/0", built).tokens == "unknown: the chat template is the server's"


def test_style_is_chosen_by_the_template() -> None:
    assert choose_style(None, has_chat_template=False) == "base"
    assert choose_style("chat", has_chat_template=False) == "chat"
    with pytest.raises(InputError) as caught:
        choose_style("chatt", has_chat_template=True)
    assert caught.value.hint == "did you mean 'chat'?"


def test_unknown_names_are_said_with_the_nearest(both: Benchmark) -> None:
    with pytest.raises(InputError) as caught:
        build_prompts(both, "evalpluss")
    assert caught.value.hint == "did you mean 'evalplus'?"
    with pytest.raises(InputError) as caught:
        show_prompt("HumanEval/1", build_prompts(both, "evalplus"))
    assert "HumanEval/0" in caught.value.hint


def test_the_hash_is_of_all_that_shapes_a_prompt(both: Benchmark) -> None:
    hashes = {
        build_prompts(both, preset, "chat", chat_template).template_sha256
        for preset in PRESETS
        for chat_template in (None, template("chatml"), template("gemma"))
    }
    assert len(hashes) == 3 * len(PRESETS)


def test_signatures_and_descriptions(humaneval: Benchmark) -> None:
    parts = {task_id: parts_of(task) for task_id, task in humaneval.tasks.items()}
    assert parts["HumanEval/0"].signature == "has_close_elements(numbers: List[float], threshold: float) -> bool"
    for task_id, part in parts.items():
        assert part.signature.startswith(humaneval.tasks[task_id].entry_point + "("), task_id
        assert part.description, task_id
    several = Task("Mbpp/9", '"""\nDo.\nassert f(\n 1) == 2\nassert f(2) == 3\n"""\n', "f", "", family="mbpp")
    assert parts_of(several).tests == ("assert f(\n 1) == 2", "assert f(2) == 3")
    assert parts_of(Task("X/1", "no Python at all", "f", "")).description == "no Python at all"


@pytest.mark.parametrize("width", [80, 120])
def test_what_is_shown_holds_the_exact_string(width: int, both: Benchmark) -> None:
    built = build_prompts(both, "fuseval", "chat", template("chatml"))
    shown = show_prompt("HumanEval/0", built, lambda text, adds: len(text) if not adds else -1)
    console = Console(file=io.StringIO(), width=width)
    console.print(shown, soft_wrap=True)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert built.prompts["HumanEval/0"].text in printed
    assert f"tokens         {len(shown.text)}" in printed
    assert "fuseval (chat style)" in printed
