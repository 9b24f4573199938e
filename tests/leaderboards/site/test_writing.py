"""The site as files: the same bytes for the same runs, links that lead somewhere, nothing half written."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from harness.errors import InputError
from leaderboards.comparison.words import points
from leaderboards.site import task_pages, write_site, writing
from leaderboards.store import read_standings
from tests.leaderboards.site.made_up_site import HOSTILE_NAMES, TASKS, keep_run


class Reader(HTMLParser):
    """Collects what a test asks of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    @property
    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.tags if "id" in attributes}

    @property
    def links(self) -> list[str]:
        return [value for _, given in self.tags for name, value in given.items() if name in ("href", "src")]


def pages(site: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(site.rglob("*.html")):
        yield path, path.read_text(encoding="utf-8")


def files(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def write(root: Path, out: Path) -> Path:
    return write_site(read_standings(root, references="all"), root, out)


def small(root: Path) -> Path:
    for model, strength in (("strong-7b", 1.5), ("weak-7b", 0.0)):
        keep_run(root, model, "own+", strength)
    return root


def test_a_site_has_a_page_for_every_model_and_task(site: Path) -> None:
    made = {name for name in files(site) if not name.startswith("assets/")}
    models = "fused-13b evolved-13b mixed-7b base-3b sampled-13b sampled-7b chatty-7b unlucky-7b self-check-reference"
    assert sum(name.startswith("models/") for name in made) == len(models.split())
    assert {f"models/{name}.html" for name in models.split()[:-1]} <= made
    tasks = [name for name in made if name.startswith("tasks/")]
    assert sum(name.startswith("tasks/own+/") for name in tasks) == TASKS
    assert sum(name.startswith("tasks/multipl-e-js") for name in tasks) == 12
    assert sum(name.startswith("tasks/multipl-e-rs") for name in tasks) == 10
    assert sum(name.startswith("tasks/humaneval/") for name in tasks) == 5
    assert made - set(tasks) - {f"models/{name}" for name in os.listdir(site / "models")} == {
        "index.html",
        "compare.html",
        "tasks.html",
    }


@pytest.mark.parametrize("name", ["site", "hostile_site"])
def test_every_link_leads_to_a_file_of_the_site_and_to_a_place_in_it(name: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(name)
    read = {path.resolve(): Reader(text) for path, text in pages(site)}
    followed, dead = 0, []
    for path, page in read.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not target.is_file() or (place and place not in read[target].ids):
                dead.append(f"{path.name}: {link}")
            assert target.is_relative_to(site.resolve())
            followed += 1
    assert dead == []
    assert followed > 150


def test_the_links_that_the_comparison_makes_lead_to_pages(site: Path) -> None:
    found = re.search(r'id="comparison">(.*?)</script>', (site / "compare.html").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    linked = {page for column in data["columns"] for page in column["pages"]}
    assert len(linked) == TASKS + 22 + 5
    assert [page for page in linked if not (site / page).is_file()] == []
    assert [
        model["stem"] for model in data["models"] if not (site / "models" / f"{model['stem']}.html").is_file()
    ] == []


@pytest.mark.parametrize("name", ["site", "hostile_site"])
def test_every_page_forbids_other_hosts_and_scripts_of_its_own(name: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(name)
    for path, text in pages(site):
        tags = Reader(text).tags
        policies = [given["content"] for tag, given in tags if given.get("http-equiv") == "Content-Security-Policy"]
        assert len(policies) == 1
        assert policies[0].startswith("default-src 'none'; script-src 'self' file:; style-src 'self' file:;")
        assert "http" not in policies[0]
        # Before anything that could be loaded.
        assert text.index("Content-Security-Policy") < text.index("<link")
        for tag, given in tags:
            assert not [attribute for attribute in given if attribute.startswith("on") or attribute == "style"], path
            assert tag != "style"
            if tag == "script":
                assert given.get("type") == "application/json" or given["src"].count("assets/") == 1
            if tag in ("script", "link", "img"):
                assert not given.get("src", given.get("href", "")).startswith(("http:", "https:", "//"))


def test_equal_runs_give_equal_bytes(board_runs: Path, site: Path, tmp_path: Path) -> None:
    again = write_site(read_standings(board_runs), board_runs, tmp_path / "deep" / "other").parent
    assert files(again) == files(site)
    assert sorted(entry.name for entry in again.parent.iterdir()) == ["other"]


def test_a_site_names_no_folder_of_the_machine_it_was_made_on(board_runs: Path, site: Path, tmp_path: Path) -> None:
    torn = keep_run(small(tmp_path / "runs"), "torn-7b", "own+", 1.0)
    torn.record_path.write_text("{", encoding="utf-8")
    broken = write(tmp_path / "runs", tmp_path / "site").parent
    index = (broken / "index.html").read_text(encoding="utf-8")
    assert "Not read: torn-7b/own+/" in index
    for folder, secret in ((site, board_runs), (broken, tmp_path)):
        for path, text in pages(folder):
            assert str(secret) not in text, path
            assert "somebody" not in text


def test_an_older_site_is_replaced_and_other_files_stay(tmp_path: Path) -> None:
    root, out = small(tmp_path / "runs"), tmp_path / "site"
    write(root, out)
    (out / ".git").mkdir()
    (out / ".git" / "HEAD").write_text("ref: main", encoding="utf-8")
    (out / "CNAME").write_text("board.example.org", encoding="utf-8")
    keep_run(root, "third-7b", "own+", 0.5)
    write(root, out)
    assert (out / ".git" / "HEAD").read_text(encoding="utf-8") == "ref: main"
    assert (out / "CNAME").is_file()
    assert (out / "models" / "third-7b.html").is_file()
    assert "third-7b" in (out / "index.html").read_text(encoding="utf-8")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["runs", "site"]


def test_pages_of_models_that_are_gone_go_with_them(tmp_path: Path) -> None:
    out = tmp_path / "site"
    write(small(tmp_path / "first"), out)
    keep_run(tmp_path / "second", "other-7b", "own+", 0.5)
    write(tmp_path / "second", out)
    assert [path.name for path in (out / "models").iterdir()] == ["other-7b.html"]


@pytest.mark.parametrize("name", ["index.html", "models", "assets"])
def test_what_no_site_of_ours_put_there_is_never_written_over(name: str, tmp_path: Path) -> None:
    out = tmp_path / "site"
    (out / name).mkdir(parents=True) if "." not in name else (out.mkdir(), (out / name).write_text("mine"))
    before = sorted(out.rglob("*"))
    with pytest.raises(InputError, match=rf"site holds {name} that no `fuseval publish` wrote"):
        write(small(tmp_path / "runs"), out)
    assert sorted(out.rglob("*")) == before


def test_a_file_in_the_folder_s_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is no folder"):
        write(small(tmp_path / "runs"), tmp_path / "site")
    assert (tmp_path / "site").read_text(encoding="utf-8") == "mine"


def test_a_run_that_fails_leaves_the_older_site_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, out = small(tmp_path / "runs"), tmp_path / "site"
    write(root, out)
    before = files(out)
    keep_run(root, "third-7b", "own+", 0.5)

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "comparison_data", full)
    with pytest.raises(OSError, match="No space left"):
        write(root, out)
    assert files(out) == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["runs", "site"]


@pytest.mark.parametrize("fails_at", range(12))
def test_a_rename_that_fails_puts_everything_back(
    fails_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, out = small(tmp_path / "runs"), tmp_path / "site"
    write(root, out)
    before = files(out)
    keep_run(root, "third-7b", "own+", 0.5)
    real, seen = Path.rename, []

    def rename(source: Path, target: Path) -> Path:
        seen.append(source)
        if len(seen) == fails_at + 1:
            raise OSError(5, "Input/output error")
        return real(source, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="Input/output error"):
        write(root, out)
    assert files(out) == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["runs", "site"]


def test_a_relative_folder_is_taken_from_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small(tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    assert write(root, Path("public")) == tmp_path / "public" / "index.html"
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert write(root, Path(".")) == tmp_path / "here" / "index.html"
    assert os.listdir() != []


def test_damaged_verdicts_are_said_and_the_other_models_shown(tmp_path: Path) -> None:
    root = small(tmp_path / "runs")
    damaged = keep_run(root, "damaged-7b", "own+", 1.0)
    damaged.verdicts_path.write_bytes(b"{torn\n" + damaged.verdicts_path.read_bytes())
    out = write(root, tmp_path / "site").parent
    page = (out / "models" / "damaged-7b.html").read_text(encoding="utf-8")
    assert "verdicts.jsonl line 1" in page
    assert str(tmp_path) not in page
    task = (out / "tasks" / "own+" / "Own--0.html").read_text(encoding="utf-8")
    assert "strong-7b" in task
    assert "damaged-7b" not in task


def test_names_of_pages_are_safe_whatever_models_are_called(hostile_site: Path) -> None:
    names = [path.name for path in (hostile_site / "models").iterdir()]
    assert len(names) == len(HOSTILE_NAMES)
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._+=@-]{0,120}\.html", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert sorted(entry.name for entry in hostile_site.parent.iterdir()) == ["runs", "site"]


def test_hostile_texts_stay_texts(hostile_site: Path) -> None:
    for path, text in pages(hostile_site):
        tags = [tag for tag, _ in Reader(text).tags]
        assert not {"img", "b", "i"} & set(tags), path
        assert text.count("<script") == text.count("</script")
        assert "alert(1)</script>" not in text
        # Escapes that would steer a reader's eye, or a script's parser, are shown as what they are.
        assert not re.search("[\u2028\u2029\u202a-\u202e\x00-\x08\x1b\ud800-\udfff]", text)
    index = (hostile_site / "index.html").read_text(encoding="utf-8")
    assert "javascript:alert(1)" in index
    assert 'href="javascript:' not in index
    assert 'href="https://example.org/?a=1&amp;b=&#34;&#39;&lt;"' in index


def test_a_program_without_end_is_cut(hostile_site: Path) -> None:
    longest = max((hostile_site / "tasks").rglob("*.html"), key=lambda path: path.stat().st_size)
    assert re.search(r"\[cut here: [0-9]{3},[0-9]{3} characters in all\]", longest.read_text(encoding="utf-8"))
    assert longest.stat().st_size < 200_000


def test_of_many_models_the_first_ones_have_their_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = small(tmp_path / "runs")
    keep_run(root, "third-7b", "own+", -2.0)
    monkeypatch.setattr("leaderboards.site.contents.MOST_ANSWERS", 2 * TASKS)
    out = write(root, tmp_path / "site").parent
    task = (out / "tasks" / "own+" / "Own--0.html").read_text(encoding="utf-8")
    assert "Those of the first 2 models of the board; 1 more have verdicts only." in task
    assert "third-7b" not in task
    page = (out / "models" / "third-7b.html").read_text(encoding="utf-8")
    assert re.search(r"fuseval show [0-9a-f]{12}", page)
    assert "of 1 more the scores and who solved what" in (out / "index.html").read_text(encoding="utf-8")


def test_a_prompt_is_shown_where_the_data_is_here_and_missed_where_not(site: Path) -> None:
    known = (site / "tasks" / "humaneval" / "HumanEval--0.html").read_text(encoding="utf-8")
    assert "from typing import List" in known
    assert "Check if in given list of numbers" in known
    private = (site / "tasks" / "own+" / "Own--0.html").read_text(encoding="utf-8")
    assert "has no data of own+, so the prompt is not here" in private


def test_a_failing_program_stands_with_its_input_what_was_expected_and_what_came(site: Path) -> None:
    text = (site / "models" / "sampled-7b.html").read_text(encoding="utf-8")
    found = re.search(
        r'href="\.\./(tasks/own\+/Own--\d+\.html)#of:sampled-7b">.*?data-value="0\.[36]\d*">(1|2)/3', text, re.DOTALL
    )
    assert found is not None
    task = (site / found[1]).read_text(encoding="utf-8")
    article = task[task.index('id="of:sampled-7b"') :]
    article = article[: article.index("</article>")]
    assert re.search(r"Sample \d does not pass", article)
    assert re.search(r"Sample \d passes", article)
    assert re.search(r"<dt>First failing input</dt><dd><pre>f\(\d+\)</pre>", article)
    assert "<dt>Expected</dt><dd><pre>1</pre>" in article
    assert "<dt>Got</dt><dd><pre>2</pre>" in article


def test_an_empty_board_has_a_page_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    index = write(tmp_path / "runs", tmp_path / "site")
    assert "fuseval score reference --bench humaneval" in index.read_text(encoding="utf-8")


def test_suspect_tasks_are_told_from_a_dozen_models_on(tmp_path: Path) -> None:
    for place in range(task_pages.FEWEST_FOR_SUSPECTS):
        keep_run(tmp_path / "runs", f"m{place}-7b", "own+", place / 4)
    text = (write(tmp_path / "runs", tmp_path / "site").parent / "tasks.html").read_text(encoding="utf-8")
    assert 'data-suspect="suspect"' in text
    assert "Kendall" in text


def test_a_method_s_page_shows_the_models_that_it_trained(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    for recipe, strength in (("fused", 1.5), ("evolved", 0.5)):
        for seed in (1.0, 2.0):
            tags = {"recipe": recipe, "seed": seed}
            keep_run(root, f"{recipe}-13b-s{seed:g}", "own+", strength, metadata=tags)
    out = write_site(read_standings(root, by="recipe"), root, tmp_path / "site").parent
    assert sorted(path.stem for path in (out / "models").iterdir()) == ["evolved", "fused"]
    page = (out / "models" / "fused.html").read_text(encoding="utf-8")
    assert "own+, fused-13b-s1" in page
    assert 'Own--0.html#of:fused:2"' in page
    assert "recipe fused, seed 2" in page
    task = (out / "tasks" / "own+" / "Own--0.html").read_text(encoding="utf-8")
    assert re.search(r"In own\+ \d of 4 models solve it", task)
    assert ">fused-13b-s2</bdi></a></h3>" in task
    assert "fewer than two models" in (out / "compare.html").read_text(encoding="utf-8")
    assert "2 recipes" in (out / "index.html").read_text(encoding="utf-8")


def test_differences_to_a_baseline_stand_below_the_scores(board_runs: Path, tmp_path: Path) -> None:
    standings = read_standings(board_runs, baseline="fused-13b")
    index = write_site(standings, board_runs, tmp_path / "site").read_text(encoding="utf-8")
    found = [row for row in standings.rows if row.model == "base-3b"][0].differences
    texts = re.findall(r'<span class="difference">(.*?)</span>', index)
    assert len(texts) == sum(len(row.differences) for row in standings.rows) > 8
    assert standings.sort is not None
    paired = found[standings.sort].paired
    assert found[standings.sort].is_significant
    numbers = f"{points(paired.difference)} ({points(paired.low)} to {points(paired.high)})".replace("-", "−")
    assert f"{numbers} ▼ worse" in texts
    assert index.count('<span class="remark"><bdi>baseline</bdi></span>') == 1


def test_a_size_of_a_published_model_comes_from_its_source(hostile_site: Path) -> None:
    index = (hostile_site / "index.html").read_text(encoding="utf-8")
    found = re.search(r'<tr class="published" data-search="linked-70b a paper" data-facts="([^"]*)"', index)
    assert found is not None
    assert json.loads(html.unescape(found[1])) == {"model": "linked-70b", "own+": 25.0, "size": 70.0}
