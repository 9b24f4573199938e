"""From what a model said to the program that is judged: the extraction rules.

A rule reads text and returns text; nothing is executed, and no text makes a rule raise. The rule's name is kept with
every verdict, so another rule can be tried on the same completions without generating them again.

`chat` is ours and the one to use for chat answers. `as-is` is EvalPlus's way for samples that are programs already.
`evalplus` runs EvalPlus's sanitizer, and `first-fence` and `last-fence` are what simpler harnesses do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.errors import InputError, nearest
from harness.models.extraction import languages, plain_rules
from harness.models.extraction.chat import chat_program
from harness.models.extraction.syntax import defines, parse
from harness.records import Extraction, SampleKind, Status, Task

_Plain = Callable[[str, Task, SampleKind], str]

_PLAIN_RULES: Mapping[str, _Plain] = {
    "as-is": plain_rules.as_is,
    "evalplus": plain_rules.evalplus_sanitized,
    "first-fence": plain_rules.first_fence,
    "last-fence": plain_rules.last_fence,
}

_RULES = MappingProxyType(
    {
        "as-is": "the text is the program, or continues the prompt (EvalPlus's way)",
        "chat": "the program in a chat answer: fences, thoughts, prose, examples and missing imports are dealt with",
        "evalplus": "EvalPlus's sanitizer: the longest stretch that parses, without what the function does not reach",
        "first-fence": "the first fenced block, or the text where there is none",
        "last-fence": "the last fenced block, or the text where there is none",
    }
)

# OpenAI, Anthropic, Google, TGI and vLLM name the same thing.
_CUT = frozenset({"length", "max_tokens", "max_length", "model_length", "max_output_tokens"})


def rules() -> Mapping[str, str]:
    """Return the rules' names, each with one line that says what it does.

    Example:
        >>> sorted(rules())
        ['as-is', 'chat', 'evalplus', 'first-fence', 'last-fence']
    """
    return _RULES


def extract(
    rule: str, completion_text: str, task: Task, *, finish_reason: str | None = None, kind: SampleKind = "raw"
) -> Extraction:
    """Take the program out of what a model said.

    Args:
        rule: A name from `rules()`.
        completion_text: What the model said.
        task: The question it answered.
        finish_reason: Why the model stopped, as the server says it; `length` means that the text was cut.
        kind: What the text is: a whole program, the prompt's continuation, or a chat answer. Rules other than `chat`
            read the last as a whole program.

    Returns:
        The program. `status` is None where there is one to run; `truncated` where the answer was cut at the token
        limit and is no program that defines the entry point, or its thoughts never ended; `no_code` where nothing in
        the answer is code. A truncated program is kept, for reading.

    Raises:
        InputError: No rule has that name.
        EnvironmentLacking: The rule needs a package that is not installed.

    Example:
        >>> task = Task("Demo/0", "def one():\\n", "one", "    return 1\\n")
        >>> extract("chat", "Sure!\\n```python\\ndef one():\\n    return 1\\n```\\nEnjoy.", task).program
        'def one():\\n    return 1'
        >>> extract("chat", "I would rather not.", task).status
        <Status.NO_CODE: 'no_code'>
        >>> extract("as-is", "    return", task, finish_reason="length", kind="completion").status is None
        True
    """
    if rule not in _RULES:
        raise InputError(f"no extraction rule named {rule!r}", hint=nearest(rule, _RULES))
    is_cut = finish_reason is not None and finish_reason.lower() in _CUT
    if task.kind == "program":
        return languages.program_of(rule, completion_text, task, kind, is_cut=is_cut)
    status: Status | None
    if rule == "chat":
        program, status = chat_program(completion_text, task, kind, is_cut=is_cut)
    else:
        program = _PLAIN_RULES[rule](completion_text, task, kind)
        status = None if program.strip() and completion_text.strip() else Status.NO_CODE
    if is_cut and (status is not None or not _is_program(program, task.entry_point)):
        status = Status.TRUNCATED
    return Extraction(program, rule, status)


def _is_program(text: str, name: str) -> bool:
    tree = parse(text)
    return tree is not None and defines(tree, name)
