"""Where a checkpoint's files are, and which weights they hold: a folder here, or a model of the Hub at one commit."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

from harness.errors import EnvironmentLacking, InputError
from harness.models.checkpoint_hash import checkpoint_hash
from harness.models.model_name import check_model_name

_CONFIG = "config.json"
_ADAPTER_CONFIG = "adapter_config.json"


class CheckpointPlace:
    """A checkpoint by the name that a person gave it; nothing is read before it is asked for.

    Args:
        model: A folder, or a Hub id.
        revision: A Hub revision; a folder has none.

    Raises:
        InputError: It is neither, or the folder holds no checkpoint.

    Example:
        >>> CheckpointPlace("bigcode/starcoder2-3b").name
        'bigcode/starcoder2-3b'
    """

    def __init__(self, model: str, revision: str | None = None) -> None:
        check_model_name(model)
        folder = Path(model).expanduser()
        self._wanted, self._model = revision, model
        self._local = folder.absolute() if folder.is_dir() else None
        if self._local is None:
            return
        if revision is not None:
            raise InputError(f"--revision is for a model of the Hub, and {model} is a folder", hint="leave it out")
        if (folder / _CONFIG).is_file():
            return
        if (folder / _ADAPTER_CONFIG).is_file():
            raise InputError(f"{model} is an adapter, no whole model", hint=f"fuseval score MODEL --adapter {model}")
        raise InputError(f"{model} holds no {_CONFIG}", hint="name the folder that save_pretrained wrote")

    @property
    def name(self) -> str:
        """What the model is called: the folder's own name, or the Hub id."""
        return self._local.name if self._local else self._model

    @cached_property
    def folder(self) -> Path:
        """The folder of the small files; of a Hub model its `config.json` is fetched.

        Raises:
            EnvironmentLacking: It is not in the local cache and can not be fetched.
        """
        if self._local is not None:
            return self._local
        import huggingface_hub
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

        try:
            return Path(huggingface_hub.hf_hub_download(self._model, _CONFIG, revision=self._wanted)).parent
        except HFValidationError as error:
            raise InputError(f"{self._model!r} is no Hub id: {error}", hint="name it as owner/name") from error
        except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
            raise EnvironmentLacking(
                f"{self._model} is not in the local cache and can not be fetched: {error}",
                hint=f"hf download {self._model}",
            ) from error

    @cached_property
    def revision(self) -> str:
        """A hash of the folder's weights and settings, or the Hub's commit."""
        return checkpoint_hash(self.folder) if self._local else self.folder.name

    @property
    def dtype(self) -> str:
        """The kind of numbers that the checkpoint says it is kept in, float32 where it says nothing."""
        try:
            config = json.loads((self.folder / _CONFIG).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"{self.folder / _CONFIG} can not be read: {error}") from error
        said = (config.get("dtype") or config.get("torch_dtype")) if isinstance(config, dict) else None
        return said if isinstance(said, str) else "float32"

    @property
    def target(self) -> str:
        """What to load: the folder, or the Hub id."""
        return str(self._local) if self._local else self._model

    @property
    def arguments(self) -> dict[str, str]:
        """What `from_pretrained` needs to load exactly these files."""
        if self._local is not None:
            return {"pretrained_model_name_or_path": self.target}
        return {"pretrained_model_name_or_path": self.target, "revision": self.revision}


def check_adapter(adapter: str) -> Path:
    """Give an adapter's folder.

    Args:
        adapter: As the person named it.

    Raises:
        InputError: There is none.

    Example:
        >>> check_adapter("no-such-adapter")
        Traceback (most recent call last):
        harness.errors.InputError: no adapter at no-such-adapter: it holds no adapter_config.json
    """
    folder = Path(adapter).expanduser()
    if not (folder / _ADAPTER_CONFIG).is_file():
        raise InputError(
            f"no adapter at {adapter}: it holds no {_ADAPTER_CONFIG}", hint="name the folder that peft wrote"
        )
    return folder


def adapter_rank(folder: Path) -> int:
    """Give the rank of a LoRA adapter, the largest where its layers differ.

    Args:
        folder: As `check_adapter` gives it.

    Raises:
        InputError: Its settings can not be read, or say no rank.
    """
    path = folder / _ADAPTER_CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        return max([int(config["r"]), *map(int, (config.get("rank_pattern") or {}).values())])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} says no rank: {error}", hint="vLLM runs LoRA adapters only") from error
