"""What a study is, as its config file says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from harness.errors import InputError, nearest
from harness.models.prompts import PromptStyle
from training.read_settings import checked_settings, read_settings, read_table
from training.settings import Count, Seed, SourceSettings, TrainSettings

_READY_MADE = Path(__file__).with_name("ready_made")
_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)

Name = Annotated[str, Field(pattern=r"^[\w .+-]+$")]
"""Of what stands in the tables of a report."""
Size = Count | Literal["all"]
"""Rows of an arm; all takes every row that its recipe has, however many that are."""


@dataclass(frozen=True)
class BaseSettings:
    """A model that arms begin from."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: Name
    path: str
    """A checkpoint folder, a Hub id, or `miniature`, which is made on the spot."""


@dataclass(frozen=True)
class RecipeSettings:
    """A way to come by training data."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: Name
    sources: tuple[SourceSettings, ...] = ()
    """Data sets that are there; caps and weights as in a training."""
    make: tuple[tuple[str, ...], ...] = ()
    """fuseval commands that make data sets, as in `["fuse", "seeds.jsonl", "--target-size", "1000"]`; where to is
    added."""


@dataclass(frozen=True)
class ScoreSettings:
    """How the arms are scored."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    benchmarks: tuple[str, ...] = ("humaneval+",)
    limit: Count | None = None
    tasks: str | None = None
    max_tokens: Count = 2048
    preset: str = "fuseval"
    prompt_style: PromptStyle | None = None


@dataclass(frozen=True)
class InspectSettings:
    """How the rows are looked at."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    rows: Count = 2000
    """Of a recipe at most; the report says how many of how many."""
    embedding: str = "words"
    """What the map and the distances go by: words (TF-IDF), minilm, or an embedding model's folder."""


@dataclass(frozen=True)
class StudySettings:
    """A study."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: str
    bases: tuple[BaseSettings, ...]
    recipes: tuple[RecipeSettings, ...]
    sizes: tuple[Size, ...]
    """Rows of an arm, as in `[1000, 2000]` or `["all"]`."""
    baseline: str
    """The recipe that the others are compared with."""
    seeds: tuple[Seed, ...] = (0, 1, 2)
    """Of the training. The rows of a size are the same for all of them."""
    data_seed: Seed = 0
    """Of the choice of rows."""
    question: str = ""
    """What the study is to settle, for its report."""
    training: Mapping[str, object] = field(default_factory=dict)
    """Settings of every training, as in a config of `fuseval train`; `preset` is one of its."""
    score: ScoreSettings = field(default_factory=ScoreSettings)
    out: str = ""
    inspect: InspectSettings = field(default_factory=InspectSettings)
    jobs: Count = 1
    """Arms at once, each in a process of its own with one thread."""

    @property
    def largest(self) -> Size:
        """The largest size."""
        return "all" if "all" in self.sizes else max(self.sizes, key=int)


_ADAPTER: TypeAdapter[StudySettings] = TypeAdapter(StudySettings)


def ready_made() -> list[str]:
    """Name the studies that come with fuseval.

    Example:
        >>> "miniature" in ready_made()
        True
    """
    return sorted(path.stem for path in _READY_MADE.glob("*.toml"))


def read_study(config: Path) -> StudySettings:
    """Read a study.

    Args:
        config: A TOML or YAML file, or the name of one that comes with fuseval.

    Raises:
        InputError: It can not be read, a name is none, or a value is wrong.

    Example:
        >>> read_study(Path("miniature")).baseline
        'evolved'
    """
    if not config.exists() and str(config) in ready_made():
        config = _READY_MADE / f"{config}.toml"
    elif not config.exists() and not config.suffix:
        raise InputError(f"no study named {str(config)!r}, and no such file", hint=nearest(str(config), ready_made()))
    try:
        settings = _ADAPTER.validate_python(read_table(config))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            raise InputError(f"{config}: no setting {name!r} in a study", hint="docs/studies.md lists them") from None
        if first["loc"][0] == "sizes" and len(first["loc"]) > 2:  # pydantic tells each kind of size by itself
            raise InputError(f"{config}: sizes = {first['input']!r}", hint='rows from 1 on, or "all"') from None
        said = "" if first["type"] == "missing" else f" = {first['input']!r}"
        message = f"{first['msg'][:1].lower()}{first['msg'][1:]}".replace("a valid tuple", "a list")
        words = f"{config}: {name}{said}: {message}"
        raise InputError(words, hint="docs/studies.md") from None
    for what, found in (
        ("bases", [base.name for base in settings.bases]),
        ("recipes", [recipe.name for recipe in settings.recipes]),
        ("seeds", settings.seeds),
        ("sizes", settings.sizes),
        ("benchmarks", settings.score.benchmarks),
    ):
        double = next((item for number, item in enumerate(found) if item in found[:number]), None)
        if double is not None or not found:
            raise InputError(f"{config}: {what} {f'have {double!r} twice' if found else 'are empty'}")
    if settings.baseline not in [recipe.name for recipe in settings.recipes]:
        raise InputError(
            f"{config}: the baseline {settings.baseline!r} is no recipe",
            hint=f"one of: {', '.join(recipe.name for recipe in settings.recipes)}",
        )
    if not settings.sizes or not settings.seeds:
        raise InputError(f"{config}: {'sizes' if not settings.sizes else 'seeds'} are empty")
    empty = next((recipe.name for recipe in settings.recipes if not recipe.sources and not recipe.make), None)
    if empty is not None:
        raise InputError(f"{config}: the recipe {empty!r} has no data", hint="sources, or make")
    return settings


def shared_training(study: StudySettings) -> TrainSettings:
    """Give what the trainings of all arms have in common.

    Args:
        study: Whose.

    Raises:
        InputError: The study's `training` has a name or a value that is wrong, or says what the arms say.
    """
    said = dict(study.training)
    preset = said.pop("preset", None)
    table = read_settings(None, str(preset) if preset is not None else None)
    for name, value in said.items():
        below = table.get(name)
        table[name] = {**below, **value} if isinstance(below, dict) and isinstance(value, dict) else value
    settings = checked_settings(table, "training of the study")
    if settings.data.sources or settings.out or settings.evaluation.benchmark:
        raise InputError(
            "training of the study: data.sources, out and evaluation are the arms' to say",
            hint="recipes of the study name the data; leave them out",
        )
    return settings
