"""TypeScript: what the compiler refuses has failed, although it writes JavaScript all the same."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

_HEAD = "declare var require: any;\nconst assert = require('node:assert');\n"

LANGUAGE = Language(
    name="ts",
    title="TypeScript",
    source="program.ts",
    build=(Step(("node", "{tool:tsc}", "--target", "esnext", "{source}"), 15, rules.building),),
    run=Step(("node", "{folder}/program.js"), 15, rules.javascript),
    tools=(Tool("tsc"), Tool("node")),
    official_version="5",
    packages={"debian": "nodejs npm", "npm": "typescript@5.9"},
    known_good=_HEAD + "assert.deepEqual([1 + 1], [2]);\n",
    known_bad=_HEAD + "assert.deepEqual([1 + 1], [3]);\n",
)
