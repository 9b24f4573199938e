"""Clojure: the tests have to say that nothing failed."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

_PROGRAM = """(require '[clojure.test :refer [deftest is run-test]])
(deftest test-sum (is (= {} (+ 1 1))))
(run-test test-sum)
"""

LANGUAGE = Language(
    name="clj",
    title="Clojure",
    source="program.clj",
    run=Step(("clojure", "{source}"), 15, rules.clojure),
    tools=(Tool("clojure", ("-e", "(clojure-version)")),),
    packages={"debian": "clojure"},
    reads=("/etc/java-17-openjdk", "/etc/java-21-openjdk", "/etc/java-25-openjdk"),
    ending=endings.appended('(print "WORD") (flush)'),
    known_good=_PROGRAM.format(2),
    known_bad=_PROGRAM.format(3),
)
