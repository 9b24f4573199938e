"""TypeScript: what the compiler refuses has failed, although it writes JavaScript all the same.

The native compiler takes a fortieth of the time. Its defaults are stricter, and above what is no module it writes
`"use strict"`, which the official one does not; that line is taken out again.
"""

from harness.languages import endings, rules
from harness.languages.language import Language, Shortcut, Step, Tool

_QUICK = "GOGC=off GOMAXPROCS=1 {tool:tsgo} --target esnext --strict false --skipLibCheck {source}"
_WITHOUT_STRICT = """sed -i '1{/^"use strict";$/d}' {folder}/program.js"""
_PACKAGE = "node_modules/@typescript/native-preview/node_modules/@typescript/native-preview-linux-{}/lib/tsgo"
_HEAD = "declare var require: any;\nconst assert = require('node:assert');\n"

LANGUAGE = Language(
    name="ts",
    title="TypeScript",
    source="program.ts",
    build=(Step(("node", "{tool:tsc}", "--target", "esnext", "{source}"), 15, rules.building),),
    run=Step(("node", "{folder}/program.js"), 15, rules.javascript),
    tools=(Tool("tsc"), Tool("node")),
    shortcut=Shortcut(
        build=(Step(("/bin/sh", "-c", f"{_QUICK} && {_WITHOUT_STRICT}"), 15, rules.building),),
        tools=(
            Tool(
                "tsgo",
                ("--version",),
                files=tuple(
                    f"{root}/{_PACKAGE.format(machine)}"
                    for root in ("/usr/lib", "/usr/local/lib")
                    for machine in ("x64", "arm64")
                ),
            ),
        ),
        takes=lambda program: "use strict" not in program,
    ),
    official_version="5",
    packages={"debian": "nodejs npm", "npm": "typescript@5.9 @typescript/native-preview@7.0.0-dev.20260707.2"},
    ending=endings.appended('try { (globalThis as any).process.stdout.write("WORD") } catch {}'),
    known_good=_HEAD + "assert.deepEqual([1 + 1], [2]);\n",
    known_bad=_HEAD + "assert.deepEqual([1 + 1], [3]);\n",
)
