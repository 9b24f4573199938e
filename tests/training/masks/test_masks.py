"""Which tokens are learned, kept as a golden file: with and without a system message, several turns, cut."""

from __future__ import annotations

import json
import os
from itertools import groupby
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.models.model import Message
from harness.models.prompts.chat_template import ChatTemplate
from tests.training.tiny import CHATML, byte_tokenizer
from training.data.conversation import Conversation
from training.masks.encode import Encoded, encode
from training.masks.encoded_set import encode_all
from training.masks.template import TrainingTemplate, choose_template, has_marks, without_marks

GOLDEN = Path(__file__).parents[2] / "golden" / "masks.json"
TEMPLATES = Path(__file__).parents[2] / "harness" / "models" / "prompts" / "templates"
ASK, ANSWER = Message("user", "Add 1 and 2."), Message("assistant", "def add():\n    return 3  # é")
SYSTEM = Message("system", "Be brief.")
AGAIN = (Message("user", "And 4?"), Message("assistant", "\nreturn 7"))
TALKS = {
    "one-turn": (ASK, ANSWER),
    "system": (SYSTEM, ASK, ANSWER),
    "input": (Message("user", "Add.\n\n### Input:\n1, 2"), ANSWER),
    "two-turns": (ASK, ANSWER, *AGAIN),
    "system-two-turns": (SYSTEM, ASK, ANSWER, *AGAIN),
}
NAMES = ["alpaca", "chatml", "smollm2", "llama3", "gemma", "mistral", "train_tags"]


def template(name: str, **options: object) -> tuple[TrainingTemplate, object]:
    if name == "alpaca":
        tokenizer = byte_tokenizer(None, **options)
        return choose_template("alpaca", tokenizer), tokenizer
    text = CHATML if name == "chatml" else (TEMPLATES / f"{name}.jinja").read_text()
    tokenizer = byte_tokenizer(text, **options)
    return choose_template("chat", tokenizer), tokenizer


def drawn(row: Encoded, tokenizer: object) -> list[list[object]]:
    """Runs of tokens that are learned or not: whether, how many, and their text."""
    pairs = zip(row.is_learned.tolist(), row.ids.tolist(), strict=True)
    runs = [(is_learned, [token for _, token in run]) for is_learned, run in groupby(pairs, key=lambda pair: pair[0])]
    return [[is_learned, len(run), tokenizer.decode(run)] for is_learned, run in runs]  # type: ignore[attr-defined]


def all_cases() -> dict[str, list[list[object]]]:
    cases = {}
    for name in NAMES:
        chosen, tokenizer = template(name)
        for talk, turns in TALKS.items():
            row = encode(chosen.render(turns), tokenizer, 4096)  # type: ignore[arg-type]
            cases[f"{name} {talk}"] = drawn(row, tokenizer)
    for name in ("alpaca", "chatml"):
        chosen, tokenizer = template(name)
        rendered = chosen.render((ASK, Message("assistant", "x" * 400)))
        begin = rendered.answers[0][0]
        cases[f"{name} longer-than-the-window"] = drawn(encode(rendered, tokenizer, begin + 20), tokenizer)  # type: ignore[arg-type]
        two = chosen.render(TALKS["two-turns"])
        cases[f"{name} second-answer-cut-off"] = drawn(encode(two, tokenizer, two.answers[1][0] - 9), tokenizer)  # type: ignore[arg-type]
    chosen, tokenizer = template("alpaca", adds_bos=True)
    cases["alpaca with-bos"] = drawn(encode(chosen.render(TALKS["one-turn"]), tokenizer, 4096), tokenizer)  # type: ignore[arg-type]
    return cases


