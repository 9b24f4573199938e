"""From a preset, a config file, the environment and flags to the settings of a training; the later ones win."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from harness.errors import InputError, nearest
from harness.formats.jsonl import no_such_file
from training.settings import TrainSettings

Table = dict[str, object]

_PRESETS = Path(__file__).with_name("presets")
_ADAPTER: TypeAdapter[TrainSettings] = TypeAdapter(TrainSettings)


def preset_names() -> list[str]:
    """Name the presets.

    Example:
        >>> preset_names()
        ['magicoder', 'paper-13b', 'paper-34b', 'paper-7b', 'tiny-cpu', 'wizardcoder']
    """
    return sorted(path.stem for path in _PRESETS.glob("*.toml"))


def read_settings(config: Path | None, preset: str | None = None, said: Mapping[str, object] | None = None) -> Table:
    """Give the settings as one table: the preset, then the file, then what was said.

    Args:
        config: A TOML or YAML file, or None. Its own `preset` is used where `preset` is None.
        preset: A name out of `preset_names()`.
        said: Values by dotted names, as in `{"train.learning_rate": 1e-5}`.

    Raises:
        InputError: The file can not be read, or a name is not a setting.

    Example:
        >>> read_settings(None, "tiny-cpu", {"train.steps": 3})["train"]["steps"]
        3
    """
    own = read_table(config) if config is not None else {}
    named = own.pop("preset", None)
    chosen = preset if preset is not None else named
    table = _read_preset(str(chosen)) if chosen is not None else {}
    _merge(table, own)
    for name, value in (said or {}).items():
        *path, last = name.split(".")
        inner: Table = table
        for part in path:
            below = inner.setdefault(part, {})
            if not isinstance(below, dict):
                raise InputError(f"{part!r} in {name!r} is no table", hint=f"{part} = {below!r}")
            inner = below
        inner[last] = value
    return table


def checked_settings(table: Mapping[str, object], where: str = "the settings") -> TrainSettings:
    """Check a table and give the settings.

    Args:
        table: As `read_settings` gives it.
        where: For errors: the file that it came from.

    Raises:
        InputError: A name is not a setting, or a value is not what the setting takes; the nearest name is given.

    Example:
        >>> checked_settings({"train": {"batch": 8}}).train.batch
        8
        >>> checked_settings({"train": {"bath": 8}})
        Traceback (most recent call last):
        harness.errors.InputError: the settings: no setting 'train.bath'
    """
    try:
        return _ADAPTER.validate_python(dict(table))
    except ValidationError as error:
        first = error.errors()[0]
        path = [str(part) for part in first["loc"]]
        name = ".".join(path)
        if first["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            raise InputError(f"{where}: no setting {name!r}", hint=_nearest_setting(name)) from None
        words = (first["msg"][:1].lower() + first["msg"][1:]).replace("a valid tuple", "a list")
        raise InputError(f"{where}: {name} = {first['input']!r}: {words}", hint="docs/training.md lists them") from None


def as_table(settings: TrainSettings) -> Table:
    """Give the settings as plain data, all values named.

    Args:
        settings: As `checked_settings` gave them.

    Example:
        >>> as_table(TrainSettings())["lora"]["r"]
        32
    """
    plain: Table = _ADAPTER.dump_python(settings, mode="json")
    return plain


def parse_said(texts: Iterable[str]) -> dict[str, object]:
    """Read `--set` options: a value is JSON where it can be read as such, else text.

    Args:
        texts: As in `train.batch=64`.

    Raises:
        InputError: One has no name or no `=`.

    Example:
        >>> parse_said(["train.batch=64", "out=run/a"])
        {'train.batch': 64, 'out': 'run/a'}
    """
    said: dict[str, object] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise InputError(f"{text!r} is no setting", hint="as in --set train.learning_rate=1e-5")
        try:
            said[name] = json.loads(value)
        except ValueError:
            said[name] = value
    return said


def read_table(path: Path) -> Table:
    """Read a TOML or YAML file.

    Args:
        path: Its ending tells which.

    Raises:
        InputError: There is no such file, or it can not be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise no_such_file(path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can not be read: {error}") from None
    try:
        table = yaml.safe_load(text) if path.suffix in (".yaml", ".yml") else tomllib.loads(text)
    except (tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} is no config: {' '.join(str(error).split())}") from None
    if not isinstance(table, dict):
        raise InputError(f"{path} holds no settings", hint="as in docs/training.md")
    return table


def _read_preset(name: str) -> Table:
    names = preset_names()
    if name not in names:
        raise InputError(f"no preset named {name!r}", hint=nearest(name, names))
    return read_table(_PRESETS / f"{name}.toml")


def _merge(table: Table, above: Mapping[str, object]) -> None:
    for name, value in above.items():
        below = table.get(name)
        if isinstance(below, dict) and isinstance(value, dict):
            _merge(below, value)
        else:
            table[name] = value


def _nearest_setting(name: str) -> str:
    names = list(_names(TrainSettings(), ""))
    close = difflib.get_close_matches(name, names, n=1) or [
        known for known in names if known.rpartition(".")[2] == name.rpartition(".")[2]
    ]
    tables = [item.name for item in fields(TrainSettings)]
    return f"did you mean {close[0]!r}?" if close else nearest(name, tables)


def _names(settings: object, before: str) -> Iterable[str]:
    if not is_dataclass(settings):
        return
    for item in fields(settings):
        value = getattr(settings, item.name)
        if is_dataclass(value):
            yield from _names(value, f"{before}{item.name}.")
        else:
            yield f"{before}{item.name}"
