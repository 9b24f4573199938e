"""Racket: rackunit ends with exit code 0 when a check failed, so what is said on stderr decides."""

from harness.languages import endings, rules
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="rkt",
    title="Racket",
    source="program.rkt",
    run=Step(("racket", "{source}"), 15, rules.racket),
    tools=(Tool("racket"),),
    official_version="8.2",
    packages={"debian": "racket"},
    reads=("/etc/racket",),
    timeout_status="Exception",
    ending=endings.appended('(display "WORD")'),
    known_good="#lang racket\n(require rackunit)\n(check-equal? (+ 1 1) 2)\n",
    known_bad="#lang racket\n(require rackunit)\n(check-equal? (+ 1 1) 3)\n",
)
