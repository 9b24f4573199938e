"""C# on mono: a failed assertion is said on stderr and the exit code is 0, so the text decides.

Mono's own compiler can be called as a library, so that one process compiles all programs. Where `csc` is installed that
is the one to ask, and there is no such shortcut.
"""

import shutil
from pathlib import Path

from harness.languages import endings, rules
from harness.languages.language import Language, Shortcut, Step, Tool

_LIBRARY = "/usr/lib/mono/4.5"
_STAYING = Shortcut(
    files={
        "CSharpCompiler.cs": (Path(__file__).parent.parent / "compilers" / "CSharpCompiler.cs").read_text("utf-8"),
    },
    make=(("csc", f"-r:{_LIBRARY}/mcs.exe", "-out:{cache}/compiler.exe", "{cache}/CSharpCompiler.cs"),),
    compiler=("/usr/bin/env", f"MONO_PATH={_LIBRARY}", "{tool:mono}", "-O=all", "{cache}/compiler.exe"),
    tools=(Tool("mcs.exe", (), files=(f"{_LIBRARY}/mcs.exe",)),),
)

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
    shortcut=None if shutil.which("csc") else _STAYING,
    official_version="mono 6.8, csc 3.6",
    packages={"debian": "mono-mcs mono-devel"},
    reads=("/etc/mono",),
    environment={"MONO_TRACE_LISTENER": "Console.Error"},
    ending=endings.before_braces(2, 'System.Console.WriteLine("WORD");'),
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
