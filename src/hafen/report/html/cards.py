"""The figures on top: each run's, and by how much the last differs from the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hafen.measure.comparison import Change, Comparison, Run
from hafen.measure.numbers import NOTHING, duration_text, limit_text, percent_text, rate_text, ratio_text
from hafen.report.html.view import Card, CardRow, Named

_WORDS: dict[Change, str] = {"better": "▲ better", "worse": "▼ worse", "same": "no difference beyond noise"}
Value = Callable[[Run], float | None]


@dataclass(frozen=True)
class _Figure:
    """difference: the last run against the first, in words."""

    title: str
    of: Value
    show: Callable[[float | None], str]
    difference: str
    change: Change


def comparison_cards(comparison: Comparison, names: Sequence[Named]) -> list[Card]:
    """Rate, p95, failures, slowness. Without a verdict only the figures stand there."""
    first, run, last = comparison.runs[0], comparison.runs[-1], comparison.against[-1]
    rate, p95 = _ratio(last.rate_ratio, "more", "fewer"), _ratio(last.p95_ratio, "higher", "lower")
    slower = f"Slower than {limit_text(first.policy_limit_ms)}"
    figures = [
        _Figure("Requests answered per second", _answered, rate_text, rate, last.rate),
        _Figure("Response time, p95", _p95, duration_text, p95, last.p95),
        _Figure("Requests that failed", _failed, percent_text, _from_to(first, run, _failed), last.failed),
        _Figure(slower, _slow, percent_text, _from_to(first, run, _slow), last.slow),
    ]
    return [_card(figure, comparison, names) for figure in figures]


def single_cards(run: Run, name: Named) -> list[Card]:
    failed = "of them none failed" if not run.failed else f"{percent_text(run.failed_share)} failed"
    figures = [
        (
            "Requests answered per second",
            rate_text(run.answered_per_s),
            f"busiest 10 s: {rate_text(run.busiest_per_s)}",
        ),
        ("Response time, p95", duration_text(run.p95_ms), f"p50 {duration_text(run.p50_ms)}"),
        ("Response time, p99", duration_text(run.p99_ms), f"longest {duration_text(run.max_ms)}"),
        ("Requests", f"{run.requests:,}", failed),
    ]
    return [Card(title, figure, word, "", []) for title, figure, word in figures]


def _card(figure: _Figure, comparison: Comparison, names: Sequence[Named]) -> Card:
    values = [figure.of(run) for run in comparison.runs]
    most = max((value for value in values if value is not None), default=0) or 1
    rows = [
        CardRow(name.label, name.style, figure.show(value), _bar(value, most))
        for name, value in zip(names, values, strict=True)
    ]
    present = figure.show(values[-1])
    if comparison.verdict in ("untrusted", "incomparable"):
        return Card(figure.title, present, f"in “{names[-1].label}”; no verdict", "", rows)
    if figure.change == "same":
        return Card(figure.title, present, _WORDS["same"], "same", rows)
    return Card(figure.title, figure.difference, _WORDS[figure.change], figure.change, rows)


def _bar(value: float | None, most: float) -> float:
    """Percent of the rail; what is there at all stays visible."""
    return 0 if not value else max(0.8, round(100 * value / most, 1))


def _answered(run: Run) -> float | None:
    return run.answered_per_s


def _p95(run: Run) -> float | None:
    return run.p95_ms


def _failed(run: Run) -> float | None:
    return run.failed_share


def _slow(run: Run) -> float | None:
    return run.share(run.policy)


def _ratio(ratio: float | None, more: str, less: str) -> str:
    """ "3.1 × more", "24 % fewer", "185 × lower"."""
    if not ratio:
        return NOTHING
    factor, word = (ratio, more) if ratio > 1 else (1 / ratio, less)
    if factor >= 2:
        return f"{ratio_text(factor)} {word}"
    return f"{percent_text(abs(ratio - 1))} {word}"


def _from_to(first: Run, run: Run, of: Value) -> str:
    """ "4.8 → 0 %"."""
    return f"{percent_text(of(first)).removesuffix(' %')} → {percent_text(of(run))}"
