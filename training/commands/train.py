"""`fuseval train`: supervised fine-tuning of a base model."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.flags import flattened
from harness.commands.options import AsJson, Debug
from harness.commands.progress import duration_words
from harness.commands.terminal import messages, output, print_json
from harness.errors import EnvironmentLacking, InputError
from training.commands.train_options import TrainFlags
from training.read_settings import as_table, checked_settings
from training.settings import TrainSettings

if TYPE_CHECKING:
    from training.run.device import Device
    from training.run.estimate import Estimate
    from training.run.prepare import Prepared
    from training.run.train import Trained

PACKAGES = ("torch", "transformers", "trl", "peft", "accelerate", "datasets")

Config = Annotated[
    Path | None,
    typer.Argument(envvar="FUSEVAL_TRAIN_CONFIG", metavar="CONFIG", help="Settings, TOML or YAML.", show_default=False),
]
Preview = Annotated[
    int,
    typer.Option(
        "--preview", envvar="FUSEVAL_PREVIEW", min=0, metavar="N", help="Show what is learned of N rows, and leave."
    ),
]
Plan = Annotated[
    bool, typer.Option("--plan", envvar="FUSEVAL_PLAN", help="Say what it will take, check everything, and leave.")
]
ShowConfig = Annotated[
    bool, typer.Option("--show-config", envvar="FUSEVAL_SHOW_CONFIG", help="Print all settings as they are, and leave.")
]
Fresh = Annotated[
    bool, typer.Option("--fresh/--resume", envvar="FUSEVAL_FRESH", help="Start over, or go on where it stopped.")
]


@flattened
def train(
    config: Config = None,
    *,
    said: TrainFlags,
    preview: Preview = 0,
    plan: Plan = False,
    show_config: ShowConfig = False,
    fresh: Fresh = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Fine-tune a model on instructions and answers.

    TRL trains; the loss is on the answers only. A training that was stopped goes on from its last whole checkpoint when
    the same command is given again.

    Example:
        fuseval train --preset paper-13b --show-config
    """
    table = said.read(config)
    settings = checked_settings(table, str(config) if config else "the settings")
    if show_config:
        import yaml

        output().print(yaml.safe_dump(as_table(settings), sort_keys=False).rstrip(), soft_wrap=True)
        return
    require_packages()
    if settings.train.parallel and not plan and not preview:
        from training.run.launch import is_launched, launch

        if not is_launched():
            raise typer.Exit(launch(settings.train.parallel))
    from training.run.quiet import quiet_libraries

    with quiet_libraries():
        _train(settings, preview=preview, plan=plan, fresh=fresh, as_json=as_json)


def require_packages() -> None:
    """Raise where a package is missing that trains.

    Raises:
        EnvironmentLacking: The packages are named.
    """
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise EnvironmentLacking(
            f"training needs {', '.join(missing)}, which {'are' if len(missing) > 1 else 'is'} not installed",
            hint="pip install 'fuseval[train]'",
        )


def _train(settings: TrainSettings, *, preview: int, plan: bool, fresh: bool, as_json: bool) -> None:
    from training.masks.preview import preview as drawn
    from training.run.device import find_device
    from training.run.estimate import check_room, estimate
    from training.run.prepare import prepare
    from training.run.sitting import Interrupted
    from training.run.train import disk_free, is_main_process
    from training.run.train import train as run_training

    prepared = prepare(settings)
    if preview:
        for row in prepared.encoded.rows[:preview]:
            output().print(drawn(row, prepared.tokenizer), end="\n\n")
        return
    device = find_device()
    found = estimate(prepared, device)
    is_speaking = is_main_process()
    console = messages()
    if is_speaking and not as_json:
        for line in plan_lines(prepared, found, device):
            output().print(line, soft_wrap=True)
    if not settings.out and not plan:
        raise InputError("no folder for the model", hint="--out FOLDER")
    check_room(found, device, disk_free(Path(settings.out or ".")))
    if plan:
        if as_json:
            print_json(_plan_json(prepared, found))
        return
    try:
        trained = run_training(prepared, found, device, console, is_fresh=fresh)
    except Interrupted as stop:
        console.print(f"interrupted: saved at step {stop.step}, the same command goes on from there", soft_wrap=True)
        raise typer.Exit(130) from None
    if is_speaking:
        _print_end(trained, prepared, found, device, as_json=as_json)


