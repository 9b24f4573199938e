"""The studies that come with fuseval: named in the documentation, made by commands that there are, and run dry."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fusion.dataset.record import read_record
from harness.cli import load_verb
from harness.errors import EnvironmentLacking
from tests.fusion.teacher_server import Behaviour, ScriptedServer, teach
from tests.training.command import ROOT
from training.study.settings import BaseSettings, RecipeSettings, ScoreSettings, StudySettings, read_study, ready_made

WORDS = """anchor bridge candle desert engine forest guitar harbor island jacket kettle ladder marble needle orange
pencil quartz rocket saddle tunnel umbrella violin window yellow zebra""".split()
BUDGET = 30_000


@pytest.fixture
def teacher() -> Iterator[ScriptedServer]:
    with ScriptedServer(Behaviour(answer=teach)) as server:
        yield server


def seeds(folder: Path) -> None:
    chance = random.Random(5)
    for name in ("seeds.jsonl", "code-seeds.jsonl", "mathematics-seeds.jsonl"):
        texts = [f"Write function number {n} for {' and '.join(chance.sample(WORDS, 6))}." for n in range(40)]
        (folder / name).write_text("".join(json.dumps({"instruction": text, "output": "x"}) + "\n" for text in texts))


def own(study: StudySettings, folder: Path, tiny: Path, server: ScriptedServer) -> StudySettings:
    """The study with seeds, a teacher, a base model and a benchmark of a test's own."""
    task = {"task_id": "Own/0", "prompt": "def give():\n", "entry_point": "give", "base_input": [[]]}
    (folder / "own.jsonl").write_text(json.dumps({**task, "canonical_solution": "    return 1\n"}))

    def part(said: str) -> str:
        changed = {"my-teacher": "model", "20000": "6", "50Mtokens": f"{BUDGET}tokens"}
        return str(folder / said) if said.endswith(".jsonl") else changed.get(said, said)

    more = ("--base-url", server.base_url, "--max-tokens", "100", "--decontaminate", "humaneval")
    recipes = tuple(
        replace(one, make=tuple((*map(part, command), *more) for command in one.make)) for one in study.recipes
    )
    return replace(
        study,
        out=str(folder / "study"),
        bases=(BaseSettings("tiny", str(tiny)),),
        recipes=recipes,
        sizes=tuple(6 if size == 20000 else size for size in study.sizes),
        seeds=(0,),
        score=ScoreSettings((str(folder / "own.jsonl"),), max_tokens=16),
        training={"train": {"steps": 1}},
    )


@pytest.mark.parametrize("name", ready_made())
def test_each_is_told_of_and_its_commands_are_there(name: str) -> None:
    study = read_study(Path(name))
    assert study.name == name
    assert f"| `{name}` |" in (ROOT / "docs" / "studies.md").read_text()
    for recipe in study.recipes:
        for verb, *arguments in recipe.make:
            parsed = load_verb(verb).make_context(verb, [*arguments, "--out", "x"])
            numbers = [size for size in study.sizes if size != "all"]
            assert "all" in study.sizes or parsed.params["target_size"] >= max(numbers)


def test_equal_cost_gives_each_recipe_what_its_budget_bought(
    tmp_path: Path, tiny: Path, teacher: ScriptedServer
) -> None:
    pytest.importorskip("trl")
    from training.study.study import run_study

    seeds(tmp_path)
    study = own(read_study(Path("equal-cost")), tmp_path, tiny, teacher)
    report = run_study(study, print, is_dry=True).report.read_text()
    rows = {}
    for path in (tmp_path / "study" / "dry-run" / "stages" / "data").glob("*/done.json"):
        done = json.loads(path.read_text())
        (cost,) = done["costs"]
        assert 0.7 * BUDGET < sum(cost["tokens"].values()) <= BUDGET
        rows[done["recipe"]] = done["rows"]
        assert done["rows"] == cost["rows"] == len((path.parent / "rows.jsonl").read_text().splitlines())
    assert rows.keys() == {"evolved", "fused"}
    assert rows["evolved"] != rows["fused"]
    assert f"| {rows['fused']} against {rows['evolved']} | fused |" in report
    assert f"| own | tiny | {rows['evolved']} | evolved |" in report
    assert "that of the data as a whole" in report
    costs = re.findall(r"\| (\w+) \| `fuseval .+?` \| (\d+) \| \d+ \| ([\d,]+) \|", report)
    assert {name: int(made) for name, made, _ in costs} == rows
    assert all(0.7 * BUDGET < int(tokens.replace(",", "")) <= BUDGET for *_, tokens in costs)
    runs = [json.loads(path.read_text()) for path in (tmp_path / "study" / "dry-run" / "runs").rglob("run.json")]
    assert {run["metadata"]["recipe"]: run["metadata"]["rows"] for run in runs} == rows


def test_code_or_mathematics_fuses_each_in_its_own_words(tmp_path: Path, tiny: Path, teacher: ScriptedServer) -> None:
    pytest.importorskip("trl")
    from training.study.study import run_study

    seeds(tmp_path)
    study = own(read_study(Path("code-or-mathematics")), tmp_path, tiny, teacher)
    report = run_study(study, print, is_dry=True).report.read_text()
    made = [read_record(path) for path in (tmp_path / "study" / "dry-run" / "stages" / "made").glob("*/dataset")]
    settings = [record.settings for record in made if record is not None]
    assert sorted((str(one["domain"]), one["operators"] == ["merge"]) for one in settings) == [
        ("code", True),
        ("math", True),
    ]
    assert re.search(r"\| own \| tiny \| 6 \| mathematics \|", report)


@pytest.mark.long  # the client waits between its tries
def test_a_teacher_that_is_gone_is_no_spent_budget(tmp_path: Path, tiny: Path) -> None:
    pytest.importorskip("trl")
    from training.study.study import run_study

    seeds(tmp_path)
    with ScriptedServer(Behaviour(answer=teach)) as server:
        study = own(read_study(Path("equal-cost")), tmp_path, tiny, server)
    recipe = RecipeSettings("fused", make=((*study.recipes[1].make[0], "--timeout", "0.2"),))
    with pytest.raises(EnvironmentLacking, match="ended with 3"):
        run_study(replace(study, recipes=(recipe,), baseline="fused"), print, is_dry=True)
