"""Prompts of MultiPL-E's problems: the data's own prefix for base models, and a request to complete it for chat models.

The prefix and the stop strings are the data's; a chat model repeats the prefix, and its own copy is what is graded, as
MultiPL-E's chat_completions.py has it.
"""

from __future__ import annotations

from harness.languages import find
from harness.models.model import Message, Prompt
from harness.models.prompts.chat_template import ChatTemplate
from harness.records import Task

TEMPLATE = """The following is the beginning of a {title} program. Complete the function that it ends with.
Answer with one code block that repeats the beginning exactly as it is, comments and imports included, and goes on up to
the end of that function. Write no tests, no examples and no main function.

```{fence}
{prompt}
```"""

_FENCES = {"cpp": "cpp", "cs": "csharp", "rs": "rust", "rkt": "racket", "pl": "perl", "rb": "ruby", "jl": "julia"}


def base_prompt(task: Task) -> Prompt:
    r"""Give a base model the prefix as it is.

    Args:
        task: A problem of MultiPL-E.

    Example:
        >>> task = Task("HumanEval_0_f", "fn f() {\n", "f", "", kind="program", language="rs", stop_tokens=("\n}",))
        >>> base_prompt(task).text, base_prompt(task).stop
        ('fn f() {\n', ('\n}',))
    """
    return Prompt(task.prompt, (), "", task.stop_tokens, "completion")


def chat_prompt(task: Task, template: ChatTemplate | None) -> Prompt:
    """Ask a chat model to repeat the prefix and complete it.

    Args:
        task: A problem of MultiPL-E.
        template: The checkpoint's; None for a server that has it itself.
    """
    words = TEMPLATE.format(
        title=find(task.language).title,
        fence=_FENCES.get(task.language, task.language),
        prompt=task.prompt.rstrip("\n"),
    )
    messages = (Message("user", words),)
    text = template.render(list(messages), "") if template else ""
    return Prompt(text, messages, "", (), "raw")
