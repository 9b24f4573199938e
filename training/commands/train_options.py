"""The options of `fuseval train`, and which setting each of them says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from training.read_settings import Table, parse_said, read_settings

Model = Annotated[
    str | None, typer.Option("--model", envvar="FUSEVAL_BASE", metavar="DIR|ID", help="The base model to train.")
]
Data = Annotated[
    list[str] | None,
    typer.Option("--data", envvar="FUSEVAL_TRAIN_DATA", metavar="FILE|ID", help="A data set to learn; repeatable."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", envvar="FUSEVAL_TRAIN_OUT", metavar="DIR", help="The folder that becomes the model."),
]
Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        envvar="FUSEVAL_TRAIN_PRESET",
        metavar="NAME",
        help="tiny-cpu, paper-7b, paper-13b, paper-34b, wizardcoder, magicoder.",
    ),
]
Method = Annotated[
    str | None, typer.Option("--method", envvar="FUSEVAL_METHOD", metavar="NAME", help="full, lora, qlora or dora.")
]
Steps = Annotated[
    int | None, typer.Option("--steps", envvar="FUSEVAL_STEPS", min=1, metavar="N", help="Of the optimiser.")
]
Epochs = Annotated[
    float | None, typer.Option("--epochs", envvar="FUSEVAL_EPOCHS", min=0.0, metavar="N", help="Over the data.")
]
Batch = Annotated[
    int | None,
    typer.Option("--batch", envvar="FUSEVAL_BATCH", min=1, metavar="N", help="Sequences a step, over all devices."),
]
MicroBatch = Annotated[
    int | None,
    typer.Option("--micro-batch", envvar="FUSEVAL_MICRO_BATCH", min=1, metavar="N", help="Sequences at once."),
]
LearningRate = Annotated[
    float | None,
    typer.Option("--learning-rate", envvar="FUSEVAL_LEARNING_RATE", min=0.0, metavar="R", help="The highest one."),
]
Template = Annotated[
    str | None,
    typer.Option(
        "--template", envvar="FUSEVAL_TEMPLATE", metavar="NAME|FILE", help="auto, chat, alpaca, or a Jinja file."
    ),
]
MaxLength = Annotated[
    int | None,
    typer.Option("--max-length", envvar="FUSEVAL_MAX_LENGTH", min=8, metavar="N", help="Tokens of the window."),
]
Packing = Annotated[
    bool | None,
    typer.Option("--packing/--no-packing", envvar="FUSEVAL_PACKING", help="Several conversations in a window."),
]
Seed = Annotated[int | None, typer.Option("--seed", envvar="FUSEVAL_TRAIN_SEED", metavar="N", help="Of everything.")]
Evaluate = Annotated[
    str | None,
    typer.Option(
        "--evaluate", envvar="FUSEVAL_EVALUATE", metavar="NAME|FILE", help="Scores on the way: mbpp-dev, or a file."
    ),
]
Parallel = Annotated[
    str | None,
    typer.Option(
        "--parallel", envvar="FUSEVAL_PARALLEL", metavar="NAME|FILE", help="fsdp2, zero2, zero3, or accelerate's file."
    ),
]
Report = Annotated[
    str | None,
    typer.Option("--report-to", envvar="FUSEVAL_REPORT_TO", metavar="NAME", help="tensorboard, wandb, trackio, none."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", envvar="FUSEVAL_SET", metavar="NAME=VALUE", help="Any setting, as lora.r=8; repeatable."),
]


@dataclass(frozen=True)
class TrainFlags:
    """What was said of a training beside its config file."""

    preset: Preset = None
    model: Model = None
    data: Data = None
    out: Out = None
    method: Method = None
    steps: Steps = None
    epochs: Epochs = None
    batch: Batch = None
    micro_batch: MicroBatch = None
    learning_rate: LearningRate = None
    template: Template = None
    max_length: MaxLength = None
    packing: Packing = None
    seed: Seed = None
    evaluate: Evaluate = None
    parallel: Parallel = None
    report_to: Report = None
    sets: Sets = None

    @property
    def said(self) -> dict[str, object]:
        """The settings that flags name, by their dotted names; the special ones before `--set`.

        Example:
            >>> TrainFlags(steps=3, sets=["lora.r=8"]).said
            {'train.steps': 3, 'lora.r': 8}
        """
        named: dict[str, object] = {
            "model.base": self.model,
            "data.sources": [{"path": path} for path in self.data] if self.data else None,
            "data.template": self.template,
            "data.max_length": self.max_length,
            "train.method": self.method,
            "train.steps": self.steps,
            "train.epochs": self.epochs,
            "train.batch": self.batch,
            "train.micro_batch": self.micro_batch,
            "train.learning_rate": self.learning_rate,
            "train.packing": self.packing,
            "train.seed": self.seed,
            "train.parallel": self.parallel,
            "evaluation.benchmark": self.evaluate,
            "report_to": self.report_to,
            "out": str(self.out) if self.out else None,
        }
        return {name: value for name, value in named.items() if value is not None} | parse_said(self.sets or ())

    def read(self, config: Path | None) -> Table:
        """Give preset, file and flags as one table.

        Args:
            config: The config file.

        Raises:
            InputError: The file or a name is wrong.
        """
        table = read_settings(config, self.preset, self.said)
        inner = table.get("train")
        if self.epochs is not None and self.steps is None and isinstance(inner, dict):
            inner.pop("steps", None)  # a preset's or file's number of steps would go before the epochs
        return table
