"""What can be the name of a model that runs here: told without a package, a network or weights."""

from __future__ import annotations

from pathlib import Path

from harness.errors import InputError, nearest
from harness.models.known_files import KNOWN_FILES
from harness.models.self_checks import SELF_CHECKS


def check_model_name(name: str) -> None:
    """Refuse a name that is neither a folder, a GGUF file nor a Hub id.

    Args:
        name: What the person called the model.

    Raises:
        InputError: It can be nothing that runs here; the hint says how other models are scored.

    Example:
        >>> check_model_name("bigcode/starcoder2-3b")
        >>> check_model_name("gpt-5")
        Traceback (most recent call last):
        harness.errors.InputError: no model 'gpt-5': no checkpoint folder, no .gguf file, no Hub id (owner/name)
    """
    path = Path(name).expanduser()
    if path.is_dir() or path.suffix.lower() == ".gguf":
        return
    if path.is_file():
        raise InputError(f"{name} is no .gguf file", hint=f"a checkpoint is named by its folder: {path.parent}")
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return
    close = nearest(name, [*KNOWN_FILES, *SELF_CHECKS, "mock"])
    hint = (
        close
        if close.startswith("did you mean")
        else f"--base-url URL if a server has it; fuseval score --samples FILE --model {name} if its answers are here"
    )
    raise InputError(f"no model {name!r}: no checkpoint folder, no .gguf file, no Hub id (owner/name)", hint=hint)
