"""Who answers: the models, the built-in self-checks, and how a program is taken out of what they say."""

from harness.models.extraction import extract, rules
from harness.models.self_checks import SELF_CHECKS, is_self_check

__all__ = ["SELF_CHECKS", "extract", "is_self_check", "rules"]
