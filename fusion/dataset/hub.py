"""A data set on the Hugging Face Hub: its rows in the forms that trainers read, its card, its record and its lineage.

Private unless it is asked to be public, and a repository that is public already is not written to by accident. What is
not uploaded: the calls to the teacher, what was rejected and people's ratings.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from fusion.dataset.folder import ROWS, SEEDS, DatasetFolder
from fusion.dataset.record import RECORD
from harness.errors import EnvironmentLacking, FusevalError, InputError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

CARD, DATA = "README.md", "data"
_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_WRITES = "https://huggingface.co/settings/tokens"


def push(folder: DatasetFolder, name: str, *, is_public: bool) -> str:
    """Upload a data set in one commit.

    Args:
        folder: Of the data set.
        name: Of the repository, `OWNER/NAME`; it is made where there is none.
        is_public: Whether everybody may see it.

    Returns:
        Where it is.

    Raises:
        InputError: The name is none, the data set has no rows, its card does not fit its files, or the repository is
            public while that was not asked for.
        EnvironmentLacking: There is no token, it may not write there, or the Hub can not be reached.
    """
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name on the Hub", hint="OWNER/NAME, as in --push ada/fused-code")
    files = files_of(folder)
    from huggingface_hub import CommitOperationAdd, HfApi, get_token
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    if not get_token():
        raise EnvironmentLacking("no token for the Hub", hint=f"hf auth login, or HF_TOKEN=...; {_WRITES} makes one")
    # The HTTP client's own error, which is another one in other releases.
    unreachable: type[BaseException] = HfHubHTTPError.__mro__[1]
    api = HfApi(library_name="fuseval")
    try:
        _make_room(api, name, is_public)
        added = [CommitOperationAdd(file.relative_to(folder.path).as_posix(), str(file)) for file in files]
        rows = folder.record().rows
        api.create_commit(name, added, commit_message=f"{rows:,} rows made with fuseval", repo_type="dataset")
    except HFValidationError as error:
        raise InputError(f"{name!r} is no name on the Hub: {error}") from None
    except HfHubHTTPError as error:
        raise _refusal(error, name) from None
    except (OSError, unreachable) as error:
        raise EnvironmentLacking(
            f"the Hub can not be reached: {error}", hint="the data set stays here; try again later"
        ) from None
    return f"{api.endpoint}/datasets/{name}"


def files_of(folder: DatasetFolder) -> list[Path]:
    """List what is uploaded, and see that the card speaks of files that are there.

    Args:
        folder: Of the data set.

    Raises:
        InputError: There are no rows, no card, or a card that does not fit.
    """
    path = folder.path
    again = "the same fuseval fuse command as before writes card and forms again"
    if not folder.record().rows:
        raise InputError(f"{path} has no rows yet", hint=again)
    files = [path / CARD, path / RECORD, *sorted((path / DATA).glob("*"))]
    missing = [file.name for file in files[:2] if not file.is_file()]
    lineage = [path / name for name in (ROWS, SEEDS) if (path / name).is_file()]
    if missing or len(files) == 2:
        raise InputError(f"{path} has no {' and no '.join(missing or [f'{DATA}/'])}", hint=again)
    for place in _paths_of_card(path / CARD):
        if path / place not in files:
            raise InputError(f"{path / CARD} names {place}, and there is no such file", hint=again)
    return [*files, *lineage]


def _paths_of_card(path: Path) -> list[str]:
    """Read a card as the Hub's own library does, and list the files that its configurations name."""
    import yaml
    from huggingface_hub import DatasetCard

    try:
        data = DatasetCard(path.read_text(encoding="utf-8")).data
        return [file["path"] for config in data.get("configs") or [] for file in config["data_files"]]
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        words = " ".join(str(error).split())
        raise InputError(
            f"{path} is no card that the Hub reads: {words}", hint="the same fuseval fuse command writes it again"
        ) from None


def _make_room(api: HfApi, name: str, is_public: bool) -> None:
    """Make the repository, or see that the one that is there is seen by those who are meant to see it."""
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        found = api.repo_info(name, repo_type="dataset")
    except RepositoryNotFoundError:
        api.create_repo(name, repo_type="dataset", private=not is_public)
        return
    if not found.private and not is_public:
        raise InputError(
            f"{name} is there already, and everybody can see it", hint="--public if that is meant, or another name"
        )


def _refusal(error: Exception, name: str) -> FusevalError:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    words = str(getattr(error, "server_message", None) or error).strip().partition("\n")[0]
    if status in (401, 403):
        return EnvironmentLacking(
            f"the Hub does not let this token write to {name} ({status}): {words}",
            hint=f"{_WRITES}: one that may write",
        )
    return EnvironmentLacking(f"the Hub refused {name} ({status}): {words}", hint="the data set stays here; try again")
