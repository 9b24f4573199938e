"""Julia, which is in no current release of Debian: its own archive from julialang.org has to be put on PATH."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="jl",
    title="Julia",
    source="program.jl",
    run=Step(("julia", "{source}"), 5, rules.any_stderr_is_syntax),
    tools=(Tool("julia"),),
    official_version="1.8.2",
    known_good="using Test\n@testset begin\n    @test(1 + 1 == 2)\nend\n",
    known_bad="using Test\n@testset begin\n    @test(1 + 1 == 3)\nend\n",
)
