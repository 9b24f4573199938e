"""Ruby with test-unit.

Half of the time goes into the gems, which a program does not need where the two that the tests use are found without.
"""

import glob

from harness.languages import endings, rules
from harness.languages.language import Language, Shortcut, Step, Tool

_GEMS = sorted(
    folder
    for place in ("/usr/share/rubygems-integration/all/gems", "/usr/lib/ruby/gems/*/gems", "/var/lib/gems/*/gems")
    for name in ("test-unit", "power_assert")
    for folder in glob.glob(f"{place}/{name}-[0-9]*/lib")
)
_WITHOUT_GEMS = ("--disable=gems", *(f"-I{folder}" for folder in _GEMS))

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
    tools=(
        Tool("ruby"),
        Tool("test-unit", (), others=("ruby",), loads=("-e", "require 'test/unit/version'; print 1")),
    ),
    shortcut=Shortcut(run=Step(("ruby", *_WITHOUT_GEMS, "{source}"), 5, rules.any_stderr_is_syntax)),
    packages={"debian": "ruby ruby-test-unit"},
    ending=endings.appended('Test::Unit.at_exit { $stdout.write("WORD") }'),
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
