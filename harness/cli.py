"""The `fuseval` command: which verbs there are, and how a run of the command ends.

The composition root: verbs, those of other rooms too, are named by string and imported when called, so that
`fuseval --help` starts in a tenth of a second and no verb pays for another one's libraries.

Exit codes: 0 done; 1 done, but with infra errors (or a bug); 2 usage or bad input; 3 the environment can not do it;
130 interrupted, by Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Annotated, Any, NamedTuple, Protocol, runtime_checkable

import typer
import typer.core
import typer.main

from harness.commands.options import Debug, Invocation, require_verb
from harness.errors import EnvironmentLacking, FusevalError, InputError, nearest


class Verb(NamedTuple):
    """One verb: where it is, and its line in `fuseval --help`."""

    target: str
    """`module:function`, or `module:app` for a verb with verbs of its own."""
    summary: str
    """The first line of its docstring, repeated here so that the help imports nothing."""


VERBS = {
    "score": Verb("harness.commands.score:score", "Score a model or samples on a benchmark, in the sandbox."),
    "generate": Verb("harness.commands.generate:generate", "Ask a model and keep its answers, to grade elsewhere."),
    "execute": Verb("harness.commands.execute:execute", "Grade the answers that generate left."),
    "show": Verb("harness.commands.show:show", "Show what a run scored and why its tasks failed."),
    "leaderboard": Verb("leaderboards.commands.leaderboard:leaderboard", "Rank the models of all runs."),
    "compare": Verb("leaderboards.commands.compare:compare", "Compare runs task by task, with a paired test."),
    "matrix": Verb("leaderboards.commands.matrix:matrix", "Draw which model solves which task."),
    "lint": Verb("leaderboards.commands.lint:lint", "Find runs whose numbers can not be trusted."),
    "publish": Verb("leaderboards.commands.publish:publish", "Write the board for a paper, a site or the Hub."),
    "import": Verb("harness.commands.import_results:import_results", "Take in results that another tool wrote."),
    "export": Verb("training.commands.export:export", "Write a run or a training in other tools' files."),
    "fuse": Verb("fusion.commands.fuse:fuse", "Fuse pairs of seed instructions (Instruction Fusion)."),
    "decontaminate": Verb(
        "fusion.commands.decontaminate:decontaminate", "Find the rows of a data set that hold a benchmark's task."
    ),
    "evolve": Verb("fusion.commands.evolve:evolve", "Make seed instructions harder, in rounds (Evol-Instruct)."),
    "train": Verb("training.commands.train:train", "Fine-tune a model on instructions and answers."),
    "study": Verb("training.commands.study:study", "Train and score the arms of a study, and compare them."),
    "inspect": Verb("fusion.commands.inspect:inspect", "Say what is in a data set: rates, lengths, leaks, lineage."),
    "benchmarks": Verb("harness.commands.benchmarks:benchmarks", "List the benchmarks and whether their data is here."),
    "serve-model": Verb(
        "harness.commands.serve_model:serve_model", "Serve a model of this machine to what speaks OpenAI's API."
    ),
    "models": Verb("harness.commands.models:models", "List the backends and whether they work here."),
    "data": Verb("harness.commands.data:app", "Fetch a benchmark's data, or a small model to try."),
    "doctor": Verb("harness.commands.doctor:doctor", "Say what this machine can do and what is missing."),
}


class LazyGroup(typer.core.TyperGroup):
    """A group of verbs that imports a verb only when it is called; its help is made of the lines in `VERBS`."""

    # typer keeps click's classes in a private module and moved them between releases, hence `Any` for the context.
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: D102
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: D102
        verb = VERBS.get(cmd_name)
        return typer.core.TyperCommand(cmd_name, help=verb.summary, rich_markup_mode=None) if verb else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: D102
        if args[0] not in VERBS and not args[0].startswith("-"):
            raise InputError(f"no verb {args[0]!r}", hint=nearest(args[0], VERBS))
        if isinstance(ctx.obj, Invocation):
            ctx.obj.verb = args[0]
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_verb(name) if name else command, rest

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:  # noqa: D102
        with _quiet_without_reader():  # here `--help` prints
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:  # noqa: D102
        with _quiet_without_reader():
            return super().invoke(ctx)


@contextlib.contextmanager
def _quiet_without_reader() -> Iterator[None]:
    """End well when the reader of the output has had enough (`| head`): the work itself is done."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Without this, Python complains when it flushes once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def load_verb(name: str) -> Any:
    """Import a verb and make the click command of it.

    Args:
        name: One of `VERBS`.

    Example:
        >>> load_verb("show").name
        'show'
    """
    module, _, attribute = VERBS[name].target.partition(":")
    target = getattr(import_module(module), attribute)
    if isinstance(target, typer.Typer):
        command = typer.main.get_command(target)
        command.name = name
        return command
    app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=CONTEXT)
    app.command(name, help=help_of(target))(target)
    return typer.main.get_command(app)


