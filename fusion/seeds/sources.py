"""All seeds together: several sources with weights, each instruction once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fusion.seeds.files import read_rows
from fusion.seeds.forms import Columns, seed_of
from fusion.seeds.seed import Seed, text_id
from harness.errors import InputError


@dataclass(frozen=True)
class SeedPool:
    """The seeds of all sources, each instruction once.

    `weights` has one positive number a seed: how often it is drawn beside the others. `sha256` is of the ordered
    instructions, so that a pool that changed is seen.
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
    if any(share <= 0 for share in shares):
        raise InputError(f"a weight of {min(shares):g}", hint="weights are above 0; leave a source out instead")
    seen: set[str] = set()
    ids: set[str] = set()
    seeds: list[Seed] = []
    origin: list[int] = []
    repeated = 0
    for number, place in enumerate(places):
        taken = 0
        for row in read_rows(place):
            if limit is not None and taken >= limit:
                break
            seed = seed_of(row, columns or Columns(), _short(place), language)
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
    digest = hashlib.sha256()
    for seed in seeds:
        digest.update(seed.instruction.encode("utf-8", "surrogatepass") + b"\0")
    by_source = {_short(place): counts[number] for number, place in enumerate(places)}
    return SeedPool(tuple(seeds), weights, digest.hexdigest(), repeated, by_source)


def _renamed(seed: Seed, key: str) -> Seed:
    """Give a seed whose id another one has the name of its text."""
    from dataclasses import replace

    return replace(seed, id=key)


def _short(place: str) -> str:
    """Name a source without the folders around it, which say something of the machine only."""
    return Path(place).name if Path(place).exists() else place
