"""Instruction Fusion: seeds become pairs, pairs become fused instructions, and answers a dataset with lineage.

May import `harness`, whose sandbox verifies the answers. The room is still empty.
"""
