"""All seeds together: several sources with weights, each instruction once."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fusion.seeds.files import read_rows
from fusion.seeds.forms import Columns, seed_of
from fusion.seeds.seed import Seed, text_id
from fusion.surrogates import without_surrogates
from harness.errors import InputError


@dataclass(frozen=True)
class SeedPool:
    """The seeds of all sources, each instruction once.

    `weights` has one positive number a seed: how often it is drawn beside the others. `sha256` is of all that can
    change a row, in order, so that a pool that changed is seen.
    """

    seeds: tuple[Seed, ...]
    weights: tuple[float, ...]
    sha256: str
    repeated: int = 0
    """Rows left out, since an earlier one has the same instruction."""
    sources: dict[str, int] = field(default_factory=dict)
    """Seeds by source."""


def read_pool(
    places: Sequence[str],
    *,
    columns: Columns | None = None,
    shares: Sequence[float] = (),
    languages: Sequence[str] = (),
    language: str = "",
    limit: int | None = None,
) -> SeedPool:
    """Read seeds from several places.

    Args:
        places: Files, folders or data sets on the Hub.
        columns: Where the parts of a row are.
        shares: What part of all draws goes to each place, in any unit; empty weighs each seed the same.
        languages: Keep only seeds in these; empty keeps all.
        language: Of all rows, where it is known.
        limit: Seeds of each place at most, the first ones.

    Raises:
        InputError: A place is wrong, the shares do not fit the places, or no seed is left.
    """
    if shares and len(shares) != len(places):
        raise InputError(f"{len(shares)} weights for {len(places)} sources", hint="--weights has one number a source")
    if wrong := [share for share in shares if not (share > 0 and math.isfinite(share))]:
        raise InputError(f"a weight of {wrong[0]:g}", hint="weights are above 0; leave a source out instead")
    seen: set[str] = set()
    ids: set[str] = set()
    seeds: list[Seed] = []
    origin: list[int] = []
    names = _names(places)
    repeated = 0
    for number, place in enumerate(places):
        taken = 0
        for row in read_rows(place):
            if limit is not None and taken >= limit:
                break
            seed = seed_of(row, columns or Columns(), names[number], language)
            if languages and seed.language not in languages:
                continue
            key = text_id(seed.instruction)
            if key in seen:
                repeated += 1
                continue
            if seed.id in ids:
                seed = _renamed(seed, key)
            seen.add(key)
            ids.add(seed.id)
            seeds.append(seed)
            origin.append(number)
            taken += 1
    if len(seeds) < 2:
        wanted = f" in {', '.join(languages)}" if languages else ""
        raise InputError(f"{len(seeds)} seed{'s' * (len(seeds) != 1)}{wanted} in {', '.join(places)}: a pair takes two")
    counts = Counter(origin)
    weights = tuple(shares[number] / counts[number] if shares else 1.0 for number in origin)
    by_source = {name: counts[number] for number, name in enumerate(names)}
    return SeedPool(tuple(seeds), weights, _digest(seeds), repeated, by_source)


def _digest(seeds: Sequence[Seed]) -> str:
    """Hash what of the seeds can change a row, or which seeds are paired."""
    digest = hashlib.sha256()
    for seed in seeds:
        parts = [seed.id, seed.instruction, seed.response, seed.language, seed.difficulty]
        digest.update(json.dumps(parts).encode() + b"\n")
    return digest.hexdigest()


def _renamed(seed: Seed, key: str) -> Seed:
    """Give a seed whose id another one has the name of its text."""
    from dataclasses import replace

    return replace(seed, id=key)


def _names(places: Sequence[str]) -> list[str]:
    """Name the sources, each without the folders around it, which say something of the machine only.

    Of several that would be called the same, the later ones get as many folders as tell them from those before, or
    their place in the list where they are the same file.
    """
    names: list[str] = []
    for number, place in enumerate(places, start=1):
        parts = Path(place).parts if Path(place).exists() else (place,)
        longer = ("/".join(parts[-count:]) for count in range(1, len(parts) + 1))
        name = without_surrogates(next((name for name in longer if name not in names), f"{parts[-1]} ({number})"))
        names.append(name)
    return names
