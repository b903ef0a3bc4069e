"""A comparison for machines. docs/compare.md describes it; keys are only ever added."""

from __future__ import annotations

from typing import Any

from hafen.measure.comparison import Against, Comparison, Run
from hafen.measure.sentence import formation_text
from hafen.model.price import Price

_AGAINST = ("rate_ratio", "p50_ratio", "p95_ratio", "p99_ratio", "max_ratio", "failed_points")
_CHANGES = ("rate", "p95", "failed", "slow")


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "hafen_compare": 1,
        "sentence": comparison.sentence,
        "verdict": comparison.verdict,
        "trusted": comparison.trusted,
        "doubts": list(comparison.doubts),
        "runs": [_run(run) for run in comparison.runs],
        "against_first": [_against(against) for against in comparison.against],
    }


def price_json(price: Price) -> dict[str, str]:
    """A month's price; the amount is a string, as money is."""
    return {
        "price_month": str(price.amount),
        "currency": price.currency,
        "source": price.source,
        "date": price.date,
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "label": run.label,
        "script": run.script,
        "started_at": run.started_at,
        "formation": formation_text(run.formation) if run.formation else None,
        "machine": run.formation.machine if run.formation else None,
        "duration_s": run.duration_s,
        "requests": run.requests,
        "requests_per_s": _rounded(run.requests_per_s),
        "answered_per_s": _rounded(run.answered_per_s),
        "busiest_10s_per_s": _rounded(run.busiest_per_s),
        "latency_p50_ms": _rounded(run.p50_ms),
        "latency_p95_ms": _rounded(run.p95_ms),
        "latency_p99_ms": _rounded(run.p99_ms),
        "latency_max_ms": _rounded(run.max_ms),
        "errors": {
            "explicit": run.explicit,
            "implicit": run.implicit,
            "policy": run.policy,
            "policy_limit_ms": run.policy_limit_ms,
            "network": run.network,
            "client": run.client,
            "failed": run.failed,
            "failed_share": _rounded(run.failed_share),
        },
        "price": price_json(run.price) if run.price else None,
        "trusted": run.trusted,
        "reasons": list(run.reasons),
        "stopped_early": run.stopped_early,
    }


def _against(against: Against) -> dict[str, Any]:
    return {
        "label": against.label,
        **{name: _rounded(getattr(against, name)) for name in _AGAINST},
        **{f"{name}_change": getattr(against, name) for name in _CHANGES},
        "verdict": against.verdict,
        "sentence": against.sentence,
    }


def _rounded(value: float | None) -> float | None:
    """Six significant figures are more than were measured."""
    return None if value is None else float(f"{value:.6g}")
