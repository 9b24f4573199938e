"""The grid of a study: one arm for each recipe, size, base and seed."""

from __future__ import annotations

from dataclasses import dataclass

from harness.formats.run_folder import slug
from training.study.settings import BaseSettings, RecipeSettings, Size, StudySettings


@dataclass(frozen=True)
class Arm:
    """One model to be trained."""

    recipe: RecipeSettings
    size: Size
    base: BaseSettings
    seed: int

    @property
    def name(self) -> str:
        """The model's name on boards.

        Example:
            >>> Arm(RecipeSettings("if"), 1000, BaseSettings("smol", "path"), 0).name
            'if-1000-smol-s0'
        """
        return slug(f"{self.recipe.name}-{self.size}-{self.base.name}-s{self.seed}")

    def tags(self, rows: int) -> dict[str, str | float]:
        """Give what its runs are noted with, so that `fuseval leaderboard --by recipe` knows them.

        Args:
            rows: That it is trained on.
        """
        return {
            "recipe": self.recipe.name,
            "rows": float(rows),
            "base": self.base.name,
            "seed": float(self.seed),
        }


def grid(settings: StudySettings) -> list[Arm]:
    """List the arms, the seeds outermost: a study that is stopped early has every recipe at least once.

    Args:
        settings: The study.
    """
    return [
        Arm(recipe, size, base, seed)
        for seed in settings.seeds
        for base in settings.bases
        for size in settings.sizes
        for recipe in settings.recipes
    ]
