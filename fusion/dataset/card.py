"""The data set's card, as the Hugging Face Hub reads it: what it is, how it was made, and what is known against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from fusion.dataset.record import DatasetRecord
from fusion.dataset.rows import Row
from harness.formats.atomic import write_atomically

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_METHODS = {
    "fuse": "Instruction Fusion (arXiv 2312.15692): two seed instructions are fused into one, which is then answered",
    "evolve": "Evol-Instruct for code (WizardCoder, arXiv 2306.08568): instructions are made harder, round by round",
}
_KNOWN_LICENCES = {
    "mit": "mit",
    "apache-2.0": "apache-2.0",
    "apache 2.0": "apache-2.0",
    "cc-by-4.0": "cc-by-4.0",
    "cc-by-sa-4.0": "cc-by-sa-4.0",
    "cc0-1.0": "cc0-1.0",
}


def write_card(folder: Path, record: DatasetRecord, rows: Sequence[Row]) -> Path:
    """Write the card.

    Args:
        folder: Of the data set.
        record: What it says of itself.
        rows: Its rows.
    """
    path = folder / "README.md"
    write_atomically(path, card(folder.name, record, rows))
    return path


def card(name: str, record: DatasetRecord, rows: Sequence[Row]) -> str:
    """Write a card's text.

    Args:
        name: Of the data set.
        record: What it says of itself.
        rows: Its rows.
    """
    head = yaml.safe_dump(_head(name, record, rows), sort_keys=False, allow_unicode=True)
    parts = [
        f"---\n{head}---\n",
        f"# {name}\n",
        _what(record),
        _numbers(record, rows),
        _seeds(record),
        _against(record),
    ]
    parts.append(_settings(record))
    return "\n".join(part for part in parts if part)


def _head(name: str, record: DatasetRecord, rows: Sequence[Row]) -> dict[str, object]:
    licences = {_KNOWN_LICENCES.get(licence.lower(), "") for licence in record.licences}
    licence = licences.pop() if len(licences) == 1 else "other"
    head: dict[str, object] = {
        "pretty_name": name,
        "license": licence or "unknown",
        "task_categories": ["text-generation"],
        "tags": ["synthetic", "code", "instruction-fusion" if record.method == "fuse" else "evol-instruct"],
        "size_categories": [next((words for limit, words in _SIZES if len(rows) < limit), "n>1M")],
        "configs": [
            {"config_name": form, "data_files": [{"split": "train", "path": f"data/{form}.parquet"}]}
            for form in ("alpaca", "messages", "prompt_completion")
        ],
    }
    if licence == "other":
        head["license_name"] = "of-the-seeds"
    return head


def _what(record: DatasetRecord) -> str:
    teacher = record.settings.get("teacher")
    lines = [f"{_METHODS.get(record.method, record.method)}.", f"The teacher was `{teacher}`. Made with fuseval."]
    if teacher == "offline":
        lines.append("**A miniature:** the offline teacher knows a small formal domain, and says nothing about others.")
    if not record.is_complete:
        lines.append("**Not finished:** fewer rows than were asked for.")
    return "\n".join(lines) + "\n"


def _numbers(record: DatasetRecord, rows: Sequence[Row]) -> str:
    lines = ["## Numbers\n", "| | |", "|---|---|", f"| rows | {record.rows:,} |", f"| attempts | {record.attempts:,} |"]
    if record.attempts:
        lines.append(f"| valid | {100 * record.rows / record.attempts:.1f} % |")
    if record.cost is not None:
        lines.append(f"| cost | ${record.cost:,.2f} |")
    lines += [f"| rejected: {reason} | {count:,} |" for reason, count in record.rejected.items()]
    verified = _counts(row.verified or "" for row in rows)
    if any(verified):
        lines += [f"| {state or 'not verified'} | {count:,} |" for state, count in verified.items()]
        lines.append("\nVerified: the answer passes tests that the same teacher wrote; both can be wrong together.")
    languages = _counts(row.language or "none" for row in rows)
    shown = ", ".join(f"{language} {count:,}" for language, count in list(languages.items())[:12])
    return "\n".join(lines) + f"\n\nLanguages: {shown or 'none'}.\n"


def _seeds(record: DatasetRecord) -> str:
    sources = record.settings.get("sources")
    lines = ["## Seeds\n"]
    if isinstance(sources, Mapping):
        lines += [f"- `{source}`: {count} seeds" for source, count in sources.items()]
    lines += [f"- licence {licence}: {count:,} seeds used" for licence, count in record.licences.items()]
    lines.append("\nEvery row names its parents; `rows.jsonl` and `seeds.jsonl` hold the whole lineage.")
    return "\n".join(lines) + "\n"


def _against(record: DatasetRecord) -> str:
    checked = record.settings.get("decontaminated_against") or []
    hits = sum(record.rejected.get(reason, 0) for reason in ("contaminated", "contaminated_answer"))
    if not isinstance(checked, list) or not checked:
        return "## Contamination\n\nNot checked against any benchmark.\n"
    names = ", ".join(f"`{name}`" for name in checked)
    seeds = ""
    if record.contaminated_seeds is not None:
        seeds = f"{record.contaminated_seeds:,} seeds were left out of the merged files for it. "
    return (
        f"## Contamination\n\nInstructions and answers were compared with {names}: exact strings, runs of eight words "
        f"weighted by rarity, MinHash. {hits:,} attempts were rejected for it. {seeds}Such methods miss a task that is "
        "told in other words or in another language.\n"
    )


def _settings(record: DatasetRecord) -> str:
    return (
        "## Settings\n\n```yaml\n"
        + yaml.safe_dump(dict(record.settings), sort_keys=False, allow_unicode=True)
        + "```\n"
    )


def _counts(values: object) -> dict[str, int]:
    from collections import Counter
    from collections.abc import Iterable

    assert isinstance(values, Iterable)
    return dict(Counter(str(value) for value in values).most_common())
