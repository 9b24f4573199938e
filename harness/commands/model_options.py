"""The options of `fuseval score` and `fuseval generate` that say which model is asked, and how."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated

import typer

from harness.errors import InputError
from harness.models.backends import ModelOptions
from harness.models.model import Sampling

Backend = Annotated[
    str | None,
    typer.Option(
        "--backend", envvar="FUSEVAL_BACKEND", metavar="NAME", help="What runs it; else by MODEL. See fuseval models."
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url", envvar="FUSEVAL_BASE_URL", metavar="URL", help="An OpenAI-compatible server that has MODEL."
    ),
]
Revision = Annotated[
    str | None, typer.Option("--revision", envvar="FUSEVAL_REVISION", metavar="REV", help="Of a Hub model.")
]
Dtype = Annotated[
    str | None,
    typer.Option("--dtype", envvar="FUSEVAL_DTYPE", metavar="NAME", help="As float32; else the checkpoint's."),
]
Adapter = Annotated[
    str | None,
    typer.Option("--adapter", envvar="FUSEVAL_ADAPTER", metavar="DIR", help="A peft adapter on top of MODEL."),
]
PromptStyle = Annotated[
    str | None,
    typer.Option(
        "--prompt-style",
        envvar="FUSEVAL_PROMPT_STYLE",
        metavar="base|chat",
        help="Continue the prompt, or answer in a chat; else chat where there is a chat template.",
    ),
]
Preset = Annotated[
    str,
    typer.Option(
        "--preset",
        envvar="FUSEVAL_PRESET",
        metavar="NAME",
        help="Whose prompts: fuseval, evalplus, bigcode, wizardcoder, paper.",
    ),
]
ShowPrompt = Annotated[
    str | None,
    typer.Option(
        "--show-prompt", envvar="FUSEVAL_SHOW_PROMPT", metavar="TASK", help="Print what a task's prompt is, and leave."
    ),
]
Samples = Annotated[
    int, typer.Option("--n", envvar="FUSEVAL_N", min=1, metavar="N", help="Samples a task; needs a temperature.")
]
ExtraSamples = Annotated[
    int,
    typer.Option("--extra-n", envvar="FUSEVAL_EXTRA_N", min=0, metavar="N", help="Samples a task to add to a run."),
]
Temperature = Annotated[
    float,
    typer.Option("--temperature", envvar="FUSEVAL_TEMPERATURE", min=0.0, metavar="T", help="0 is greedy."),
]
TopP = Annotated[
    float, typer.Option("--top-p", envvar="FUSEVAL_TOP_P", min=0.01, max=1.0, metavar="P", help="Of sampling.")
]
Seed = Annotated[int, typer.Option("--seed", envvar="FUSEVAL_SEED", metavar="N", help="Of sampling.")]
MaxTokens = Annotated[
    int,
    typer.Option(
        "--max-tokens", envvar="FUSEVAL_MAX_TOKENS", min=1, metavar="N", help="Longest answer; more are truncated."
    ),
]
Repeat = Annotated[
    int,
    typer.Option(
        "--repeat", envvar="FUSEVAL_REPEAT", min=1, max=2, metavar="N", help="2 asks twice and counts what differs."
    ),
]
Concurrency = Annotated[
    int | None,
    typer.Option(
        "--concurrency", envvar="FUSEVAL_CONCURRENCY", min=1, metavar="N", help="Requests, or prompts a batch, at once."
    ),
]
Budget = Annotated[
    str | None,
    typer.Option(
        "--budget", envvar="FUSEVAL_BUDGET", metavar="AMOUNT", help="Never passed, over all sittings: 5usd, 2Mtokens."
    ),
]
Price = Annotated[
    str | None,
    typer.Option("--price", envvar="FUSEVAL_PRICE", metavar="P,C", help="Dollars a million prompt, completion tokens."),
]
Serve = Annotated[
    bool,
    typer.Option("--serve", envvar="FUSEVAL_SERVE", help="Start a vLLM server for MODEL, and end it afterwards."),
]
VllmPython = Annotated[
    str | None,
    typer.Option(
        "--vllm-python", envvar="FUSEVAL_VLLM_PYTHON", metavar="FILE", help="The Python that has vLLM; else this one."
    ),
]
VllmFlags = Annotated[
    str | None,
    typer.Option(
        "--vllm-flags",
        envvar="FUSEVAL_VLLM_FLAGS",
        metavar="FLAGS",
        help="More for vLLM's server, as '--tensor-parallel-size 2'.",
    ),
]
Tasks = Annotated[
    str | None,
    typer.Option(
        "--tasks", envvar="FUSEVAL_TASKS", metavar="LIST", help="Only these: 0,8,16 or ::8 or HumanEval/3,HumanEval/5."
    ),
]


@dataclass(frozen=True)
class ModelFlags:
    """Which model is asked, and how, as it was typed."""

    backend: Backend = None
    base_url: BaseUrl = None
    revision: Revision = None
    dtype: Dtype = None
    adapter: Adapter = None
    prompt_style: PromptStyle = None
    preset: Preset = "fuseval"
    show_prompt: ShowPrompt = None
    n: Samples = 1
    extra_n: ExtraSamples = 0
    temperature: Temperature = Sampling.temperature
    top_p: TopP = Sampling.top_p
    seed: Seed = Sampling.seed
    max_tokens: MaxTokens = Sampling.max_tokens
    repeat: Repeat = 1
    concurrency: Concurrency = None
    budget: Budget = None
    price: Price = None
    serve: Serve = False
    vllm_python: VllmPython = None
    vllm_flags: VllmFlags = None

    @property
    def options(self) -> ModelOptions:
        """How the model is opened."""
        return ModelOptions(**{item.name: getattr(self, item.name) for item in fields(ModelOptions)})

    @property
    def sampling(self) -> Sampling:
        """How its answers are drawn."""
        return Sampling(self.temperature, self.top_p, self.max_tokens, self.seed)

    def refuse(self, why: str) -> None:
        """Raise where any of this was said though no model is asked.

        Args:
            why: Who answers instead.

        Raises:
            InputError: An option is named that would do nothing.

        Example:
            >>> ModelFlags(n=20).refuse("the samples answer")
            Traceback (most recent call last):
            harness.errors.InputError: --n is for a model that is asked, and the samples answer
        """
        said = [item.name for item in fields(self) if getattr(self, item.name) != item.default]
        if said:
            option = f"--{said[0].replace('_', '-')}"
            raise InputError(f"{option} is for a model that is asked, and {why}", hint=f"leave {option} out")
