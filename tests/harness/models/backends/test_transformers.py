"""Checkpoints through transformers: batches, ends, draws, adapters, memory; on tiny random models made here."""

from __future__ import annotations

import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.benchmarks import load
from harness.errors import EnvironmentLacking, InputError
from harness.models.backends import ModelOptions, probe
from harness.models.backends.transformers import TransformersModel
from harness.models.model import Prompt, Request, Sampling
from harness.models.prompts import build_prompts
from harness.models.tokenizers import find_tokenizer
from harness.records import Completion

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("accelerate")
tokenizers = pytest.importorskip("tokenizers")

CHATML = (
    "{{ bos_token }}{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
NO_SYSTEM = (
    "{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "[{{ message.role }}]{{ message.content }}{% endfor %}[answer]"
)
PROMPTS = [f"def add_{number}(x):\n" + "    # more\n" * number for number in range(8)]


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Spinning threads of a machine that others use too take longer than one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def make_checkpoint(folder: Path, template: str | None = CHATML, context: int = 512, **changes: object) -> Path:
    """Write a Llama-type model of 60 thousand random weights, with a byte-level BPE of the benchmark's own prompts."""
    bpe = tokenizers.Tokenizer(tokenizers.models.BPE())
    bpe.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = tokenizers.decoders.ByteLevel()
    special = ["<s>", "</s>", "<|im_start|>", "<|im_end|>"]
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator([task.prompt for task in list(load("humaneval").tasks.values())[:20]], trainer)
    bpe.post_processor = tokenizers.processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=bpe, bos_token="<s>", eos_token="</s>")
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    torch.manual_seed(3)
    settings: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": 48,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": context,
        "initializer_range": 0.4,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "tie_word_embeddings": True,
        **changes,
    }
    transformers.LlamaForCausalLM(transformers.LlamaConfig(**settings)).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("checkpoint") / "tiny")


def ask(
    folder: Path, prompts: list[Prompt], sampling: Sampling | None = None, **options: object
) -> dict[str, Completion]:
    requests = [Request(f"Demo/{number}", 0, prompt) for number, prompt in enumerate(prompts)]
    with TransformersModel(str(folder), **options) as model:  # type: ignore[arg-type]
        answers = list(model.answer(requests, sampling or Sampling(max_tokens=24)))
    assert sorted(answer.task_id for answer in answers) == [request.task_id for request in requests]
    return {answer.task_id: answer for answer in answers}


def test_a_batch_says_what_each_prompt_says_alone(checkpoint: Path) -> None:
    prompts = [Prompt(text) for text in PROMPTS]
    alone, together = ask(checkpoint, prompts, batch=1), ask(checkpoint, prompts, batch=8)
    assert alone == together
    assert len({answer.text for answer in alone.values()}) == 8


def test_it_says_what_transformers_says_with_padding_left(checkpoint: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    model = transformers.AutoModelForCausalLM.from_pretrained(checkpoint)
    answers = ask(checkpoint, [Prompt(text) for text in PROMPTS], batch=8)
    for number, text in enumerate(PROMPTS):
        ids = torch.tensor([tokenizer.encode(text)])
        said = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=24, do_sample=False)[0]
        assert answers[f"Demo/{number}"].text == tokenizer.decode(said[ids.shape[1] :], skip_special_tokens=True)


def test_a_stop_string_ends_its_row_and_is_cut(checkpoint: Path) -> None:
    whole = ask(checkpoint, [Prompt(PROMPTS[0])])["Demo/0"]
    stop = whole.text[6:9]
    at = whole.text.index(stop)
    answers = ask(checkpoint, [Prompt(PROMPTS[0], stop=(stop,), prefill="x"), Prompt(PROMPTS[0])], batch=2)
    stopped = answers["Demo/0"]
    assert (stopped.text, stopped.finish_reason) == ("x" + whole.text[:at], "stop")
    assert stopped.tokens is not None
    assert stopped.tokens < 24
    assert (answers["Demo/1"].text, answers["Demo/1"].tokens) == (whole.text, 24)


