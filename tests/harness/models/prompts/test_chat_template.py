"""Chat templates: rendered as transformers does, with and without a system role, whatever strangers wrote in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.models.model import Message
from harness.models.prompts.chat_template import ChatTemplate

TEMPLATES = Path(__file__).parent / "templates"
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>"}
NAMES = sorted(path.stem for path in TEMPLATES.glob("*.jinja"))
WITHOUT_SYSTEM = ("gemma", "mistral")
TALK = [Message("system", "Be <brief> & 'exact'."), Message("user", "  def f(x):\n\treturn é\n")]
PREFILL = "Here:\n```python"


def template(name: str) -> ChatTemplate:
    return ChatTemplate((TEMPLATES / f"{name}.jinja").read_text(), SPECIAL)


@pytest.mark.parametrize("prefill", ["", PREFILL, PREFILL + "\n"], ids=["none", "prefill", "newline"])
@pytest.mark.parametrize("name", NAMES)
def test_same_as_transformers(name: str, prefill: str) -> None:
    chat_templates = pytest.importorskip("transformers.utils.chat_template_utils")
    talk = TALK[1:] if name in WITHOUT_SYSTEM else TALK
    turns = [{"role": message.role, "content": message.content} for message in talk]
    if prefill:
        turns.append({"role": "assistant", "content": prefill})
    (theirs,), _ = chat_templates.render_jinja_template(
        [turns],
        chat_template=template(name).text,
        continue_final_message=bool(prefill),
        add_generation_prompt=not prefill,
        **SPECIAL,
    )
    ours = template(name).render(talk, prefill)
    # Where a template trims its turns, transformers drops the prefill's last newline; EvalPlus and we keep it.
    is_trimmed = name in ("gemma", "llama3") and prefill.endswith("\n")
    assert ours == theirs + "\n" * is_trimmed


@pytest.mark.parametrize("name", WITHOUT_SYSTEM)
def test_a_refused_system_message_goes_into_the_first_turn(name: str) -> None:
    folded = [Message("user", f"{TALK[0].content}\n\n{TALK[1].content}")]
    assert template(name).render(TALK, PREFILL) == template(name).render(folded, PREFILL)


def test_a_dropped_system_message_goes_into_the_first_turn() -> None:
    silent = ChatTemplate("{% for m in messages if m.role != 'system' %}[{{ m.content }}]{% endfor %}")
    assert silent.render([Message("system", "A"), Message("user", "B")]) == "[A\n\nB]"


def test_an_answer_goes_on_where_the_prefill_ends() -> None:
    assert template("chatml").render(TALK, PREFILL + "\n").endswith("<|im_start|>assistant\nHere:\n```python\n")
    assert template("llama3").render(TALK, PREFILL + "\n").endswith("<|end_header_id|>\n\nHere:\n```python\n")


def test_the_last_mention_of_a_prefill_counts() -> None:
    talk = [Message("user", f"Begin with {PREFILL}")]
    assert template("smollm2").render(talk, PREFILL).endswith(f"assistant\n{PREFILL}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% for %}", "is no Jinja"),
        ("{{ messages.nothing.more }}", "can not be rendered"),
        ("{{ raise_exception('never') }}", "refuses the conversation: never"),
        ("{{ messages.append(1) }}", "can not be rendered"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "can not be rendered"),
        ("{{ 1 // 0 }}", "can not be rendered"),
    ],
)
def test_bad_templates_are_input_errors(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        ChatTemplate(text).render([Message("user", "Hi")])
    assert "--prompt-style base" in caught.value.hint


def test_a_template_without_assistant_turns_is_an_input_error() -> None:
    with pytest.raises(InputError, match="drops the assistant's turn"):
        ChatTemplate("{{ messages[0].content }}").render([Message("user", "Hi")], "So")


def test_the_date_can_be_asked_for() -> None:
    assert ChatTemplate("{{ strftime_now('%Y') }}").render([Message("user", "Hi")]).startswith("20")