def test_golden_masks() -> None:
    """Set WRITE_GOLDEN=1 to write the golden file anew, then look at the difference."""
    text = json.dumps(all_cases(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("talk", TALKS)
def test_the_answers_are_learned_and_nothing_else(name: str, talk: str) -> None:
    chosen, tokenizer = template(name)
    turns = TALKS[talk]
    learned = [
        str(text)
        for is_learned, _, text in drawn(encode(chosen.render(turns), tokenizer, 4096), tokenizer)
        if is_learned
    ]  # type: ignore[arg-type]  # noqa: E501
    said = [turn.content for turn in turns if turn.role == "assistant"]
    assert len(learned) == len(said)
    for text, content in zip(learned, said, strict=True):
        # Some templates trim their turns; each but the last ends its answers with a sign of its own.
        assert content.strip() in text
        assert "Add" not in text
        assert "Be brief" not in text


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_has_the_tokens_that_it_has_when_asked(name: str) -> None:
    """What stands before an answer is exactly what the harness gives a model to read."""
    chosen, tokenizer = template(name)
    row = encode(chosen.render(TALKS["system-two-turns"]), tokenizer, 4096)  # type: ignore[arg-type]
    begun = int(row.is_learned.argmax())
    asked = ChatTemplate(without_marks(chosen.chat.text), chosen.chat.special_tokens).render((SYSTEM, ASK))
    assert row.ids[:begun].tolist() == tokenizer(asked, add_special_tokens=False)["input_ids"]  # type: ignore[operator]


def test_no_token_reaches_over_the_border() -> None:
    """The tokenizer has one token for two newlines: the prompt ends with one, and the answer begins with one."""
    chosen, tokenizer = template("chatml")
    row = encode(chosen.render((ASK, Message("assistant", "\nx"))), tokenizer, 4096)  # type: ignore[arg-type]
    assert drawn(row, tokenizer)[-1] == [True, 3, "\nx<|im_end|>"]


@pytest.mark.filterwarnings("ignore")
def test_what_trl_takes_for_the_answer_is_ours_and_the_newline_behind() -> None:
    """TRL's own masks of a chat in prompt-completion form, token by token."""
    pytest.importorskip("trl")
    datasets = pytest.importorskip("datasets")
    from trl import SFTConfig, SFTTrainer

    chosen, tokenizer = template("chatml")
    row = encode(chosen.render(TALKS["one-turn"]), tokenizer, 4096)  # type: ignore[arg-type]
    turns = [{"role": turn.role, "content": turn.content} for turn in TALKS["one-turn"]]
    data = datasets.Dataset.from_list([{"prompt": turns[:1], "completion": turns[1:]}])
    import transformers

    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,  # type: ignore[arg-type]
    )
    trainer = SFTTrainer(
        transformers.LlamaForCausalLM(config),
        SFTConfig(use_cpu=True, bf16=False, report_to="none", output_dir="/nonexistent"),
        train_dataset=data,
        processing_class=tokenizer,  # type: ignore[arg-type]
    )
    theirs = trainer.train_dataset[0]
    assert theirs["input_ids"][:-1] == row.ids.tolist()
    assert [label != -100 for label in theirs["labels"]][:-1] == row.is_learned.tolist()
    assert tokenizer.decode(theirs["input_ids"][-1:]) == "\n"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
            "{% if add_generation_prompt %}[bot]{% endif %}",
            "does not begin where it asks for one",
        ),
        (
            "{% for m in messages %}[{{ m.role }}]"
            "{% if loop.last or m.role == 'user' %}{{ m.content }}{% else %}(earlier){% endif %}{% endfor %}"
            "{% if add_generation_prompt %}[assistant]{% endif %}",
            "changes earlier turns",
        ),
        (
            "{% for m in messages %}[{{ m.role }}]{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}"
            "{% if add_generation_prompt %}[assistant]{% endif %}",
            "should be stands",
        ),
        (
            "{% for m in messages %}[{{ m.role }}]{% if loop.last %}{% generation %}{{ m.content }}{% endgeneration %}"
            "{% else %}{{ m.content }}{% endif %}{% endfor %}",
            "marks 1 of 2 answers",
        ),
    ],
)
def test_a_template_that_does_not_show_its_answers_is_refused(text: str, why: str) -> None:
    tokenizer = byte_tokenizer(text)
    talks = [Conversation(TALKS["two-turns"], "demo")]
    with pytest.raises(InputError, match="does not show exactly what its answers are") as caught:
        encode_all(talks, choose_template("chat", tokenizer), tokenizer, 512)
    assert why in str(caught.value)
    assert "{% generation %}" in caught.value.hint


def test_a_known_template_that_changes_earlier_turns_has_trl_s_marks() -> None:
    """Qwen3's drops earlier thoughts; TRL keeps a marked form of it."""
    trl = pytest.importorskip("trl")
    text = (Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja").read_text()
    chosen = choose_template("chat", byte_tokenizer(text))
    assert has_marks(chosen.chat.text)
    chosen.check(is_multi_turn=True)


def test_rows_without_room_for_their_answer_are_counted() -> None:
    chosen, tokenizer = template("chatml")
    long = Message("user", "y" * 300)
    talks = [Conversation((ASK, ANSWER), "demo"), Conversation((long, ANSWER), "demo")]
    found = encode_all(talks, chosen, tokenizer, 100)  # type: ignore[arg-type]
    assert (len(found.rows), found.unlearnable, found.cut) == (1, 1, 0)
    with pytest.raises(InputError, match="no answer begins within 100 tokens in any of 1"):
        encode_all(talks[1:], chosen, tokenizer, 100)  # type: ignore[arg-type]


def test_alpaca_needs_an_end_token() -> None:
    with pytest.raises(InputError, match="no end token"):
        choose_template("alpaca", byte_tokenizer(None, eos_token=None))


def test_no_template_of_that_name() -> None:
    with pytest.raises(InputError, match="has no chat template"):
        choose_template("chat", byte_tokenizer(None))
    with pytest.raises(InputError, match="no template 'alpacca'"):
        choose_template("alpacca", byte_tokenizer(None))