def plan_lines(prepared: Prepared, found: Estimate, device: Device) -> Iterator[str]:
    """Say what a training learns from and what it will take, a line each.

    Args:
        prepared: What is learned.
        found: The estimate.
        device: Where.
    """
    from training.run.device import measured_flops
    from training.run.estimate import REACHED, precision_of, size_words

    encoded, train = prepared.encoded, prepared.settings.train
    precision = precision_of(train, device)
    yield f"model       {prepared.base.name}, {found.parameters:,} weights, {found.trained:,} trained ({train.method})"
    for part in prepared.parts:
        without = f", {part.empty:,} without an answer left out" if part.empty else ""
        yield f"data        {part.name}: {part.taken:,} of {part.rows:,} rows ({part.form}){without}"
    yield (
        f"tokens      {encoded.tokens:,} an epoch in the {prepared.template.name} template, "
        f"{100 * encoded.learned / encoded.tokens:.1f}% learned"
    )
    if encoded.cut or encoded.unlearnable:
        yield f"window      {encoded.cut:,} rows cut, {encoded.unlearnable:,} left out since no answer begins in it"
    if prepared.has_borrowed_pad:
        yield "padding     with the end token, as the tokenizer has no other; the masks know them apart"
    yield f"steps       {found.steps:,} of {train.batch} sequences, {found.steps_an_epoch:,} an epoch"
    yield (
        f"memory      about {size_words(found.memory_bytes)} ({size_words(found.states_bytes)} of weights, gradients "
        f"and moments) of {size_words(device.free_bytes)} free on {device.words}, {precision}"
    )
    yield f"disk        {size_words(found.disk_bytes)} with {prepared.settings.checkpoints.keep} checkpoints kept"
    seconds = found.flops / (measured_flops(device, is_bf16=precision == "bf16") * REACHED)
    yield f"time        about {duration_words(seconds)}, at {100 * REACHED:.0f}% of a matrix product's speed here"


def speed_words(prepared: Prepared, found: Estimate, device: Device, seconds: float) -> str:
    """Say how fast a whole training was, saving and scoring included, and what part of the machine's speed it reached.

    Args:
        prepared: What was learned.
        found: Its estimate, which has the operations.
        device: Where.
        seconds: Of all sittings.
    """
    from training.run.device import measured_flops
    from training.run.estimate import precision_of

    most = measured_flops(device, is_bf16=precision_of(prepared.settings.train, device) == "bf16")
    share = found.flops / seconds / most
    return (
        f"{found.tokens / seconds:,.0f} tokens a second over all, {100 * share:.0f}% of the operations that a product "
        f"of matrices makes here ({most / 1e12:.2f} TFLOP/s)"
    )


def _plan_json(prepared: Prepared, found: Estimate) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(found), "tokens_an_epoch": prepared.encoded.tokens, "learned_tokens": prepared.encoded.learned}


def _print_end(trained: Trained, prepared: Prepared, found: Estimate, device: Device, *, as_json: bool) -> None:
    told, settings = trained.told, prepared.settings
    if as_json:
        print_json({"folder": str(trained.folder), "step": told.step if told else None})
        return
    if told is None:
        output().print(f"{trained.folder} was trained before, --fresh trains it again", soft_wrap=True)
    else:
        losses = f"loss {told.losses[0].loss:.3f} to {told.losses[-1].loss:.3f}, " if told.losses else ""
        output().print(f"trained     {losses}{duration_words(told.spent.seconds)}", soft_wrap=True)
        if told.losses and told.losses[-1].step == found.steps:
            output().print(f"speed       {speed_words(prepared, found, device, told.spent.seconds)}", soft_wrap=True)
        output().print(f"model       {trained.folder} (step {told.step})", soft_wrap=True)
    is_merged = settings.train.method == "full" or settings.lora.merge
    adapter = "" if is_merged else f" --adapter {trained.folder}/adapter"
    name = trained.folder if is_merged else settings.model.base
    output().print(f"Next: fuseval score {name}{adapter} --bench humaneval+", soft_wrap=True)
