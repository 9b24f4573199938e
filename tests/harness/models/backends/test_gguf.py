"""A GGUF file answers for real: SmolLM2 out of the cache folder, where it was fetched, through openvino-genai."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.benchmarks import load
from harness.benchmarks.data_files import cache_folder
from harness.errors import InputError
from harness.models.backends import ModelOptions
from harness.models.backends.gguf import GgufModel
from harness.models.backends.gguf_batch import GgufBatch
from harness.models.known_files import KNOWN_FILES
from harness.models.model import Message, Prompt, Request, Sampling
from harness.models.prompts import build_prompts
from harness.models.tokenizers import find_tokenizer

# Asked at import, before the tests' own cache folder hides the person's.
PERSONS_CACHE = cache_folder()


@pytest.fixture(scope="module")
def model() -> Iterator[GgufModel]:
    pytest.importorskip("openvino_genai")
    file = PERSONS_CACHE / "models" / KNOWN_FILES["smollm2"].file
    if not file.is_file():
        pytest.skip(f"{file.name} is not in the cache: fuseval data fetch smollm2")
    with GgufModel(file) as opened:
        yield opened


def requests_of(model: GgufModel) -> list[Request]:
    template = find_tokenizer(str(model._path)).chat_template
    prompts = build_prompts(load("humaneval"), "fuseval", "chat", template).prompts
    return [Request(task_id, 0, prompts[task_id]) for task_id in ("HumanEval/15", "HumanEval/23", "HumanEval/53")]


def test_each_request_is_answered_once_with_its_prefill(model: GgufModel) -> None:
    """HumanEval/15 is one whose answer ends at once, with nothing but the stop string."""
    requests = requests_of(model)
    answers = {answer.task_id: answer for answer in model.answer(requests, Sampling(max_tokens=48))}
    assert set(answers) == {request.task_id for request in requests}
    for request in requests:
        answer = answers[request.task_id]
        assert answer.text.startswith(request.prompt.prefill)
        assert "\n```" not in answer.text[len(request.prompt.prefill) :]
        assert answer.finish_reason in ("stop", "length")
        assert answer.tokens is not None
        assert answer.tokens <= 48
    assert (answers["HumanEval/15"].text, answers["HumanEval/15"].tokens) == (requests[0].prompt.prefill, 0)
    assert answers["HumanEval/23"].text != requests[1].prompt.prefill


def test_no_more_are_written_at_once_than_was_said(model: GgufModel) -> None:
    batch = GgufBatch(model._pipeline, None, in_flight=1)
    for number, request in enumerate(requests_of(model)):
        batch.add(number, request, Sampling(max_tokens=4))
    answered = []
    while not batch.is_empty:
        answered += list(batch.step())
        assert len(batch._running) <= 1
    assert [found.number for found in answered] == [0, 1, 2]


def test_the_longest_answer_is_cut_and_says_so(model: GgufModel) -> None:
    request = Request("Demo/0", 0, Prompt("def numbers():\n    return [1, 2, 3, 4,"))
    (answer,) = model.answer([request], Sampling(max_tokens=5))
    assert (answer.finish_reason, answer.tokens) == ("length", 5)


def test_a_seed_draws_the_same_again(model: GgufModel) -> None:
    request = Request("Demo/0", 0, Prompt("Once upon a time"))

    def draw(seed: int) -> str:
        return next(model.answer([request], Sampling(temperature=1.0, max_tokens=16, seed=seed))).text

    assert draw(1) == draw(1)
    assert len({draw(seed) for seed in (1, 2, 3)}) == 3


def test_an_end_token_is_counted_and_a_prompt_that_fills_the_context_is_too_long(model: GgufModel) -> None:
    template = find_tokenizer(str(model._path)).chat_template
    assert template is not None
    turns = (Message("user", "What is 2+2? Answer with the number only."),)
    short = Request("Demo/0", 0, Prompt(template.render(turns), turns))
    long = Request("Demo/1", 0, Prompt("word " * 9000))
    found = {answer.task_id: answer for answer in model.answer([short, long], Sampling(max_tokens=200))}
    assert (found["Demo/1"].finish_reason, found["Demo/1"].tokens) == ("prompt_too_long", 0)
    assert found["Demo/0"].finish_reason == "stop"
    assert found["Demo/0"].tokens is not None
    ids = model._pipeline.get_tokenizer().encode(found["Demo/0"].text, add_special_tokens=False).input_ids
    assert found["Demo/0"].tokens == ids.get_shape()[-1] + 1


def test_what_nobody_takes_is_not_answered_beside_the_next_questions(model: GgufModel) -> None:
    text = "def numbers():\n    return [1, 2, 3, 4,"
    quick, slow = Request("Demo/0", 0, Prompt(text, stop=("5",))), Request("Demo/1", 0, Prompt(text))
    asking = model.answer([slow, quick], Sampling(max_tokens=400))
    assert next(asking).task_id == "Demo/0"
    asking.close()  # type: ignore[attr-defined]
    batch = model.running_batch()
    batch.add(7, slow, Sampling(max_tokens=3))
    batch.add(8, slow, Sampling(max_tokens=400))
    batch.drop(8)
    answers = []
    while not batch.is_empty:
        answers += list(batch.step())
    assert [(answer.number, answer.completion.tokens) for answer in answers] == [(7, 3)]
    ids = model._pipeline.get_tokenizer().encode(text, add_special_tokens=True).input_ids
    assert answers[0].prompt_tokens == ids.get_shape()[-1]
    assert not model._pipeline.has_non_finished_requests()  # type: ignore[attr-defined]


def test_options_that_a_file_can_not_heed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--adapter says nothing for a GGUF file"):
        GgufModel.open("model.gguf", ModelOptions(adapter="lora"))
    with pytest.raises(InputError, match="calculated in float32, not bfloat16"):
        GgufModel.open("model.gguf", ModelOptions(dtype="bfloat16"))
    with pytest.raises(InputError, match="no such file"):
        GgufModel(tmp_path / "model.gguf")
