r"""The board as a LaTeX table for a paper: booktabs rules, notes below by threeparttable.

A snippet for `\input`, with the packages it needs in a comment. Bold is the leader of the ranked column, or a
difference, only where it survives the tests and their adjustment; a table without any bold number has no clear winner.
Set with pdflatex; what its fonts lack is told in `latex_text`.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.commands.terminal import printable
from leaderboards.publish.latex_text import is_settable, latex
from leaderboards.publish.table import UNKNOWN, PrintedNumber, PrintedRow, PrintedTable, printed_table
from leaderboards.standings import Standings

_LONGEST_NAME = 32
"""Characters that stand on one line; four columns of scores fit beside as many in an article."""

_HEAD = r"""
% Needs in the preamble:
%   \usepackage{booktabs,threeparttable}
\begin{table}
  \centering\small
  \setlength{\tabcolsep}{4pt}
  \renewcommand{\arraystretch}{1.25}
  \begin{threeparttable}
""".lstrip()

_FOOT = r"""
  \end{threeparttable}
\end{table}
""".lstrip("\n")


def board_latex(standings: Standings) -> str:
    r"""Write a board as LaTeX.

    Args:
        standings: The board.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> print(board_latex(demo_standings()).splitlines()[2])
        \begin{table}
    """
    found = printed_table(standings)
    return _HEAD + "".join(f"    {line}\n" for line in _body(found)) + _FOOT


def _body(found: PrintedTable) -> Iterator[str]:
    count = len(found.numbers)
    yield rf"\caption{{{latex(found.title)}}}"
    yield r"\label{tab:fuseval}"
    yield rf"\begin{{tabular}}{{@{{}}rl{'r' * (count + len(found.extras))}@{{}}}}"
    yield r"\toprule"
    yield " & ".join([r"\#", latex(found.first), *(latex(title) for title in (*found.numbers, *found.extras))]) + r" \\"
    yield r"\midrule"
    group = ""
    for row in found.rows:
        if row.group != group:
            group = row.group
            yield r"\midrule"
            yield rf"\multicolumn{{{2 + count + len(found.extras)}}}{{@{{}}l}}{{\emph{{{latex(group)}}}}} \\"
        yield from _row(row)
    yield r"\bottomrule"
    yield r"\end{tabular}"
    yield r"\begin{tablenotes}[flushleft]\footnotesize"
    for letter, note in found.marked_notes:
        yield rf"  \item[{letter}] {latex(note)}"
    for note in found.notes:
        yield rf"  \item {latex(note)}"
    yield r"\end{tablenotes}"


def _row(row: PrintedRow) -> Iterator[str]:
    if not is_settable(row.model):
        yield f"% {' '.join(printable(row.model).split())}"
    variant = rf" {{\footnotesize {latex(row.variant)}}}" if row.variant else ""
    marks = rf"\tnote{{{','.join(row.marks)}}}" if row.marks else ""
    cells = [latex(row.rank), _model(row.model) + variant + marks, *map(_number, row.numbers)]
    yield " & ".join([*cells, *map(latex, row.extras)]) + r" \\"


def _model(name: str) -> str:
    """Set a name; a long one in a box where it can be broken, after its hyphens."""
    if len(name) <= _LONGEST_NAME:
        return latex(name)
    return rf"\parbox[t]{{{_LONGEST_NAME // 2}em}}{{\raggedright {latex(name)}\strut}}"


def _number(number: PrintedNumber | None) -> str:
    if number is None:
        return latex(UNKNOWN)
    value = number.value.replace("-", "$-$")
    value = rf"\textbf{{{value}}}" if number.is_bold else value
    return rf"{value}$_{{{number.low}}}^{{{number.high}}}$" if number.low else value
