"""Perl with Test::Deep."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = "use Test::Deep;\nif (eq_deeply([1 + 1], [{}])) {{ print 'ok!' }} else {{ exit 1 }}\n"

LANGUAGE = Language(
    name="pl",
    title="Perl",
    source="program.pl",
    run=Step(("perl", "{source}"), 15, rules.perl),
    tools=(
        Tool("perl", ("-e", "print $^V")),
        Tool("Test::Deep", (), others=("perl",), loads=("-MTest::Deep", "-e", "print 1")),
    ),
    packages={"debian": "perl libtest-deep-perl"},
    reads=("/etc/perl",),
    ending=endings.appended('print "WORD";'),
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
