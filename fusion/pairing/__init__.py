"""Which two seeds are fused: named strategies, drawn from a seeded generator, no pair twice."""

from fusion.pairing.ledger import Pair, PairsSpent, pairs
from fusion.pairing.strategies import STRATEGIES, Partners, strategy

__all__ = ["STRATEGIES", "Pair", "PairsSpent", "Partners", "pairs", "strategy"]
