"""Ruby with test-unit."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = """require 'test/unit'
class TestSum < Test::Unit::TestCase
  def test_sum
    assert_equal({}, 1 + 1)
  end
end
"""

LANGUAGE = Language(
    name="rb",
    title="Ruby",
    source="program.rb",
    run=Step(("ruby", "{source}"), 5, rules.any_stderr_is_syntax),
    tools=(Tool("ruby"),),
    packages={"debian": "ruby ruby-test-unit"},
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
