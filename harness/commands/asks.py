"""From what was typed to a model that can be asked: its backend, its tokenizer, its prompts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from harness.benchmarks import load
from harness.commands.model_options import ModelFlags
from harness.commands.terminal import output
from harness.errors import InputError
from harness.models.backends import choose_backend, open_model
from harness.models.known_files import model_file
from harness.models.model import Model
from harness.models.prompts import BuiltPrompts, build_prompts, choose_style, show_prompt
from harness.models.tokenizers import Tokenizer, find_tokenizer
from harness.records import Benchmark
from harness.request import Ask
from harness.task_choice import choose_tasks


@contextmanager
def opened(name: str, wanted: ModelFlags, benchmarks: list[str]) -> Iterator[tuple[Model, list[Ask]]]:
    """Open a model and build what it is asked, one `Ask` a benchmark.

    Args:
        name: What the person called the model.
        wanted: How it is to be asked.
        benchmarks: Names or files.

    Raises:
        InputError: A name or an option is wrong.
        EnvironmentLacking: A package, a file or data is missing.
    """
    loaded = [load(name) for name in benchmarks]
    tasks = {task_id: task for benchmark in loaded for task_id, task in benchmark.tasks.items()}
    tokenizer = _tokenizer(name, wanted)
    with open_model(name, wanted.options, tasks) as model:
        yield (
            model,
            [
                Ask(
                    model,
                    _prompts(name, wanted, benchmark, tokenizer),
                    wanted.sampling,
                    n=wanted.n,
                    extra_n=wanted.extra_n,
                    repeat=wanted.repeat,
                )
                for benchmark in loaded
            ],
        )


def print_prompt(name: str, wanted: ModelFlags, benchmark: str, task: str) -> None:
    """Print one task's exact prompt, with the number of its tokens; no weights are loaded.

    Args:
        name: What the person called the model.
        wanted: How the model is to be asked.
        benchmark: A name or a file.
        task: A task's id, or its number.
    """
    chosen = load(benchmark)
    task_ids = choose_tasks(list(chosen.tasks), task)
    tokenizer = _tokenizer(name, wanted)
    count = tokenizer.count if tokenizer else _unknown_count
    for task_id in task_ids:
        output().print(show_prompt(task_id, _prompts(name, wanted, chosen, tokenizer), count), soft_wrap=True)


def _unknown_count(text: str, adds_special_tokens: bool) -> int | str:
    return "only the server has the tokenizer"


def _tokenizer(name: str, wanted: ModelFlags) -> Tokenizer | None:
    """Find the model's tokenizer; a server keeps its own, and a mock has none."""
    backend = choose_backend(name, wanted.options)
    if backend in ("openai", "mock"):
        return None
    return find_tokenizer(str(model_file(name)), wanted.revision)


def _prompts(name: str, wanted: ModelFlags, benchmark: Benchmark, tokenizer: Tokenizer | None) -> BuiltPrompts:
    template = tokenizer.chat_template if tokenizer else None
    is_server = choose_backend(name, wanted.options) == "openai"
    style = choose_style(wanted.prompt_style, has_chat_template=template is not None or is_server)
    if style == "chat" and template is None and not is_server:
        raise InputError(f"{name} has no chat template, so it can not be asked in a chat", hint="--prompt-style base")
    return build_prompts(benchmark, wanted.preset, style, template)
