"""Seed instructions: read from the files people have, in the forms they have them."""

from fusion.seeds.files import read_rows
from fusion.seeds.forms import Columns, FormError, seed_of
from fusion.seeds.seed import Seed
from fusion.seeds.sources import SeedPool, read_pool

__all__ = ["Columns", "FormError", "Seed", "SeedPool", "read_pool", "read_rows", "seed_of"]
