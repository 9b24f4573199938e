"""Go: `go test`, with its vet; the standard library is compiled once into a cache that programs start from."""

from harness.languages import rules
from harness.languages.language import Language, Shortcut, Step, Tool

_PROGRAM = """package sum_test

import (
    "fmt"
    "testing"
)

func TestSum(t *testing.T) {{
    if fmt.Sprintf("%v", 1+1) != fmt.Sprintf("%v", {}) {{
        t.Errorf("wrong")
    }}
}}
"""

LANGUAGE = Language(
    name="go",
    title="Go",
    source="program_test.go",
    run=Step(("go", "test", "{source}"), 30, rules.go),
    tools=(Tool("go", ("version",)),),
    shortcut=Shortcut(
        files={"program_test.go": _PROGRAM.format(2)},
        make=(("go", "test", "{cache}/program_test.go"),),
        environment={"GOCACHE": "{cache}/compiled"},
    ),
    packages={"debian": "golang-go"},
    reads=("/etc/go",),
    environment={"GOCACHE": "{folder}/.cache", "GOPROXY": "off", "GOFLAGS": "", "GO111MODULE": "off"},
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
