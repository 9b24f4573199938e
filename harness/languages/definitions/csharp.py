"""C# on mono: a failed assertion is said on stderr and the exit code is 0, so the text decides."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = """using System.Diagnostics;
class Problem {{
    public static void Main(string[] args) {{
        Debug.Assert(1 + 1 == {});
    }}
}}
"""

LANGUAGE = Language(
    name="cs",
    title="C#",
    source="program.cs",
    build=(
        Step(
            ("csc", "-d:DEBUG", "-r:System.Numerics.dll", "-out:{folder}/program.exe", "{source}"), 15, rules.building
        ),
    ),
    run=Step(("mono", "{folder}/program.exe"), 5, rules.csharp),
    tools=(Tool("csc", ("--version",), others=("mcs",)), Tool("mono")),
    official_version="mono 6.8, csc 3.6",
    packages={"debian": "mono-mcs mono-devel"},
    reads=("/etc/mono",),
    environment={"MONO_TRACE_LISTENER": "Console.Error"},
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
