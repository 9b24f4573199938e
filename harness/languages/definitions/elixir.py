"""Elixir with ExUnit."""

from harness.languages import endings
from harness.languages.language import Language, Step, Tool

_PROGRAM = """ExUnit.start(auto_run: true)
defmodule SumTest do
  use ExUnit.Case
  test "sum" do
    assert 1 + 1 == {}
  end
end
"""

LANGUAGE = Language(
    name="elixir",
    title="Elixir",
    source="program.exs",
    run=Step(("elixir", "{source}"), 5),
    tools=(Tool("elixir", ("--short-version",)),),
    official_version="1.17",
    packages={"debian": "elixir"},
    ending=endings.appended('ExUnit.after_suite(fn _ -> IO.write("WORD") end)'),
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
