"""The model card: what the weights are made of, how, at what cost, and how they score; only what was measured.

Markdown with the Hub's metadata in front. The loss curve is drawn as a row of signs, and the numbers are in
`training.json` beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from harness.commands.progress import duration_words
from training.read_settings import as_table
from training.run.checkpoints import Spent
from training.run.device import Device
from training.run.estimate import Estimate
from training.run.evaluate import StepScore
from training.run.prepare import Prepared

_SIGNS = "▁▂▃▄▅▆▇█"
_WIDTH = 40


@dataclass(frozen=True)
class LossPoint:
    """The loss at one step."""

    step: int
    loss: float


@dataclass(frozen=True)
class Told:
    """What a training can tell when it is over."""

    step: int
    """Of the checkpoint that the weights are from."""
    losses: Sequence[LossPoint]
    scores: Sequence[StepScore]
    benchmark: str
    spent: Spent
    software: dict[str, str]


def model_card(name: str, prepared: Prepared, found: Estimate, device: Device, told: Told) -> str:
    """Write the card.

    Args:
        name: Of the model.
        prepared: What was learned.
        found: What it was.
        device: Where.
        told: What came of it.
    """
    licences = sorted({part.licence for part in prepared.parts if part.licence})
    head: dict[str, object] = {
        "base_model": prepared.base.name,
        "library_name": "transformers",
        "tags": ["code", "fuseval", "sft"],
        "datasets": [part.name for part in prepared.parts if "/" in part.name],
    }
    lines = [
        "---",
        yaml.safe_dump({key: value for key, value in head.items() if value}, sort_keys=False).strip(),
        "---",
        "",
        f"# {name}",
        "",
        f"{prepared.base.name} (revision {prepared.base.revision}), fine-tuned by fuseval "
        f"({prepared.settings.train.method}) to step {told.step} of {found.steps}.",
        "",
        *_data_lines(prepared),
        "",
        "## Licences",
        "",
        f"Of the base model: see {prepared.base.name}. Of the data: "
        + (f"{', '.join(licences)}." if licences else "not given; say them as `licence` of each data set."),
        "",
        *_cost_lines(prepared, found, device, told),
        "",
        *_score_lines(told),
        "## Settings",
        "",
        "```yaml",
        yaml.safe_dump(_shown_settings(prepared), sort_keys=False).strip(),
        "```",
        "",
        "Made with " + ", ".join(f"{package} {version}" for package, version in told.software.items()) + ".",
    ]
    return "\n".join(lines) + "\n"


def spark_line(values: Sequence[float], width: int = _WIDTH) -> str:
    """Draw numbers as a row of signs, the mean of neighbours where there are more numbers than signs.

    Args:
        values: At least one.
        width: Signs at most.

    Example:
        >>> spark_line([3.0, 2.0, 1.0])
        '█▅▁'
    """
    count = min(width, len(values))
    edges = [len(values) * number // count for number in range(count + 1)]
    means = [sum(values[a:b]) / (b - a) for a, b in zip(edges, edges[1:], strict=False)]
    low, high = min(means), max(means)
    span = high - low or 1.0
    return "".join(_SIGNS[round((mean - low) / span * (len(_SIGNS) - 1))] for mean in means)


def _data_lines(prepared: Prepared) -> list[str]:
    encoded = prepared.encoded
    lines = ["## Data", "", "| data set | form | rows | taken an epoch |", "|---|---|---|---|"]
    lines += [f"| {part.name} | {part.form} | {part.rows:,} | {part.taken:,} |" for part in prepared.parts]
    lines += [
        "",
        f"{len(encoded.rows):,} conversations in the {prepared.template.name} template, {encoded.tokens:,} tokens, of "
        f"which {100 * encoded.learned / encoded.tokens:.1f}% are learned (answers only). {encoded.cut:,} did not fit "
        f"into {prepared.settings.data.max_length} tokens and were cut, {encoded.unlearnable:,} had no room for their "
        f"answer and were left out. sha256 of the tokens and masks: {encoded.sha256}.",
    ]
    return lines


def _cost_lines(prepared: Prepared, found: Estimate, device: Device, told: Told) -> list[str]:
    lines = ["## Training", ""]
    if told.losses:
        first, last = told.losses[0], told.losses[-1]
        lines += [
            f"Loss {first.loss:.4f} at step {first.step}, {last.loss:.4f} at step {last.step}:",
            "",
            f"    {spark_line([point.loss for point in told.losses])}",
            "",
        ]
    spent = told.spent
    energy = f", {spent.joules / 3.6e6:.4f} kWh (processor packages and cards only)" if spent.joules is not None else ""
    lines.append(
        f"{found.trained:,} of {found.parameters:,} weights were trained on {device.words}, for "
        f"{duration_words(spent.seconds)}{energy}."
    )
    return lines


def _score_lines(told: Told) -> list[str]:
    if not told.scores:
        return []
    lines = [
        "## Scores on the way",
        "",
        f"On {told.benchmark}, a development split: by these the checkpoint was chosen, so they flatter it.",
        "",
        "| step | pass@1 | 95% interval | tasks |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {one.step} | {100 * one.value:.1f}% | {100 * one.low:.1f} to {100 * one.high:.1f} | {one.tasks} |"
        for one in told.scores
    ]
    return [*lines, ""]


def _shown_settings(prepared: Prepared) -> dict[str, object]:
    """The settings without this machine's folders."""
    table = as_table(prepared.settings)
    table.pop("out", None)
    shown: dict[str, object] = dict(table)
    shown["model"] = {**_table(table["model"]), "base": prepared.base.name}
    sources = [
        {**_table(source), "path": part.name}
        for source, part in zip(_rows(_table(table["data"])["sources"]), prepared.parts, strict=True)
    ]
    shown["data"] = {**_table(table["data"]), "sources": sources, "template": prepared.template.name}
    return shown


def _table(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def _rows(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
