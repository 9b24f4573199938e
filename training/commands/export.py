"""`fuseval export`: a run in other tools' files, or a training in other trainers' files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.export import export_run
from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs
from harness.commands.terminal import output, print_json
from harness.errors import InputError

RunOrConfig = Annotated[
    str,
    typer.Argument(
        envvar="FUSEVAL_RUN",
        metavar="RUN|CONFIG",
        help="A run's folder, its id or its start, or a model; with --to a training's config.",
    ),
]
To = Annotated[
    str | None,
    typer.Option("--to", envvar="FUSEVAL_EXPORT_TO", metavar="TRAINER", help="llamafactory, axolotl or trl."),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        envvar="FUSEVAL_EXPORT",
        metavar="FORMAT",
        help="Of a run: evalplus (the default), human-eval or multipl-e; repeatable.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", envvar="FUSEVAL_EXPORT_DIR", metavar="DIR", help="Where to; else the run's folder."),
]
Bench = Annotated[
    str | None,
    typer.Option(
        envvar="FUSEVAL_EXPORT_BENCH", metavar="NAME|FILE", help="Only a run on this; a private benchmark's file."
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", envvar="FUSEVAL_SET", metavar="NAME=VALUE", help="A training's setting; repeatable."),
]


def export(
    run: RunOrConfig,
    *,
    to: To = None,
    formats: Formats = None,
    out: Out = None,
    bench: Bench = None,
    sets: Sets = None,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write a run or a training in other tools' files.

    A run goes to EvalPlus, human-eval or MultiPL-E. A training's config goes, with its data, to LLaMA-Factory, axolotl
    or TRL's own command.

    Example:
        fuseval export reference --format evalplus
        fuseval export train.toml --to llamafactory -o exported
    """
    if to is None:
        if sets:
            raise InputError("--set is for a training", hint="--to llamafactory, axolotl or trl")
        export_run(run, formats=formats, out=out, bench=bench, runs=runs, as_json=as_json)
        return
    if formats or bench:
        raise InputError("--format and --bench are for a run, and --to for a training", hint="one of them")
    if out is None:
        raise InputError("no folder to write to", hint=f"fuseval export {run} --to {to} -o DIR")
    _export_training(Path(run), to, out, sets or [], as_json=as_json)


def _export_training(config: Path, to: str, out: Path, sets: list[str], *, as_json: bool) -> None:
    from training.exports.export import TRAINERS, export_training
    from training.read_settings import checked_settings, parse_said, read_settings
    from training.run.quiet import quiet_libraries

    settings = checked_settings(read_settings(config, said=parse_said(sets)), str(config))
    if to == "trl":
        from training.commands.train import require_packages

        require_packages()
        with quiet_libraries():
            written = export_training(settings, to, out)
    else:
        written = export_training(settings, to, out)
    if as_json:
        print_json({"trainer": to, "written": [str(path) for path in written]})
        return
    for path in written:
        output().print(f"written: {path}", soft_wrap=True)
    output().print(f"Next: cd {out} && {TRAINERS[to][1]}", soft_wrap=True)