def test_finish_reasons_and_tokens(checkpoint: Path, tmp_path: Path) -> None:
    prompts = [Prompt(text) for text in PROMPTS]
    answers = ask(checkpoint, prompts, Sampling(max_tokens=24))
    assert {answer.finish_reason for answer in answers.values()} == {"length", "stop"}
    for answer in answers.values():
        assert answer.tokens is not None
        assert (answer.finish_reason == "length") == (answer.tokens == 24)
    # With its first token as an end token, a row ends after it, and says nothing.
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    first = tokenizer.encode(answers["Demo/0"].text, add_special_tokens=False)[0]
    ending = make_checkpoint(tmp_path / "ending")
    (ending / "generation_config.json").write_text(json.dumps({"eos_token_id": [1, first]}))
    ended = ask(ending, prompts[:1])["Demo/0"]
    assert (ended.finish_reason, ended.tokens) == ("stop", 1)


def test_an_end_token_among_the_stop_strings_ends_too(checkpoint: Path, tmp_path: Path) -> None:
    """`<|im_end|>` is no end token of this checkpoint, and no decoded text holds it."""
    spoilt = make_checkpoint(tmp_path / "spoilt")
    model = transformers.AutoModelForCausalLM.from_pretrained(spoilt)
    head = torch.nn.Linear(48, model.config.vocab_size, bias=True)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    model.config.tie_word_embeddings = False
    model.lm_head.weight = torch.nn.Parameter(torch.zeros(model.config.vocab_size, 48))
    # All tokens are as likely, so greedy takes the first, which is <s>.
    model.save_pretrained(spoilt)
    answer = ask(spoilt, [Prompt("a", stop=("<s>",)), Prompt("a")])
    assert (answer["Demo/0"].finish_reason, answer["Demo/0"].tokens) == ("stop", 1)
    assert (answer["Demo/1"].finish_reason, answer["Demo/1"].tokens) == ("length", 24)


def test_the_checkpoint_s_own_way_of_drawing_says_nothing(checkpoint: Path, tmp_path: Path) -> None:
    willful = make_checkpoint(tmp_path / "willful")
    (willful / "generation_config.json").write_text(
        json.dumps({"eos_token_id": 1, "do_sample": True, "temperature": 2.0, "repetition_penalty": 3.0, "top_k": 5})
    )
    prompts = [Prompt(text) for text in PROMPTS[:2]]
    assert ask(willful, prompts) == ask(checkpoint, prompts)


def test_an_adapter_changes_what_is_said(checkpoint: Path, tmp_path: Path) -> None:
    peft = pytest.importorskip("peft")
    base = transformers.AutoModelForCausalLM.from_pretrained(checkpoint)
    config = peft.LoraConfig(r=4, target_modules=["q_proj", "v_proj"], init_lora_weights=False, task_type="CAUSAL_LM")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        peft.get_peft_model(base, config).save_pretrained(tmp_path / "adapter")
    prompts = [Prompt(text) for text in PROMPTS[:2]]
    adapted = ask(checkpoint, prompts, adapter=str(tmp_path / "adapter"))
    assert adapted["Demo/0"].text != ask(checkpoint, prompts)["Demo/0"].text
    plain, other = (TransformersModel(str(checkpoint), adapter=name) for name in (None, str(tmp_path / "adapter")))
    assert set(other.settings) - set(plain.settings) == {"adapter"}


@pytest.mark.parametrize(("template", "has_system"), [(CHATML, True), (NO_SYSTEM, False)])
def test_chat_prompts_end_to_end(tmp_path: Path, template: str, has_system: bool) -> None:
    folder = make_checkpoint(tmp_path / "chat", template, context=2048)
    found = find_tokenizer(str(folder)).chat_template
    assert found is not None
    prompts = build_prompts(load("humaneval"), "wizardcoder", "chat", found).prompts
    prompt = prompts["HumanEval/0"]
    assert ("<|im_start|>system" in prompt.text) == has_system
    answer = ask(folder, [prompt], Sampling(max_tokens=4))["Demo/0"]
    assert answer.text.startswith(prompt.prefill)
    assert answer.tokens == 4


