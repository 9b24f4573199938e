"""What batches gain: HumanEval's 164 prompts to a tiny random checkpoint, one by one and together.

    python benchmarks/batching.py                       a Llama of random weights, made here
    python benchmarks/batching.py --model FOLDER        a checkpoint of yours

Both go through the backend as `fuseval score` uses it, greedy, every answer of the same length. The rounds take turns;
the ratio is between the fastest rounds. Needs `pip install 'fuseval[transformers]'`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from harness.benchmarks import load
from harness.models.backends.transformers import TransformersModel
from harness.models.model import Prompt, Request, Sampling


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=48, help="of each answer")
    parser.add_argument("--tasks", type=int, default=164)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(arguments.model or make_checkpoint(Path(folder)), arguments)


def measure(model: Path, arguments: argparse.Namespace) -> None:
    """Let both ways take turns, and print their times and the ratio."""
    tasks = list(load("humaneval").tasks.values())[: arguments.tasks]
    requests = [Request(task.task_id, 0, Prompt(task.prompt)) for task in tasks]
    sampling = Sampling(max_tokens=arguments.tokens)
    seconds: dict[int, list[float]] = {1: [], arguments.batch: []}
    tokens = dict.fromkeys(seconds, 0)
    for _ in range(arguments.rounds):
        for batch, rounds in seconds.items():
            with TransformersModel(str(model), batch=batch) as opened:
                list(opened.answer(requests[:1], Sampling(max_tokens=1)))  # loads the weights
                began = time.monotonic()
                tokens[batch] = sum(answer.tokens or 0 for answer in opened.answer(requests, sampling))
                rounds.append(time.monotonic() - began)
    print("| prompts at once | seconds | tokens/s |\n|---:|---:|---:|")
    for batch, rounds in seconds.items():
        print(f"| {batch} | {min(rounds):.1f} | {tokens[batch] / min(rounds):,.0f} |")
    print(f"\nbatches of {arguments.batch} are {min(seconds[1]) / min(seconds[arguments.batch]):.1f}x as fast")


def make_checkpoint(folder: Path) -> Path:
    """Write a Llama of four million random weights that never ends an answer, with a tokenizer of its own."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    trained = ByteLevelBPETokenizer()
    prompts = [task.prompt for task in load("humaneval").tasks.values()]
    trained.train_from_iterator(prompts, vocab_size=2048, special_tokens=["</s>"], show_progress=False)
    trained.save(str(folder / "trained.json"))
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "trained.json"), pad_token="</s>")
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=256,
        intermediate_size=768,
        num_hidden_layers=4,
        num_attention_heads=4,
        max_position_embeddings=2048,
        eos_token_id=None,
        bos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


if __name__ == "__main__":
    main()
