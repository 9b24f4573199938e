"""Which programming language an instruction asks for: by what it names, else by what its answer looks like.

A guess by rules, for counting and pairing; where a source says the language, that holds. An instruction that names
none and has no code in its answer has none.
"""

from __future__ import annotations

import re

_NAMES: dict[str, str] = {
    "python": r"python(?:\s?[23](?:\.\d+)?)?|numpy|pandas|django|flask|pytest",
    "javascript": r"java\s?script|node(?:\.?js)?|react(?:\.?js)?|jquery|express\.js|vue(?:\.?js)?|es6",
    "typescript": r"type\s?script|angular",
    "java": r"java(?!\s?script)",
    "cpp": r"c\+\+(?:\d\d)?|cpp",
    "csharp": r"c#|c\s?sharp|\.net|asp\.net",
    "go": r"golang|go(?=\s+(?:program|function|code|language|routine|package|struct|module|script|application))",
    "rust": r"rust",
    "ruby": r"ruby|rails",
    "php": r"php|laravel",
    "swift": r"swift",
    "kotlin": r"kotlin",
    "scala": r"scala",
    "r": r"r(?=\s+(?:program|function|code|language|script|package))",
    "julia": r"julia",
    "perl": r"perl",
    "lua": r"lua",
    "haskell": r"haskell",
    "elixir": r"elixir",
    "sql": r"sql|mysql|postgres(?:ql)?|sqlite",
    "bash": r"bash|shell script|unix shell|linux command",
    "html": r"html5?",
    "css": r"css3?",
    "c": r"c(?=\s+(?:program|function|code|language|struct|library))|ansi c",
}
_MENTIONS = re.compile(
    r"(?<![\w.#+-])(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _NAMES.items()) + r")(?![\w#+-])",
    re.IGNORECASE,
)
_CASE_MATTERS = ("r", "c", "go", "swift", "rust", "scala", "julia", "ruby", "perl", "lua")
"""Also words or letters of English: in lower case they may mean those."""
_OTHER_NAMES = {
    "js": "javascript", "ts": "typescript", "c++": "cpp", "cxx": "cpp", "c#": "csharp", "cs": "csharp", "golang": "go",
    "py": "python", "python3": "python", "rb": "ruby", "rs": "rust", "sh": "bash", "shell": "bash",
    "node": "javascript", "jl": "julia", "pl": "perl", "kt": "kotlin",
    "hs": "haskell", "ex": "elixir", "jsx": "javascript", "mysql": "sql",
}  # fmt: skip
_PEOPLE_WRITE = {
    "cpp": "C++", "csharp": "C#", "javascript": "JavaScript", "typescript": "TypeScript", "php": "PHP", "sql": "SQL",
    "html": "HTML", "css": "CSS",
}  # fmt: skip
_FENCE = re.compile(r"```([\w+#-]+)[^\n]*\n")
_LOOKS: list[tuple[str, re.Pattern[str]]] = [
    ("php", re.compile(r"<\?php|\$\w+\s*=[^=].*;")),
    ("html", re.compile(r"<!doctype html|<html|</(?:div|body|head|p|ul|table)>", re.IGNORECASE)),
    ("cpp", re.compile(r"#include\s*<(?:iostream|vector|string|map|algorithm|bits/)|std::|using namespace std")),
    ("c", re.compile(r"#include\s*<\w+\.h>|\bint main\(")),
    ("java", re.compile(r"public\s+(?:static|class|int|void|interface)|System\.out\.|import java\.")),
    ("csharp", re.compile(r"using System|Console\.(?:Write|Read)|namespace \w+")),
    ("rust", re.compile(r"\bfn \w+.*\{|let mut |println!\(|impl \w+")),
    ("go", re.compile(r"^package \w+|\bfunc \w+\(.*\{|fmt\.Print|:=\s*range", re.MULTILINE)),
    ("swift", re.compile(r"\bfunc \w+\(.*->|import (?:UIKit|Foundation|SwiftUI)|\blet \w+\s*:\s*\w+\s*=")),
    ("kotlin", re.compile(r"\bfun \w+\(|\bval \w+\s*[:=]")),
    ("scala", re.compile(r"\bobject \w+|def \w+\(.*\)\s*:\s*\w+\s*=")),
    ("typescript", re.compile(r"\binterface \w+\s*\{|:\s*(?:string|number|boolean)\b|export (?:class|interface|type)")),
    ("javascript", re.compile(r"\bfunction\b.*\{|=>\s*[\{\(\w]|console\.log|\b(?:const|let|var) \w+\s*=|require\(")),
    ("ruby", re.compile(r"^\s*(?:def \w+[^:]*|class \w+[^:{]*)$[\s\S]*^\s*end\b|\bputs\b", re.MULTILINE)),
    ("python", re.compile(r"^\s*(?:def \w+\(.*\).*:|class \w+.*:|import \w+|from \w+ import)|\bprint\(", re.MULTILINE)),
    ("sql", re.compile(r"^\s*(?:select\b.*\bfrom|insert into|create table|update \w+ set|delete from|alter table)",
                       re.IGNORECASE | re.MULTILINE | re.DOTALL)),
    ("bash", re.compile(r"^#!/bin/(?:ba)?sh|^\s*echo |\bfi$|\bdone$", re.MULTILINE)),
    ("css", re.compile(r"[.#]?[\w-]+\s*\{[^{}]*:[^{}]*;[^{}]*\}")),
]  # fmt: skip


def canonical_language(name: str) -> str:
    """Give a language the one name that it has here.

    Args:
        name: As a data set or a fence names it.

    Example:
        >>> canonical_language("C++"), canonical_language("Python3"), canonical_language("Zig")
        ('cpp', 'python', 'zig')
    """
    lower = name.strip().lower()
    return _OTHER_NAMES.get(lower, lower)


def is_language(name: str) -> bool:
    """Tell a programming language from another label of a fence.

    Args:
        name: The one name that it has here.

    Example:
        >>> is_language("rust"), is_language("text")
        (True, False)
    """
    return name in _NAMES


def written_language(name: str) -> str:
    """Give a language's name as people write it.

    Args:
        name: The one name that it has here.

    Example:
        >>> written_language("cpp"), written_language("go")
        ('C++', 'Go')
    """
    return _PEOPLE_WRITE.get(name, name.capitalize())


def named_languages(text: str) -> list[str]:
    """List the languages that a text names, in the order in which they first appear.

    Args:
        text: An instruction.

    Example:
        >>> named_languages("Port this C++ program to Python.")
        ['cpp', 'python']
    """
    found: dict[str, None] = {}
    for match in _MENTIONS.finditer(text):
        name = str(match.lastgroup)
        if name not in _CASE_MATTERS or match[0][0].isupper() or "golang" in match[0]:
            found.setdefault(name)
    return list(found)


def code_language(text: str) -> str:
    """Guess the language of code: the label of its first fence, else its looks; empty where nothing fits.

    Args:
        text: An answer, or a program.

    Example:
        >>> code_language("fn main() { println!(1) }")
        'rust'
    """
    if fence := _FENCE.search(text):
        return canonical_language(fence[1])
    return next((name for name, pattern in _LOOKS if pattern.search(text)), "")


def detect_language(instruction: str, response: str = "") -> str:
    """Say which language an instruction asks for; empty where neither it nor its answer tells.

    Args:
        instruction: What is asked.
        response: The answer, where there is one.

    Example:
        >>> detect_language("Sort a list.", "def sort(items):\\n    return sorted(items)")
        'python'
    """
    named = named_languages(instruction)
    if len(named) == 1:
        return named[0]
    looks = code_language(response) if response else code_language(instruction) if "```" in instruction else ""
    if named:
        return looks if looks in named else named[0]
    return looks
