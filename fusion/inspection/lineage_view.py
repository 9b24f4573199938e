"""A row's family tree for a terminal. What teacher and strangers wrote is made printable, and is no markup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console, ConsoleOptions, RenderResult
from rich.jupyter import JupyterMixin
from rich.text import Text
from rich.tree import Tree

from fusion.dataset import Row
from fusion.dataset.record import Setting
from fusion.inspection.lineage import Ancestor, Call
from fusion.seeds import Seed
from harness.commands.terminal import printable


class LineageView(JupyterMixin):
    """A family tree for a terminal.

    Args:
        ancestor: The row with all that it descends from.
        settings: Of the data set; what every row of it went through.
    """

    def __init__(self, ancestor: Ancestor, settings: Mapping[str, Setting] | None = None) -> None:
        self.ancestor, self.settings = ancestor, settings or {}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._tree(self.ancestor, is_top=True)

    def _tree(self, ancestor: Ancestor, *, is_top: bool = False) -> Tree:
        member = ancestor.member
        if isinstance(member, Seed):
            tree = Tree(_line(f"seed {member.id}", _facts(member), "bold"))
            _text(tree, "instruction", member.instruction)
            return tree
        tree = Tree(_line(f"row {member.id}", _made(member), "bold"))
        _text(tree, "instruction", member.instruction)
        if is_top:
            _text(tree, "answer", member.output)
            for line in self._checks(member):
                tree.add(_line(*line))
        if ancestor.calls:
            _calls(tree, ancestor.calls, member.cost)
        for parent in ancestor.parents:
            tree.add(self._tree(parent))
        for name in ancestor.missing:
            tree.add(_line(f"parent {name}", "in no file of this data set"))
        return tree

    def _checks(self, row: Row) -> Iterator[tuple[str, str]]:
        if row.verified is not None:
            rate = "" if row.pass_rate is None else f", {100 * row.pass_rate:.0f} % of the answers drawn"
            yield "tests", f"{row.verified}{rate}"
        if row.judged_difficulty is not None:
            yield "difficulty", f"{row.judged_difficulty:g} of 10, as judged"
        for name, value in row.remarks.items():
            yield f"remark: {name}", str(value)
        if not self.settings:
            return
        against = self.settings.get("decontaminated_against")
        passed = [f"checks {self.settings.get('checks')}"] if "checks" in self.settings else []
        passed += ["no duplicate"] if self.settings.get("deduplicated") else []
        if isinstance(against, list) and against:
            passed.append(f"nothing of {', '.join(str(name).split()[0] for name in against)}")
        if passed:
            yield "passed", "; ".join(passed)
        templates = self.settings.get("templates")
        if isinstance(templates, dict) and row.operator in templates:
            yield "template", f"{row.operator} {templates[row.operator]}"


def _line(title: str, facts: str, style: str = "") -> Text:
    text = Text(printable(title).replace("\n", " "), style=style)
    return text.append(printable(f"  {facts}").replace("\n", " "), style="not bold dim") if facts else text


def _text(tree: Tree, title: str, content: str) -> None:
    tree.add(Text(title, style="dim")).add(Text(printable(content.strip().expandtabs(4))))


def _facts(seed: Seed) -> str:
    difficulty = "" if seed.difficulty is None else f"difficulty {seed.difficulty:g}"
    licence = f"licence {seed.licence}" if seed.licence else ""
    return ", ".join(filter(None, (seed.language, seed.source, licence, difficulty)))


def _made(row: Row) -> str:
    parts = [
        f"{row.method} {row.operator}".strip(),
        f"pairing {row.strategy}" if row.strategy else "",
        f"round {row.round}" if row.method == "evolve" else "",
        row.language,
        f"teacher {row.teacher}" if row.teacher else "",
        f"number {row.number}",
    ]
    return ", ".join(filter(None, parts))


def _calls(tree: Tree, calls: tuple[Call, ...], cost: float | None) -> None:
    whole = f"${cost:,.6f}" if cost else ""
    branch = tree.add(_line(f"{len(calls)} calls", whole))
    for call in calls:
        tokens = (
            f"{call.prompt_tokens:,} + {call.completion_tokens:,} tokens"
            if call.prompt_tokens is not None and call.completion_tokens is not None
            else ""
        )
        parts = [
            f"draw {call.draw}" if call.draw else "",
            tokens,
            f"${call.cost:,.6f}" if call.cost else "",
            f"refused: {call.refused}" if call.refused else call.finish_reason or "",
            call.key[:12],
        ]
        branch.add(_line(call.kind, ", ".join(filter(None, parts))))
