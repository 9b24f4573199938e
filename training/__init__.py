"""Supervised fine-tuning: a dataset becomes a checkpoint, and the arms of a study become one comparison.

May import `harness`, `fusion` and the statistics of `leaderboards`. torch and its libraries are imported when they are
used.

settings, read_settings   what a training is, and how a preset, a file and flags become one
presets                   settings of known trainings, each value with its source
data, masks               what is learned: rows, their order, their tokens
run                       one training
exports                   the same training in other trainers' files
study                     several trainings and their comparison
miniature                 a base model for trying it all
commands                  the verbs
"""
