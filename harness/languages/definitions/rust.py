"""Rust: a debug build of edition 2015, whose arithmetic panics on overflow."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="rs",
    title="Rust",
    source="program.rs",
    build=(Step(("rustc", "{source}", "-o", "{folder}/program"), 15, rules.building),),
    run=Step(("{folder}/program",), 5),
    tools=(Tool("rustc", prefix=("--print", "sysroot")), Tool("cc")),
    packages={"debian": "rustc gcc"},
    ending=endings.before_braces(1, 'println!("WORD");'),
    known_good="fn main() { assert_eq!(1 + 1, 2); }\n",
    known_bad="fn main() { assert_eq!(1 + 1, 3); }\n",
)
