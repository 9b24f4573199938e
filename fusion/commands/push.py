"""`fuseval inspect --push`: a data set onto the Hub, with its card, record and lineage. The calls stay here."""

from __future__ import annotations

from fusion.inspection.subject import Subject
from harness.commands.terminal import output
from harness.errors import EnvironmentLacking, InputError

_FILES = ["README.md", "dataset.json", "rows.jsonl", "seeds.jsonl", "rejected.jsonl", "data/*"]


def push_dataset(subject: Subject, repository: str, *, is_private: bool) -> None:
    """Upload a data set.

    Args:
        subject: One that fuseval made.
        repository: `owner/name` on the Hub; made where there is none.
        is_private: Whether only its owner sees it.

    Raises:
        InputError: It is no data set's folder, it has no rows, or the name is none.
        EnvironmentLacking: The Hub can not be reached, or wants a token.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError

    if subject.folder is None:
        raise InputError(f"{subject.name} is a file of rows", hint="--push is for a folder that fuse or evolve wrote")
    if not subject.rows:
        raise InputError(f"{subject.name} has no rows", hint=f"fuseval fuse SEEDS --teacher MODEL -o {subject.name}")
    api = HfApi()
    try:
        url = api.create_repo(repository, repo_type="dataset", private=is_private, exist_ok=True)
        api.upload_folder(
            repo_id=repository,
            repo_type="dataset",
            folder_path=subject.folder.path,
            allow_patterns=_FILES,
            commit_message=f"{len(subject.rows)} rows",
        )
    except HFValidationError as error:
        raise InputError(f"{repository!r} is no name on the Hub: {error}", hint="as in --push me/fused") from None
    except Exception as error:  # the library passes on what its transport raises, of which there are two by now
        words = str(error).strip().partition("\n")[0]
        raise EnvironmentLacking(
            f"the Hub did not take it: {words}", hint="hf auth login, or export HF_TOKEN=... with the right to write"
        ) from None
    output().print(f"data set    {url}", soft_wrap=True)
