"""Instruction Fusion: seeds become pairs, pairs become fused instructions, and answers a data set with lineage.

Data flows one way: `seeds` reads what people have, `pairing` draws two of them, `prompts` writes what the teacher is
asked, `teachers` answers and keeps every reply, `checks` says which replies are instructions, `fuse` and `evolve` turn
the crank until enough rows are valid, and `dataset` writes them with their lineage. May import `harness`, whose sandbox
verifies the answers.
"""
