r"""Any text as LaTeX that pdflatex sets: specials escaped, accents and Greek as commands, the rest by code point.

Covers Latin letters with the usual accents, Greek letters and common punctuation. A character of another script, which
pdflatex's fonts do not have, is set as `U+732B`; the table keeps the name itself in a comment beside its row.
"""

from __future__ import annotations

import re
import unicodedata

from harness.commands.terminal import printable

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedblright{}",
    "'": r"\textquoteright{}",
    "`": r"\textasciigrave{}",
    "\u00a0": "~",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "−": "$-$",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "…": r"\ldots{}",
    "·": r"\textperiodcentered{}",
    "×": r"$\times$",
    "±": r"$\pm$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "→": r"$\rightarrow$",
    "°": r"\textdegree{}",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "œ": r"\oe{}",
    "Œ": r"\OE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
}

_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
}
"""Combining marks and the command that sets each over (or under) the letter before it."""

_LIGATURES = re.compile("(?<=-)(?=-)|(?<=,)(?=,)")

# Where Greek looks like Latin, LaTeX has no command of its own.
_GREEK = set(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi".split()
)
_GREEK |= set("chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split())


def latex(text: str) -> str:
    r"""Make a text stand for itself in LaTeX.

    Args:
        text: Any; line ends become spaces, control characters their escapes.

    Example:
        >>> print(latex("50% of {a_b} & Zoë's -- β-猫"))
        50\% of \{a\_b\} \& Zo\"{e}\textquoteright{}s -{}- $\beta$-{\small U+732B}
    """
    line = unicodedata.normalize("NFC", " ".join(printable(text).split()))
    # The fonts would make a dash of two hyphens and a quotation mark of two commas.
    return _LIGATURES.sub("{}", "".join(map(_character, line)))


def is_settable(text: str) -> bool:
    """Say whether pdflatex can set every character of a text as itself.

    Args:
        text: Any.

    Example:
        >>> is_settable("Zoë"), is_settable("猫")
        (True, False)
    """
    return r"{\small U+" not in latex(text)


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character
    apart = unicodedata.normalize("NFD", character)
    if len(apart) == 2 and apart[0].isascii() and apart[1] in _ACCENTS:
        return f"\\{_ACCENTS[apart[1]]}{{{apart[0]}}}"
    kind, _, name = unicodedata.name(character, "").partition(" LETTER ")
    name = name.replace("LAMDA", "LAMBDA")  # Unicode's spelling
    command = {"GREEK SMALL": name.lower(), "GREEK CAPITAL": name.capitalize()}.get(kind)
    if command in _GREEK:
        return f"$\\{command}$"
    return rf"{{\small U+{ord(character):04X}}}"
