"""How a run was asked and run, field by field: what its model's page lists, and in which fields two runs may differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from harness.records import Limits, RunRecord


def compared_settings(record: RunRecord) -> dict[str, str]:
    """Give the fields in which two runs may differ and still be compared.

    Args:
        record: Of the run.

    Example:
        >>> from leaderboards.demo import demo_record
        >>> compared_settings(demo_record("m", "mbpp+", 1, 1))["limits"]
        'the usual'
    """
    asked = {} if record.model.is_self_check else {"prompt template": (record.template_sha256 or "")[:12]}
    return {
        **asked,
        "generation": _pairs(record.generation or {}),
        "extraction": record.extraction,
        "limits": _limits(record.limits),
        "sandbox": record.sandbox,
    }


def settings(record: RunRecord) -> dict[str, str]:
    """Give everything that a model's page says of a run; an unknown is empty.

    Args:
        record: Of the run.

    Example:
        >>> from leaderboards.demo import demo_record
        >>> found = settings(demo_record("m", "mbpp+", 1, 1))
        >>> found["data version"], found["sandbox"], found["model revision"]
        ('v0.2.0', 'namespaces', '')
    """
    return {
        "model revision": record.model.revision or "",
        "backend": record.model.backend,
        "prompt style": record.prompt_style or "",
        "prompt template sha256": record.template_sha256 or "",
        "generation": _pairs(record.generation or {}),
        "extraction": record.extraction,
        "completion tokens": "" if record.tokens is None else f"{record.tokens:,}",
        "data version": record.benchmark_version,
        "data sha256": record.dataset_sha256,
        "samples sha256": record.samples_sha256,
        "origin": record.origin,
        "limits": "" if record.origin else _limits(record.limits),
        "sandbox": record.sandbox,
        "verdicts of low assurance": f"{record.low_assurance:,}" if record.low_assurance else "",
        "seconds": _pairs({name: f"{value:,.1f}" for name, value in record.seconds.items()}),
        "software": _pairs(record.software),
        "started": record.started_utc,
        "finished": record.finished_utc,
        "run id": record.run_id,
        "complete": "yes" if record.is_complete else "no",
        "tags": _pairs(record.metadata),
    }


def _pairs(values: Mapping[str, object]) -> str:
    texts = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in values.items()}
    return ", ".join(f"{name} {text}" for name, text in sorted(texts.items()))


def _limits(limits: Limits) -> str:
    usual = Limits()
    names = [item.name for item in fields(Limits)]
    changed = {name: f"{getattr(limits, name):g}" for name in names if getattr(limits, name) != getattr(usual, name)}
    return _pairs(changed) or "the usual"
