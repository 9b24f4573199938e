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
from harness.models.known_files import KNOWN_FILES
from harness.models.model import Prompt, Request, Sampling
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


def test_options_that_a_file_can_not_heed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--adapter says nothing for a GGUF file"):
        GgufModel.open("model.gguf", ModelOptions(adapter="lora"))
    with pytest.raises(InputError, match="no such file"):
        GgufModel(tmp_path / "model.gguf")
