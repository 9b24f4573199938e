"""Judging programs in any language: built and run in a jail for commands, their end read by the language's rule.

Answer and tests are one program by MultiPL-E's nature, so a program that ends itself with success before its tests
passes; such verdicts are of low assurance. Before the first program of a language a known-good and a known-bad one are
run, and where they do not come out as known no program of that language is judged.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.errors import EnvironmentLacking
from harness.grading.calibration import Pace
from harness.grading.judgement import Judgement
from harness.grading.language_runner import LanguageRunner
from harness.languages import find
from harness.languages.toolchain import find_toolchain
from harness.records import Limits
from harness.sandbox.levels import probe


def check_languages(names: Iterable[str], sandbox: str) -> dict[str, EnvironmentLacking]:
    """Run the known programs of languages and give those that do not come out as known, with what is wrong.

    Args:
        names: Of the languages.
        sandbox: `auto`, `weak` or a level.

    Raises:
        SandboxTooWeak: This machine can not contain untrusted code.
    """
    level, limits = probe(sandbox).level, Limits()
    broken = {}
    for name in names:
        try:
            runner = LanguageRunner(find_toolchain(find(name)), level, limits)
            try:
                runner.check_itself()
            finally:
                runner.close()
        except EnvironmentLacking as error:
            broken[name] = error
    return broken


class LanguagePrograms:
    """Judges programs of one language after the other; the jail is kept as long as the language stays the same."""

    def __init__(self, level: str, limits: Limits) -> None:
        self._level = level
        self._limits = limits
        self._current: LanguageRunner | None = None

    @property
    def checked(self) -> bool | None:
        """Whether the quick way of the language that was judged last works; None before the first."""
        return self._current.has_quick_way if self._current else None

    def judge(self, language: str, program: str, pace: Pace, checked: bool | None = None) -> Judgement:
        """Build and run one program.

        Args:
            language: By its name.
            program: The whole text, tests included.
            pace: How slow this machine is now; limits follow it.
            checked: What `checked` was after somebody else had run the known programs; None to run them now.

        Raises:
            EnvironmentLacking: The toolchain is missing, or does not do what it should.
            WorkerLost: The jail died.
        """
        if self._current is None or self._current.language.name != language:
            self.close()
            runner = LanguageRunner(find_toolchain(find(language)), self._level, self._limits)
            try:
                if checked is None:
                    runner.check_itself()
                elif not checked:
                    runner.drop_quick_way()
            except BaseException:
                runner.close()
                raise
            self._current = runner
        return self._current.judge(program, pace.stretch)

    def close(self) -> None:
        """End the jail."""
        if self._current is not None:
            self._current.close()
            self._current = None
