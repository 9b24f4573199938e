"""One language's jail, and the ways that a program of it goes: a quick one where there is one, then the plain one.

What a quick way does not build, or does not run well to its end, goes the plain way from the start, so that a quick way
never says that a program is wrong.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.errors import EnvironmentLacking
from harness.grading.judgement import Judgement
from harness.grading.program_end import KEPT_OUTPUT, ProgramEnd
from harness.languages import Language, Step
from harness.languages.shortcut import make_shortcut
from harness.languages.toolchain import Toolchain, install_line
from harness.records import Limits, Status
from harness.sandbox.commands import Command, CommandWorker, Finished, ResidentCompiler
from harness.sandbox.commands.usage import children

_SCRATCH_BYTES = 512 << 20
_COMPILER_CPU_S = 1 << 20
"""CPU seconds of a whole life of a compiler that stays: each program has its own limit."""
_UNHURRIED = 10.0


@dataclass(frozen=True)
class _Way:
    """One way from a source text to its end; nothing builds it where a compiler that stays has done so."""

    source: str
    build: tuple[Step, ...]
    run: Step
    is_quick: bool = False


class LanguageRunner:
    """Builds and runs programs of one language in a jail.

    Args:
        toolchain: The language's.
        level: Isolation level, as `levels.probe` found it.
        limits: What a program may use.

    Raises:
        EnvironmentLacking: A tool is missing.
    """

    def __init__(self, toolchain: Toolchain, level: str, limits: Limits) -> None:
        toolchain.require()
        self.language: Language = toolchain.language
        self._toolchain = toolchain
        self._limits = limits
        self._level = level
        self._cache = make_shortcut(toolchain)
        self._shortcut = self.language.shortcut if self._cache else None
        readable = toolchain.readable(self._cache)

        def jail() -> CommandWorker:
            return CommandWorker(level, readable, scratch_bytes=_SCRATCH_BYTES, memory_bytes=limits.memory_bytes)

        self._worker = jail()
        self._went_quickly = False
        self.compiler: ResidentCompiler | None = None
        if self._shortcut and self._shortcut.compiler:
            self.compiler = ResidentCompiler(jail(), self._compiler_command)

    def close(self) -> None:
        """End the jails."""
        self._worker.close()
        if self.compiler:
            self.compiler.close()

    @property
    def has_quick_way(self) -> bool:
        """Whether programs go a quick way first."""
        return self._shortcut is not None

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs in the jail of programs."""
        return not self._worker.keeper_pid or not children(self._worker.keeper_pid)

    def drop_quick_way(self) -> None:
        """Let all programs go the plain way only."""
        self._shortcut = None

    def check_itself(self) -> None:
        """Raise EnvironmentLacking where what is known does not come out as known."""
        for program, wanted in ((self.language.known_good, True), (self.language.known_bad, False)):
            found = self.judge(program, _UNHURRIED)
            if wanted and not self._went_quickly:
                self.drop_quick_way()  # it is of no use here, and costs every program twice
            if (found.status is Status.PASS) is not wanted:
                kind = "good" if wanted else "bad"
                raise EnvironmentLacking(
                    f"the {self.language.title} toolchain here does not work: a known-{kind} program came out as "
                    f"{found.status}: {found.error or 'no error'}",
                    hint=self._hint(),
                )

    def _hint(self) -> str:
        private = self._toolchain.private_tools() if self._level != "namespaces" and os.geteuid() == 0 else []
        if private:
            return (
                f"{private[0]} lies in a folder that only root may enter, and at the sandbox level {self._level} "
                f"programs run as another user: install it below /usr or /opt"
            )
        return install_line(self.language)

    def judge(self, program: str, stretch: float) -> Judgement:
        """Build and run one program.

        Args:
            program: The whole text, tests included.
            stretch: How many times slower than usual this machine is now.

        Raises:
            WorkerLost: A jail died.
        """
        began = time.monotonic()
        cpu = 0.0
        word = secrets.token_hex(12)
        try:
            for way in self._ways(program, word):
                files: dict[str, bytes] = {}
                if way.is_quick and self.compiler:
                    files, spent = self._built(way, stretch)
                    cpu += spent
                    if not files:
                        continue
                self._worker.write({**files, self.language.source: way.source.encode("utf-8", "surrogatepass")})
                end, spent = self._follow(way, stretch)
                cpu += spent
                if end.status is Status.PASS or (not end.is_build and way.run is self.language.run):
                    break
                self._worker.clean()
        finally:
            self._worker.clean()
        self._went_quickly = way.is_quick
        execution = end.execution
        if way.source != program:
            ran_to_end = word in end.finished.stdout if end.status is Status.PASS else None
            said = end.finished.stdout.replace(word, "")[:KEPT_OUTPUT]
            execution = replace(execution, stdout=said, ran_to_end=ran_to_end)
        return Judgement(
            status=end.status,
            base_status=Status.PASS if end.status is Status.PASS else Status.FAIL,
            error=None if end.status is Status.PASS else end.reason,
            is_low_assurance=True,
            cpu_s=cpu,
            wall_s=time.monotonic() - began,
            execution=execution,
            timed_out=end.status is Status.TIMEOUT,
        )

    def _ways(self, program: str, word: str) -> Iterator[_Way]:
        """Give the ways in which to try a program; the last one is the plain one, and the judge of what is wrong."""
        language, shortcut = self.language, self._shortcut
        text = language.ending(program, word) if language.ending else program
        builds = False
        if shortcut and (shortcut.build or shortcut.compiler or shortcut.run) and shortcut.takes(program):
            builds = bool(shortcut.build or shortcut.compiler)
            build = () if shortcut.compiler else shortcut.build or language.build
            yield _Way(text, build, shortcut.run or language.run, is_quick=True)
        if text != program and not builds:
            yield _Way(text, language.build, language.run)
        yield _Way(program, language.build, language.run)  # the ending has no say in what does not build

    def _built(self, way: _Way, stretch: float) -> tuple[dict[str, bytes], float]:
        """Let the compiler that stays build it, and give the files and the CPU seconds that it took."""
        assert self.compiler
        limit = self.language.build[-1].seconds * stretch
        source = way.source.encode("utf-8", "surrogatepass")
        files = self.compiler.build(source, limit, self._limits.wall_factor)
        return files, self.compiler.cpu_s

    def _follow(self, way: _Way, stretch: float) -> tuple[ProgramEnd, float]:
        """Take the steps up to the first that does not go well; the last one runs the program."""
        cpu = 0.0
        for step in (*way.build, way.run):
            finished = self._run(step, stretch)
            cpu += finished.cpu_s
            end = ProgramEnd.of(finished, step, self.language, is_build=step is not way.run)
            if end.execution.status != "OK":
                break
            if end.is_build:
                self._worker.make_executable("program")
        return end, cpu

    def _run(self, step: Step, stretch: float) -> Finished:
        return self._worker.run(self._command(step.command, self._worker.scratch, step.seconds * stretch))

    def _compiler_command(self, folder: str) -> Command:
        assert self._shortcut
        return self._command(self._shortcut.compiler, folder, _COMPILER_CPU_S)

    def _command(self, words: tuple[str, ...], folder: str, cpu_s: float) -> Command:
        return Command(
            words=self._toolchain.words(words, folder, self._cache),
            environment=self._toolchain.environment(folder, self._cache),
            cpu_s=cpu_s,
            wall_factor=self._limits.wall_factor,
        )
