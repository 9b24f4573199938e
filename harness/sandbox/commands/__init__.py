"""Running compilers and programs of any language in a jail of their own: the Python executor's walls, with processes.

keeper     inside the jail: starts one command at a time, ends everything it left
worker     the trusted end: files in, commands, files out
watched    one command while it runs, and its limits
resident   a compiler that stays, in a jail of its own
usage      what a tree of processes used, as the kernel counts
output     the capped output of one command
"""

from harness.sandbox.commands.resident import ResidentCompiler
from harness.sandbox.commands.watched import Command, Finished
from harness.sandbox.commands.worker import CommandWorker

__all__ = ["Command", "CommandWorker", "Finished", "ResidentCompiler"]
