"""The settings of a training, as a config file holds them: one frozen dataclass a table.

A value that is wrong is refused when the file is read (`training.read_settings`); what depends on the data or the
machine is checked by whoever looks at those. The names are transformers' and peft's where they have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from training.data.forms import Form

Method = Literal["full", "lora", "qlora", "dora"]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
"""numpy takes no other."""
Interval = Annotated[float, Field(ge=0, allow_inf_nan=False)]

_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True)
class ModelSettings:
    """What is trained."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    base: str = ""
    """A checkpoint folder, or a Hub id."""
    revision: str | None = None
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of the weights. auto is float32 where all are trained, else what the steps are computed in."""


@dataclass(frozen=True)
class SourceSettings:
    """One data set."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    path: str
    """A file, a folder that `fuseval fuse` wrote, or a Hub data set."""
    form: Form | None = None
    """None finds it out by the columns."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """From the form's column to the data set's, as in `output = "answer"`."""
    weight: Positive = 1.0
    """How often each row is learned in an epoch: 0.5 takes a half of them, 2 takes all twice."""
    cap: Count | None = None
    """At most so many rows, before the weight; a smaller cap takes a part of what a larger one takes."""
    licence: str = ""
    """For the model card."""


@dataclass(frozen=True)
class DataSettings:
    """What is learned, and in which form and order."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    sources: tuple[SourceSettings, ...] = ()
    template: str = "auto"
    """auto, chat, alpaca, or the path of a Jinja file (`training.masks.template`)."""
    max_length: Count = 2048
    """Of the window, in tokens."""
    order: Literal["shuffled", "curriculum"] = "shuffled"
    difficulty: str = "difficulty"
    """The column that a curriculum goes by."""
    smoothness: Share = 0.2
    """How far a curriculum mixes its neighbours, as a part of all rows: 0 sorts strictly."""
    skip_empty: bool = False
    """Leave rows without an answer out, rather than refuse the data set."""


@dataclass(frozen=True)
class OptimiserSettings:
    """How it is learned."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    method: Method = "full"
    epochs: Positive = 2.0
    steps: Count | None = None
    """Of the optimiser; given, it goes before `epochs`."""
    batch: Count = 256
    """Sequences a step, over all devices."""
    micro_batch: Count = 1
    """Sequences that a device works on at once."""
    learning_rate: Positive = 2e-5
    schedule: str = "cosine"
    """One of transformers' `lr_scheduler_type`."""
    warmup: Interval = 0.03
    """Below 1 a part of the steps, else their number."""
    optimizer: str = "adamw_torch"
    """One of transformers' `optim`."""
    weight_decay: Interval = 0.0
    max_grad_norm: Interval = 1.0
    packing: bool = False
    precision: Literal["auto", "bf16", "float32"] = "auto"
    """What a step is computed in; auto is bf16 where the accelerator has it, float32 on a CPU."""
    gradient_checkpointing: bool = False
    liger: bool = False
    parallel: str = ""
    """How several devices share the work: fsdp2, zero2, zero3, or an accelerate config file; empty is one device, or
    what `accelerate launch` says."""
    seed: Seed = 0


@dataclass(frozen=True)
class LoraSettings:
    """The adapters of `lora`, `qlora` and `dora`."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    r: Count = 32
    alpha: Positive = 16.0
    dropout: Share = 0.0
    targets: str | tuple[str, ...] = "all-linear"
    merge: bool = True
    """Write the adapted weights as a whole model; the adapter is kept beside either way."""


@dataclass(frozen=True)
class CheckpointSettings:
    """What is saved on the way."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    every: Count = 100
    """Steps."""
    keep: Count = 2
    """The newest ones; the best one by the development split stays too."""


@dataclass(frozen=True)
class EvaluationSettings:
    """Scores on the way, by which the best checkpoint is chosen."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    benchmark: str = ""
    """mbpp-dev, or a private benchmark's file; never one that is published. Empty asks nothing."""
    every: Count = 100
    """Steps; a checkpoint is saved each time."""
    limit: Count | None = None
    """Only the first so many tasks."""
    max_tokens: Count = 512
    """Of an answer."""
    patience: Count | None = None
    """Stop after so many scores in a row that are no better than the best."""


@dataclass(frozen=True)
class TrainSettings:
    """A training."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    model: ModelSettings = field(default_factory=ModelSettings)
    data: DataSettings = field(default_factory=DataSettings)
    train: OptimiserSettings = field(default_factory=OptimiserSettings)
    lora: LoraSettings = field(default_factory=LoraSettings)
    checkpoints: CheckpointSettings = field(default_factory=CheckpointSettings)
    evaluation: EvaluationSettings = field(default_factory=EvaluationSettings)
    out: str = ""
    """The folder that becomes the checkpoint."""
    report_to: Literal["none", "tensorboard", "wandb", "trackio"] = "none"
