"""How each language is compiled and run: one small declarative file a language in `definitions`.

language      what a definition says
rules         from how a program ended to MultiPL-E's status
registry      the definitions by name
toolchain     what of it is on this machine, in which version, and how to install what is missing
"""

from harness.languages.language import Language, Step, Tool
from harness.languages.registry import find, languages

__all__ = ["Language", "Step", "Tool", "find", "languages"]