def help_of(function: Callable[..., object]) -> str:
    r"""Make a verb's help of its docstring, keeping the lines of its examples as they are.

    Args:
        function: The verb, whose docstring ends with an `Example:` section.

    Example:
        >>> def verb() -> None: "Do it.\n\nExample:\n    fuseval do it"
        >>> help_of(verb)
        'Do it.\n\n\x08\nExample:\n    fuseval do it'
    """
    return (inspect.getdoc(function) or "").replace("\n\nExample:\n", "\n\n\b\nExample:\n")


CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

app = typer.Typer(cls=LazyGroup, rich_markup_mode=None, add_completion=False, context_settings=CONTEXT)


def _print_version(wanted: bool) -> None:
    if wanted:
        from harness.software import versions

        typer.echo(f"fuseval {versions().get('fuseval', '(not installed)')}")
        raise typer.Exit()


@app.callback(invoke_without_command=True)
def fuseval(
    context: typer.Context,
    debug: Debug = False,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Score code models in a sandbox and rank them with honest statistics."""
    require_verb(context)


@runtime_checkable
class UsageProblem(Protocol):
    """What typer raises for a wrong option: its classes are private, and elsewhere in other releases of typer."""

    exit_code: int
    __cause__: BaseException | None

    def format_message(self) -> str:
        """Say what was wrong."""
        ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code.

    Args:
        arguments: What was typed after `fuseval`; None takes it from the command line.

    Example:
        >>> main(["benchmarks", "--jsn"])
        2
    """
    invocation = Invocation()
    for stream in (sys.stdout, sys.stderr):
        # A model's answer may hold what the terminal's encoding can not; losing a sign is better than dying.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    if arguments is None:
        # A batch system's time is up, a container is stopped: what is lost must be no more than after Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        args = list(arguments) if arguments is not None else sys.argv[1:]
        command = typer.main.get_command(app)
        code = command.main(args, prog_name="fuseval", standalone_mode=False, obj=invocation)
        return code if isinstance(code, int) else 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return report(error, invocation)


def report(error: Exception, invocation: Invocation) -> int:
    """Tell the person at the terminal what went wrong, and give the exit code for it.

    Args:
        error: Whatever ended the command.
        invocation: Which verb was called, and whether to show where it went wrong.
    """
    if invocation.debug:
        traceback.print_exception(error)
    if isinstance(error, OSError) and error.strerror:
        # A full disk, a file without permission: nothing to be fixed in the program.
        error = EnvironmentLacking(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    if isinstance(error, FusevalError):
        _write_error(str(error), error.hint)
        return error.exit_code
    if isinstance(error, UsageProblem):
        _write_error(*_usage_words(error, invocation.verb))
        return error.exit_code
    _write_error(
        f"{type(error).__name__}: {error}" if str(error) else type(error).__name__,
        "" if invocation.debug else "that should not happen; run again with --debug to see where it did",
    )
    return 1


def _usage_words(problem: UsageProblem, verb: str) -> tuple[str, str]:
    """Turn typer's error into a message and a hint that names the help to read."""
    context = getattr(problem, "ctx", None)
    path = context.command_path if context is not None else f"fuseval {verb}".rstrip()
    possible = getattr(problem, "possibilities", None)
    message = str(problem) if possible else problem.format_message()
    hint = f"did you mean {' or '.join(sorted(possible))}? All options: {path} --help" if possible else f"{path} --help"
    # Where a value does not fit its type, typer repeats pydantic's words, which leave out the value.
    errors = getattr(problem.__cause__, "errors", None)
    seen = f", not {errors()[0]['input']!r}" if errors else ""
    return message[:1].lower() + message[1:].rstrip(".") + seen, hint


def _write_error(message: str, hint: str) -> None:
    from harness.commands.terminal import printable

    sys.stderr.write(printable(f"error: {message}\n" + (f"hint: {hint}\n" if hint else "")))


if __name__ == "__main__":
    sys.exit(main())
