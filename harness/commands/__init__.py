"""The verbs of the harness, one file each: parse, call the library, render.

options   the options that several verbs share
terminal  where a verb's output goes, and how untrusted text is made printable
progress  a bar on a terminal, plain lines elsewhere
summary   a run's score in a few lines
find_run  from what was typed to a run's folder

Nothing is imported here: `harness.cli` imports a verb when it is called.
"""
