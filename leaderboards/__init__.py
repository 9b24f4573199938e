"""Boards out of run records: this room reads what runs left behind and never runs anything itself.

store       a folder of runs -> standings: which run stands for a model in a column, and what may be compared
statistics  pure arithmetic: intervals and ranks
board       standings -> a rich renderable; cells and notes hold how its parts read, demo its made-up rows
board_json  standings -> JSON
command     the `fuseval leaderboard` verb

Nothing is imported here, so that `python -m leaderboards.board` and `fuseval --help` load no more than they need.
"""
