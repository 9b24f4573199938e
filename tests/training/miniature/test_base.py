"""The miniature's base model: a whole checkpoint, the same from the same seed, that the harness can score."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusion.offline import OfflineTeacher, make_seeds
from harness.benchmarks import load
from harness.models.backends.transformers import TransformersModel
from harness.models.model import Sampling
from harness.models.prompts import build_prompts
from harness.models.tokenizers import find_tokenizer
from harness.request import Ask
from training.miniature import make_base

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
safetensors = pytest.importorskip("safetensors.torch")
pytest.importorskip("accelerate")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "base"
    make_base(folder, seed=1, steps=4)
    return folder


def test_it_is_a_whole_checkpoint_of_eight_hundred_thousand_parameters(checkpoint: Path) -> None:
    model = transformers.AutoModelForCausalLM.from_pretrained(checkpoint)
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    assert model.config.model_type == "llama"
    assert 800_000 < sum(weights.numel() for weights in model.parameters()) < 900_000
    assert len(tokenizer) == model.config.vocab_size == 512
    assert tokenizer.pad_token_id not in (None, tokenizer.eos_token_id)
    assert model.generation_config.eos_token_id == tokenizer.eos_token_id
    assert tokenizer.bos_token_id is None


def test_tokens_are_short_lossless_and_digits_apart(checkpoint: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    for text in ("Größe 12345?", *(row["instruction"] + row["response"] for row in make_seeds(20, seed=2))):
        ids = tokenizer.encode(text, add_special_tokens=False)
        assert tokenizer.decode(ids) == text
        assert [token for token in tokenizer.convert_ids_to_tokens(ids) if sum(map(str.isdigit, token)) > 1] == []
    teacher = OfflineTeacher(0)
    seeds = [row["instruction"] for row in make_seeds(60, seed=2)]
    said = [
        teacher.reply([{"role": "user", "content": "\n".join(pair)}], task="fuse")
        for pair in zip(seeds[::2], seeds[1::2], strict=True)
    ]
    fused = [text for text in said if text != "INVALID PROMPT"]
    assert fused
    assert max(len(tokenizer.encode(text)) for text in fused) < 80


def test_the_chat_template_marks_exactly_the_answer(checkpoint: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    turns = [{"role": "user", "content": "Add 4."}, {"role": "assistant", "content": "x + 4"}]
    found = tokenizer.apply_chat_template(turns, return_assistant_tokens_mask=True, return_dict=True)
    ids, mask = found["input_ids"], found["assistant_masks"]
    marked = [token for token, is_answer in zip(ids, mask, strict=True) if is_answer]
    assert tokenizer.decode(marked) == "x + 4<|end|>"
    begun = tokenizer.apply_chat_template(turns[:1], tokenize=False, add_generation_prompt=True)
    assert begun == "<|user|>Add 4.<|assistant|>"
    assert tokenizer.decode(ids) == begun + "x + 4<|end|>"


def test_the_same_seed_gives_the_same_weights_and_another_does_not(checkpoint: Path, tmp_path: Path) -> None:
    def weights(folder: Path) -> dict[str, object]:
        return dict(safetensors.load_file(folder / "model.safetensors"))

    before = torch.get_num_threads()
    make_base(tmp_path / "again", seed=1, steps=4)
    make_base(tmp_path / "other", seed=2, steps=4)
    assert torch.get_num_threads() == before
    first, again, other = (weights(folder) for folder in (checkpoint, tmp_path / "again", tmp_path / "other"))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


def test_it_learns(tmp_path: Path) -> None:
    """After a few steps more the right answer of a row is likelier: the labels are the answer's."""

    def loss(folder: Path) -> float:
        model = transformers.AutoModelForCausalLM.from_pretrained(folder)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        total = 0.0
        for row in make_seeds(8, seed=9):
            prompt = tokenizer.encode(f"<|user|>{row['instruction']}<|assistant|>")
            ids = torch.tensor([[*prompt, *tokenizer.encode(row["response"]), tokenizer.eos_token_id]])
            labels = ids.clone()
            labels[:, : len(prompt)] = -100
            total += float(model(input_ids=ids, labels=labels).loss.detach())
        return total / 8

    make_base(tmp_path / "less", seed=1, steps=2)
    make_base(tmp_path / "more", seed=1, steps=30)
    assert loss(tmp_path / "more") < 0.7 * loss(tmp_path / "less")


def test_the_harness_asks_it_in_the_form_it_was_trained_in(checkpoint: Path) -> None:
    tokenizer = find_tokenizer(str(checkpoint))
    prompts = build_prompts(load("miniature"), "fuseval", "chat", tokenizer.chat_template)
    with TransformersModel(str(checkpoint)) as model:
        ask = Ask(model, prompts, Sampling(max_tokens=8))
        answers = list(model.answer(ask.requests(["Miniature/0", "Miniature/60"], 1), ask.sampling))
    assert prompts.prompts["Miniature/0"].text.startswith("<|user|>Write a Python function named ")
    assert prompts.prompts["Miniature/0"].text.endswith(".<|assistant|>")
    assert sorted(answer.task_id for answer in answers) == ["Miniature/0", "Miniature/60"]
