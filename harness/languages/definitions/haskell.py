"""Haskell: MultiPL-E calls whatever fails a syntax error."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = 'main :: IO ()\nmain = if 1 + 1 == (2 :: Int) - {} then putStrLn "ok" else error "wrong"\n'

LANGUAGE = Language(
    name="hs",
    title="Haskell",
    source="program.hs",
    run=Step(("runghc", "{source}"), 15, rules.building),
    tools=(Tool("runghc"), Tool("ghc")),
    packages={"debian": "ghc"},
    reads=("/var/lib/ghc",),
    known_good=_PROGRAM.format(0),
    known_bad=_PROGRAM.format(1),
)
