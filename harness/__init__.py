"""The centre: benchmarks are asked, programs are run in a sandbox, verdicts become records.

Nothing here imports the other rooms (`fusion`, `training`, `leaderboards`); they all may import this one.
"""
