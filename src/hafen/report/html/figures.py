"""The table with all numbers: which figures, how they read, and which of them say better or worse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hafen.measure.comparison import Against, Change, Run
from hafen.measure.numbers import NOTHING, count_text, duration_text, rate_text, ratio_text
from hafen.measure.result import LoadResult
from hafen.report.html.view import NumberGroup, NumberRow


@dataclass(frozen=True)
class _Figure:
    """tells: the change in a comparison that this figure stands for, "" for none."""

    title: str
    of: Callable[[Run, LoadResult], float | None]
    show: Callable[[float | None], str] = duration_text
    tells: str = ""


def _whole(value: float | None) -> str:
    return NOTHING if value is None else count_text(int(value))


def _response(percent: float) -> _Figure:
    tells = "p95" if percent == 95 else ""
    return _Figure(f"p{percent:g}", lambda _, result: result.response.percentile_ms(percent), tells=tells)


def _service(percent: float) -> _Figure:
    return _Figure(f"p{percent:g}", lambda _, result: result.service.percentile_ms(percent))


def _users(kind: str) -> _Figure:
    return _Figure(kind.capitalize(), lambda _, result: result.users.get(kind, 0), _whole)


_GROUPS: dict[str, tuple[_Figure, ...]] = {
    "Requests": (
        _Figure("Requests", lambda run, _: run.requests, _whole),
        _Figure("Requests per second", lambda run, _: run.requests_per_s, rate_text),
        _Figure("Answered without failing, per second", lambda run, _: run.answered_per_s, rate_text, "rate"),
        _Figure("Busiest 10 s, per second", lambda run, _: run.busiest_per_s, rate_text),
        _Figure("Length of the run", lambda run, _: run.duration_s * 1000),
    ),
    "Response time, from when a request was due": (
        _Figure("Mean", lambda _, result: result.response.mean_ms()),
        *map(_response, (50, 75, 90, 95, 99, 99.9, 99.99)),
        _Figure("Longest", lambda run, _: run.max_ms),
    ),
    "Service time, from sending to the first byte": tuple(map(_service, (50, 95, 99))),
    "Virtual users": tuple(map(_users, ("created", "completed", "failed", "skipped"))),
}


def number_groups(runs: Sequence[Run], results: Sequence[LoadResult], last: Against | None) -> list[NumberGroup]:
    """Every figure of every run. last: the last run against the first, for what the ratios mean."""
    sure = last is not None and last.verdict not in ("untrusted", "incomparable")
    return [
        NumberGroup(title, [_row(figure, runs, results, last if sure else None) for figure in figures])
        for title, figures in _GROUPS.items()
    ]


def _row(figure: _Figure, runs: Sequence[Run], results: Sequence[LoadResult], last: Against | None) -> NumberRow:
    values = [figure.of(run, result) for run, result in zip(runs, results, strict=True)]
    ratio = ratio_text(values[-1] / values[0]) if values[0] and values[-1] is not None else NOTHING
    change: Change = getattr(last, figure.tells) if last and figure.tells else "same"
    return NumberRow(figure.title, [figure.show(value) for value in values], ratio, "" if change == "same" else change)
