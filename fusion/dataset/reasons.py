"""Why attempts do not become rows, in words."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "invalid": "the teacher said that they do not fit",
    "empty": "an empty reply",
    "truncated": "cut at the token limit",
    "refusal": "the teacher would not",
    "refused": "the server did not take the question",
    "template_leak": "speaks of the template",
    "too_short": "too short to be a task",
    "stop_words": "nothing but stop words",
    "same_text": "the same text again",
    "not_ascii": "begins with no ASCII character",
    "too_long": "a thousand tokens or more",
    "no_gain": "asks for nothing new",
    "solved": "brings its own solution",
    "copied_parent": "one parent again",
    "dropped_parent": "nothing of one parent is left",
    "glued": "two tasks side by side",
    "bloated": "much longer than its parents",
    "language": "a language that nobody asked for",
    "contaminated": "gives a benchmark's task away",
    "contaminated_answer": "the answer gives a task away",
    "duplicate": "repeats an earlier row",
    "answer_empty": "an empty answer",
    "answer_truncated": "the answer was cut",
    "answer_refusal": "the teacher would not answer",
    "answer_language": "the answer is in another language",
    "answer_too_long": "an answer over 2,000 tokens",
}
