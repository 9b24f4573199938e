"""A student's loss and its task map, on a tiny random model made here; against transformers' own loss."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from fusion.dataset import Row
from fusion.inspection.student import task_map, without_words
from harness.errors import InputError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")

ROWS = [Row(f"r{n}", f"Write a function that adds {n} to it.", f"x + {n}", "", "fuse", (), n) for n in range(6)]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("student") / "tiny"
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    bpe = tokenizers.Tokenizer(tokenizers.models.BPE(vocab={sign: n for n, sign in enumerate(alphabet)}, merges=[]))
    bpe.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = tokenizers.decoders.ByteLevel()
    transformers.PreTrainedTokenizerFast(tokenizer_object=bpe).save_pretrained(folder)
    torch.manual_seed(3)
    config = transformers.LlamaConfig(
        vocab_size=len(alphabet),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        initializer_range=0.5,
        bos_token_id=0,
        eos_token_id=1,
    )
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def test_the_loss_is_transformers_own_over_the_answer_alone(checkpoint: Path) -> None:
    found = task_map(str(checkpoint), ROWS, lambda *_: None)
    assert (found.checkpoint, found.rows, len(found.points)) == ("tiny", 6, 6)
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    model = transformers.AutoModelForCausalLM.from_pretrained(checkpoint)
    for row, point in zip(ROWS, found.points, strict=True):
        before = tokenizer.encode(f"### Instruction:\n{row.instruction}\n\n### Response:\n")
        ids = torch.tensor([before + tokenizer.encode(row.output)])
        labels = ids.clone()
        labels[0, : len(before)] = -100
        with torch.inference_mode():
            assert point.loss == pytest.approx(float(model(ids, labels=labels).loss), rel=1e-4)
        assert point.probability == pytest.approx(math.exp(-point.loss), abs=1e-6)
        assert 0 < point.uncertainty < 1
        assert point.row_id == row.id


def test_the_same_seed_gives_the_same_map_and_another_another(checkpoint: Path) -> None:
    first, again, other = (task_map(str(checkpoint), ROWS[:3], lambda *_: None, seed) for seed in (0, 0, 1))
    assert first.points == again.points
    assert first.points != other.points


def test_rows_without_an_answer_have_nothing_to_predict(checkpoint: Path) -> None:
    with pytest.raises(InputError, match="no row has an answer"):
        task_map(str(checkpoint), [Row("r", "Write it.", " ", "", "fuse", (), 0)], lambda *_: None)


def test_what_is_no_checkpoint_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no config"):
        task_map(str(tmp_path), ROWS, lambda *_: None)


def test_a_fifth_of_the_words_is_dropped_and_one_stays() -> None:
    text = " ".join(map(str, range(10_000)))
    kept = without_words(text, np.random.default_rng(0)).split()
    assert 7_800 < len(kept) < 8_200
    assert kept == sorted(kept, key=int)
    assert without_words("alone", np.random.default_rng(0), share=1.0) == "alone"