def test_no_second_bos(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[int]] = []

    def look(self: Any, input_ids: Any, **arguments: Any) -> Any:
        seen.extend(input_ids.tolist())
        return generate(self, input_ids=input_ids, **arguments)

    generate = transformers.LlamaForCausalLM.generate
    monkeypatch.setattr(transformers.LlamaForCausalLM, "generate", look)
    found = find_tokenizer(str(checkpoint)).chat_template
    chat = build_prompts(load("humaneval"), "fuseval", "chat", found).prompts["HumanEval/23"]
    ask(checkpoint, [chat], Sampling(max_tokens=1))
    ask(checkpoint, [Prompt("def one():")], Sampling(max_tokens=1))
    assert [ids.count(0) for ids in seen] == [1, 1]
    assert [ids[0] for ids in seen] == [0, 0]


def memory_for(rows: int, real: Callable[..., Any], sizes: list[int], error: Exception) -> Callable[..., Any]:
    """Make a `generate` that finds memory for so many rows only."""

    def generate(self: Any, input_ids: Any, **arguments: Any) -> Any:
        sizes.append(len(input_ids))
        if len(input_ids) > rows:
            raise error
        return real(self, input_ids=input_ids, **arguments)

    return generate


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("can't allocate memory: 1 bytes"), MemoryError()],
)
def test_a_batch_too_large_is_halved(checkpoint: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    prompts = [Prompt(text) for text in PROMPTS]
    expected = ask(checkpoint, prompts)
    sizes: list[int] = []
    real = transformers.LlamaForCausalLM.generate
    monkeypatch.setattr(transformers.LlamaForCausalLM, "generate", memory_for(2, real, sizes, error))
    assert ask(checkpoint, prompts, batch=8) == expected
    assert sizes == [8, 4, 2, 2, 2, 2]


def test_no_memory_for_one_is_said(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = transformers.LlamaForCausalLM.generate
    monkeypatch.setattr(transformers.LlamaForCausalLM, "generate", memory_for(0, real, [], MemoryError()))
    with pytest.raises(EnvironmentLacking, match="does not hold tiny and one prompt of"):
        ask(checkpoint, [Prompt("a")])


def test_other_errors_are_not_taken_for_memory(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = transformers.LlamaForCausalLM.generate
    monkeypatch.setattr(transformers.LlamaForCausalLM, "generate", memory_for(0, real, [], RuntimeError("device lost")))
    with pytest.raises(RuntimeError, match="device lost"):
        ask(checkpoint, [Prompt("a")])


def test_a_seed_draws_the_same_in_any_batch(checkpoint: Path) -> None:
    prompts = [Prompt(text) for text in PROMPTS]
    draw = Sampling(temperature=0.9, top_p=0.95, max_tokens=24, seed=7)
    first = ask(checkpoint, prompts, draw, batch=8)
    assert ask(checkpoint, prompts, draw, batch=3) == first
    other = ask(checkpoint, prompts, Sampling(temperature=0.9, top_p=0.95, max_tokens=24, seed=8))
    assert all(other[key].text != answer.text for key, answer in first.items())


def test_draws_follow_the_model_s_own_shares(checkpoint: Path) -> None:
    """One token, 600 samples of one prompt: as often as the softmax at this temperature says; none beyond top-p."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    model = transformers.AutoModelForCausalLM.from_pretrained(checkpoint)
    with torch.no_grad():
        logits = model(torch.tensor([tokenizer.encode("x")])).logits[0, -1]
    shares, order = (logits / 1.5).softmax(-1).sort(descending=True)
    kept = int((shares.cumsum(-1) - shares < 0.6).sum())
    wanted = shares[:kept] / shares[:kept].sum()
    requests = [Request("Demo/0", number, Prompt("x")) for number in range(600)]
    with TransformersModel(str(checkpoint), batch=200) as opened:
        texts = [answer.text for answer in opened.answer(requests, Sampling(1.5, 0.6, 1))]
    likeliest = tokenizer.decode([int(order[0])])
    assert kept > 1
    assert abs(texts.count(likeliest) / 600 - float(wanted[0])) < 0.08
    assert set(texts) <= {tokenizer.decode([int(token)]) for token in order[:kept]}


def test_a_prompt_without_room_is_named_so(tmp_path: Path) -> None:
    folder = make_checkpoint(tmp_path / "short", context=32)
    answers = ask(folder, [Prompt("a"), Prompt("word " * 200, prefill="p")], Sampling(max_tokens=100))
    assert (answers["Demo/1"].text, answers["Demo/1"].finish_reason, answers["Demo/1"].tokens) == (
        "p",
        "prompt_too_long",
        0,
    )
    assert (answers["Demo/0"].finish_reason, answers["Demo/0"].tokens) == ("length", 30)


def test_a_space_before_the_first_word_is_kept(tmp_path: Path) -> None:
    """A tokenizer of words with spaces in front drops the first one of a text: an indented body would lose it."""
    folder = make_checkpoint(tmp_path / "words")
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({"▁x": 0, "</s>": 1, "▁y": 2}, unk_token="▁y"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    words.decoder = tokenizers.decoders.Metaspace()
    transformers.PreTrainedTokenizerFast(tokenizer_object=words, eos_token="</s>").save_pretrained(folder)
    model = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=3,
            hidden_size=48,
            intermediate_size=96,
            num_hidden_layers=1,
            num_attention_heads=4,
            eos_token_id=1,
        )
    )
    torch.nn.init.zeros_(model.lm_head.weight)
    model.save_pretrained(folder)
    assert ask(folder, [Prompt("y y")], Sampling(max_tokens=3))["Demo/0"].text == " x x x"


def test_who_it_is(checkpoint: Path, tmp_path: Path) -> None:
    model, same = (TransformersModel(str(checkpoint)) for _ in range(2))
    assert model.info.name == "tiny"
    assert model.info == same.info
    assert model.settings == {"dtype": "float32", "device": "cpu"}
    other = TransformersModel(str(make_checkpoint(tmp_path / "tiny", initializer_range=0.5)), dtype="bfloat16")
    assert other.info.revision != model.info.revision
    assert other.settings["dtype"] == "bfloat16"
    assert probe("transformers") == ""


def test_a_damaged_checkpoint_is_an_input_error(tmp_path: Path) -> None:
    folder = make_checkpoint(tmp_path / "damaged")
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(InputError, match="transformers can not load"):
        ask(folder, [Prompt("a")])


def test_the_hub_offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EnvironmentLacking, match="owner/none is not in the local cache") as caught:
        _ = TransformersModel("owner/none").info
    assert caught.value.hint == "hf download owner/none"


def test_what_is_wrong_is_said_before_anything_is_loaded(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")
    empty = tmp_path / "empty"
    empty.mkdir()
    for name, options, message in (
        ("no-such-model", {}, "no model 'no-such-model'"),
        (str(empty), {}, r"holds no config\.json"),
        (str(tmp_path), {}, "is an adapter, no whole model"),
        (str(checkpoint), {"adapter": str(empty)}, "no adapter at"),
        (str(checkpoint), {"dtype": "int3"}, "no dtype named 'int3'"),
        (str(checkpoint), {"revision": "main"}, "--revision is for a model of the Hub"),
    ):
        with pytest.raises(InputError, match=message):
            TransformersModel.open(name, ModelOptions(**options))  # type: ignore[arg-type]


def test_closing_the_model_ends_the_batch_that_another_thread_waits_for(checkpoint: Path) -> None:
    """A process that ends while torch works in a thread would be aborted."""
    ended: list[BaseException] = []
    model = TransformersModel(str(make_endless(checkpoint)))

    def ask_for_long() -> None:
        try:
            list(model.answer([Request("Demo/0", 0, Prompt("a"))], Sampling(max_tokens=100_000)))
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=ask_for_long)
    with model:
        thread.start()
        while not model._answering.locked():
            time.sleep(0.01)
    thread.join(10)
    assert not thread.is_alive()
    assert [type(error).__name__ for error in ended] == ["_Left"]


def make_endless(checkpoint: Path) -> Path:
    """Make a copy whose context is long, and whose end token is never the likeliest."""
    folder = checkpoint.parent / "endless"
    make_checkpoint(folder, context=200_000)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    model.lm_head.weight = torch.nn.Parameter(torch.zeros_like(model.lm_head.weight))
    model.config.tie_word_embeddings = False
    model.save_pretrained(folder)
    return folder
