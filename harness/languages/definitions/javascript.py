"""JavaScript on node: an old node has another `deepEqual`, and passes and fails other programs."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="js",
    title="JavaScript",
    source="program.js",
    run=Step(("node", "{source}"), 5, rules.javascript),
    tools=(Tool("node"),),
    official_version="the newest",
    packages={"debian": "nodejs"},
    ending=endings.appended('try { process.stdout.write("WORD") } catch {}'),
    known_good="const assert = require('node:assert');\nassert.deepEqual([1 + 1], [2]);\n",
    known_bad="const assert = require('node:assert');\nassert.deepEqual([1 + 1], [3]);\n",
)
