"""Rust: a debug build of edition 2015, whose arithmetic panics on overflow.

Most of a build's time is linking: with the shared standard library and without debug information it takes less.
"""

from harness.languages import endings, rules
from harness.languages.language import Language, Shortcut, Step, Tool

_QUICK = ("-C", "prefer-dynamic", "-C", "rpath", "-C", "strip=debuginfo")

LANGUAGE = Language(
    name="rs",
    title="Rust",
    source="program.rs",
    build=(Step(("rustc", "{source}", "-o", "{folder}/program"), 15, rules.building),),
    run=Step(("{folder}/program",), 5),
    tools=(Tool("rustc", prefix=("--print", "sysroot")), Tool("cc")),
    shortcut=Shortcut(build=(Step(("rustc", "{source}", "-o", "{folder}/program", *_QUICK), 15, rules.building),)),
    packages={"debian": "rustc gcc"},
    ending=endings.before_braces(1, 'println!("WORD");'),
    known_good="fn main() { assert_eq!(1 + 1, 2); }\n",
    known_bad="fn main() { assert_eq!(1 + 1, 3); }\n",
)
