"""Lua with luaunit."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = """lu = require('luaunit')
function test_sum()
    lu.assertEquals(1 + 1, {})
end
os.exit(lu.LuaUnit.run("-v"))
"""

LANGUAGE = Language(
    name="lua",
    title="Lua",
    source="program.lua",
    run=Step(("lua5.3", "{source}"), 15, rules.by_exit_code),
    tools=(Tool("lua5.3", ("-v",), others=("lua",)),),
    official_version="5.3",
    packages={"debian": "lua5.3 lua-unit"},
    ending=endings.around_last("os.exit(", '(function(...) io.write("WORD") os.exit(...) end)('),
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
