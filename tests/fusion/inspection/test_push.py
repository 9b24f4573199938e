"""`fuseval inspect --push` against a Hub on this machine, through the real client in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import DatasetCard

from fusion.commands.inspect_run import push_dataset
from fusion.dataset import DatasetFolder
from fusion.dataset.card import write_card
from fusion.dataset.forms import write_forms
from fusion.dataset.hub import files_of, push
from fusion.dataset.record import write_record
from fusion.inspection import read_subject
from harness.errors import InputError
from tests.fusion.inspection.fake_hub import TOKEN, FakeHub, running_hub
from tests.fusion.made_up_dataset import keep_dataset


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with running_hub() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = keep_dataset(tmp_path / "made")
    made = DatasetFolder(path)
    write_forms(path, made.rows())
    write_card(path, made.record(), made.rows())
    return path


def pushed(folder: Path, hub: FakeHub | str, *arguments: str, token: str = TOKEN) -> tuple[int, str]:
    address = hub if isinstance(hub, str) else hub.address
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    environment |= {"HF_ENDPOINT": address, "HF_HOME": str(folder.parent / "hf"), "HF_HUB_DISABLE_XET": "1"}
    environment |= {"HF_TOKEN": token} if token else {}
    command = [sys.executable, "-m", "harness.cli", "inspect", str(folder), "--push", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout + done.stderr


def test_rows_card_record_and_lineage_are_uploaded_and_nothing_else(folder: Path, hub: FakeHub) -> None:
    code, said = pushed(folder, hub, "ada/fused")
    assert (code, said) == (0, f"pushed: {hub.address}/datasets/ada/fused\n")
    assert hub.private == {"ada/fused": True}
    files = hub.files["ada/fused"]
    forms = [
        f"data/{form}.{kind}" for form in ("alpaca", "messages", "prompt_completion") for kind in ("jsonl", "parquet")
    ]
    assert sorted(files) == ["README.md", *sorted(forms), "dataset.json", "rows.jsonl", "seeds.jsonl"]
    for name, content in files.items():
        assert content == (folder / name).read_bytes()
    card = DatasetCard(files["README.md"].decode())
    named = [file["path"] for config in card.data.configs for file in config["data_files"]]
    assert sorted(named) == [name for name in sorted(forms) if name.endswith("parquet")]
    assert hub.cards == [files["README.md"].decode()]


def test_public_only_when_it_is_asked_for(folder: Path, hub: FakeHub) -> None:
    assert pushed(folder, hub, "ada/open", "--public")[0] == 0
    assert hub.private == {"ada/open": False}
    code, said = pushed(folder, hub, "ada/open")
    assert code == 2
    assert "everybody can see it" in said
    assert sum("/commit/" in asked for asked in hub.asked) == 1


def test_a_repository_that_is_there_is_written_to(folder: Path, hub: FakeHub) -> None:
    hub.private["ada/fused"] = True
    assert pushed(folder, hub, "ada/fused")[0] == 0
    assert not any("create" in asked for asked in hub.asked)


def test_without_a_token_nothing_is_asked(folder: Path, hub: FakeHub) -> None:
    code, said = pushed(folder, hub, "ada/fused", token="")
    assert code == 3
    assert said.startswith("error: no token for the Hub\nhint: hf auth login")
    assert hub.asked == []


def test_a_token_that_may_not_write_is_told(folder: Path, hub: FakeHub) -> None:
    code, said = pushed(folder, hub, "ada/fused", token="hf_other")
    assert code == 3
    assert "ada/fused" in said
    assert "401" in said
    assert "Traceback" not in said


def test_a_refused_commit_is_told(folder: Path, hub: FakeHub) -> None:
    hub.fails_with = 403
    code, said = pushed(folder, hub, "ada/fused")
    assert code == 3
    assert "no room" in said
    assert "may write" in said


def test_a_hub_that_is_not_there_is_told(folder: Path) -> None:
    code, said = pushed(folder, "http://127.0.0.1:9", "ada/fused")
    assert code == 3
    assert said.startswith("error: the Hub can not be reached")


@pytest.mark.parametrize("name", ["fused", "a/b/c", "../x/y", "ada/", "ada/x y"])
def test_what_is_no_name_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(InputError, match="no name on the Hub"):
        push(DatasetFolder(folder), name, is_public=False)


def test_a_card_that_names_a_missing_file_is_not_uploaded(folder: Path) -> None:
    (folder / "data" / "messages.parquet").unlink()
    with pytest.raises(InputError, match=r"names data/messages\.parquet"):
        push(DatasetFolder(folder), "ada/fused", is_public=False)


@pytest.mark.parametrize("head", ["no head", "---\nconfigs: [{}]\n---\n", "---\n- a\n---\n", "---\n{\n---\n"])
def test_a_card_that_the_hub_could_not_read_is_not_uploaded(folder: Path, head: str) -> None:
    (folder / "README.md").write_text(head)
    if head == "no head":  # a card without a head names no files, which the Hub takes
        assert files_of(DatasetFolder(folder))
        return
    with pytest.raises(InputError, match="no card that the Hub reads"):
        push(DatasetFolder(folder), "ada/fused", is_public=False)


def test_no_rows_no_push(folder: Path) -> None:
    write_record(folder, replace(DatasetFolder(folder).record(), rows=0))
    with pytest.raises(InputError, match="no rows yet"):
        push(DatasetFolder(folder), "ada/fused", is_public=False)


def test_a_file_of_rows_has_no_card_to_push(folder: Path) -> None:
    subject = read_subject(str(folder / "data" / "alpaca.jsonl"))
    with pytest.raises(InputError, match="no data set that fuseval made"):
        push_dataset(subject, "ada/fused", is_public=False, as_json=False)
