"""What `--show-prompt TASK` prints: the exact string, and all that is known of it without a model's weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from harness.errors import InputError, nearest
from harness.models.model import Prompt
from harness.models.prompts.build import BuiltPrompts


@dataclass(frozen=True)
class ShownPrompt:
    """One prompt and its facts. Print it with `soft_wrap=True`, so that no line of the prompt is folded."""

    task_id: str
    prompt: Prompt
    preset: str
    style: str
    source: str
    template_sha256: str
    extraction: str
    tokens: str
    """The count, or `unknown` and what is missing."""

    @property
    def text(self) -> str:
        """The exact string; one turn after another, where only the server knows the template."""
        if self.prompt.text:
            return self.prompt.text
        return "\n".join(f"[{message.role}]\n{message.content}" for message in self.prompt.messages)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Give the facts and then the string."""
        facts = Table.grid(padding=(0, 2))
        facts.add_column(style="bold", no_wrap=True)
        facts.add_column(overflow="fold")
        stops = " ".join(repr(stop) for stop in self.prompt.stop) or "none"
        rows = {
            "task": self.task_id,
            "preset": f"{self.preset} ({self.style} style)",
            "source": self.source,
            "template": f"sha256 {self.template_sha256}",
            "stop strings": stops,
            "answer begins": repr(self.prompt.prefill) if self.prompt.prefill else "with the model",
            "extraction": self.extraction,
            "tokens": self.tokens,
        }
        if not self.prompt.text:
            rows["note"] = "the server's chat template turns these messages into the prompt; it is not known here"
        for name, value in rows.items():
            facts.add_row(name, Text(value))
        yield facts
        yield Text()
        yield Text(self.text, no_wrap=True, overflow="ignore")


def show_prompt(
    task_id: str, built: BuiltPrompts, count: Callable[[str, bool], int | str] | None = None
) -> ShownPrompt:
    """Gather what there is to see of one task's prompt.

    Args:
        task_id: The task.
        built: The prompts of the run.
        count: Counts the tokens of a text, with or without the special tokens that the tokenizer adds (a
            `Tokenizer.count`); gives the reason where it can not.

    Raises:
        InputError: The benchmark has no such task.

    Example:
        >>> from harness.models.prompts.build import build_prompts
        >>> from harness.records import Benchmark, Task
        >>> built = build_prompts(Benchmark("d", "1", "", {"D/0": Task("D/0", "def one():", "one", "")}), "evalplus")
        >>> show_prompt("D/0", built).tokens
        'unknown: no tokenizer is at hand'
    """
    if task_id not in built.prompts:
        raise InputError(f"no task named {task_id!r}", hint=nearest(task_id, built.prompts))
    prompt = built.prompts[task_id]
    counted: int | str = "no tokenizer is at hand"
    if not prompt.text:
        counted = "the chat template is the server's"
    elif count is not None:
        counted = count(prompt.text, not built.has_chat_template)
    tokens = str(counted) if isinstance(counted, int) else f"unknown: {counted}"
    return ShownPrompt(
        task_id,
        prompt,
        built.preset,
        built.style,
        built.source,
        built.template_sha256,
        built.extraction,
        tokens,
    )
