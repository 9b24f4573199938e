"""`fuseval inspect` on what `fuse` and `evolve` left, and on files that nobody made here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness import cli


@pytest.fixture(scope="module")
def fused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fused") / "fused"
    options = ["--decontaminate", "humaneval", "--verify", "1", "--judge", "-n", "25", "-o", str(out)]
    assert cli.main(["fuse", "offline:100", "--teacher", "offline", *options]) == 0
    return out


def test_it_says_what_is_in_the_folder(fused: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["inspect", str(fused), "--bench", "humaneval", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    record = json.loads((fused / "dataset.json").read_text())
    assert found["rows"] == record["rows"] == 25
    assert found["languages"] == {"python": 25}
    kinds = {item["kind"]: item["calls"] for item in found["calls"]}
    assert kinds["answer"] == kinds["tests"] == kinds["judge"] == 25
    assert kinds["fuse"] == record["attempts"]
    assert cli.main(["inspect", str(fused), "--bench", "none", "--html", str(fused / "page.html")]) == 0
    page = (fused / "page.html").read_text()
    assert "25 rows" in page
    assert "://" not in page.replace("http://www.w3.org", "")


def test_a_row_has_its_tree(fused: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = json.loads((fused / "rows.jsonl").read_text().splitlines()[0])
    assert cli.main(["inspect", str(fused), "--row", row["id"][:10]]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert row["id"] in said
    for parent in row["parents"]:
        assert parent in said
    assert cli.main(["inspect", str(fused), "--row", "zzzz"]) == 2
    assert "zzzz" in capsys.readouterr().err


def test_a_plain_file_is_looked_at_as_far_as_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"instruction": f"Sort list number {n} in Python.", "output": "sorted(x)"} for n in range(12)]
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(rows))
    assert cli.main(["inspect", str(path), "--bench", "none", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 12
    assert "making" not in found
    assert cli.main(["inspect", str(tmp_path / "nothing")]) == 2


def test_the_card_is_one_that_the_hub_reads(fused: Path) -> None:
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(fused / "README.md")
    for config in card.data.to_dict()["configs"]:
        for part in config["data_files"]:
            assert (fused / part["path"]).is_file()
    assert "miniature" in card.text
