"""The tables of a report: endpoints by slowness, errors three ways, the generator's health, the script's checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hafen.measure.comparison import Run
from hafen.measure.numbers import NOTHING, count_text, duration_text, limit_text, percent_text, rate_text
from hafen.measure.result import Endpoint, LoadResult
from hafen.report.html.view import Cell, EndpointRank, EndpointRow, Named, Row, Sample

MOST_ENDPOINTS = 20
_MOST_SAMPLES = 12
LEAST_ACHIEVED = 0.99
MOST_LATENESS_MS = 10.0

Share = Callable[[Run], int]


def endpoint_rank(results: Sequence[LoadResult], names: Sequence[Named]) -> tuple[list[EndpointRank], str]:
    """All endpoints of all runs, the slowest p95 of any run first; and the longest bar's value."""
    by_name: dict[str, list[Endpoint | None]] = {}
    for at, result in enumerate(results):
        for endpoint in result.endpoints:
            by_name.setdefault(endpoint.name, [None] * len(results))[at] = endpoint
    slowest = {name: max((_p95(one) or 0 for one in found), default=0) for name, found in by_name.items()}
    most = max(slowest.values(), default=0) or 1
    order = sorted(by_name, key=lambda name: (-slowest[name], name))
    ranks = [
        EndpointRank(name, [_endpoint_row(one, run, most) for one, run in zip(by_name[name], names, strict=True)])
        for name in order
    ]
    return ranks, duration_text(most)


def error_rows(runs: Sequence[Run], results: Sequence[LoadResult]) -> list[Row]:
    limit = limit_text(runs[0].policy_limit_ms)
    kinds = ", ".join(sorted({kind for result in results for kind in result.errors.network}))
    rows: list[tuple[str, str, Share]] = [
        ("Explicit", "the server said so: 5xx", lambda run: run.explicit),
        ("Implicit", "a good status, but the body or a check said no", lambda run: run.implicit),
        ("By policy", f"answered, but slower than {limit}", lambda run: run.policy),
        ("No answer", f"network: {kinds}" if kinds else "refused, reset, timed out", lambda run: run.network),
        ("Client", "4xx; not counted as failed", lambda run: run.client),
    ]
    made = [_error_row(title, note, of, runs) for title, note, of in rows]
    note = "explicit, implicit, or no answer"
    return [*made, _error_row("Failed", note, lambda run: run.failed, runs, total=True)]


def error_samples(results: Sequence[LoadResult], names: Sequence[Named]) -> list[Sample]:
    found = [
        Sample(name.label, name.style, kind, message)
        for result, name in zip(results, names, strict=True)
        for kind, messages in sorted(result.errors.samples.items())
        for message in messages[:2]
    ]
    return found[:_MOST_SAMPLES]


def trust_rows(results: Sequence[LoadResult]) -> list[Row]:
    """The generator's own figures against the limits beyond which a run is not to be trusted."""
    health = [result.generator for result in results]
    return [
        Row(
            "Arrivals achieved, of those asked",
            [_checked(percent_text(one.achieved_ratio), one.achieved_ratio >= LEAST_ACHIEVED) for one in health],
            "lowest of all phases; at least 99 %",
        ),
        Row(
            "Start lateness, p99",
            [
                _checked(duration_text(one.start_lateness_p99_ms), (one.start_lateness_p99_ms or 0) <= MOST_LATENESS_MS)
                for one in health
            ],
            "how late users were started; at most 10 ms",
        ),
        Row("Start lateness, longest", [Cell(duration_text(one.start_lateness_max_ms)) for one in health]),
        Row("Longest pause of its event loop", [Cell(duration_text(one.loop_lag_max_ms)) for one in health]),
        Row(
            "Processor cores it used", [Cell(rate_text(one.cpu_cores)) for one in health], "mean; one core is its limit"
        ),
        Row("Connections opened", [Cell(count_text(one.connections_opened)) for one in health]),
        Row(
            "Verdict",
            [_checked("trusted" if one.trusted else "not trusted", one.trusted) for one in health],
            total=True,
        ),
    ]


def check_rows(results: Sequence[LoadResult]) -> list[Row]:
    """Each `ensure` rule of any run, and whether each run passed it."""
    found = [{check.rule: check for check in result.checks} for result in results]
    rules = {rule: check.strict for checks in found for rule, check in checks.items()}
    return [
        Row(
            rule,
            [
                _checked("passed" if checks[rule].passed else "failed", checks[rule].passed)
                if rule in checks
                else Cell(NOTHING)
                for checks in found
            ],
            "" if strict else "not strict: fails nothing",
        )
        for rule, strict in rules.items()
    ]


def _p95(endpoint: Endpoint | None) -> float | None:
    return endpoint.response.percentile_ms(95) if endpoint else None


def _endpoint_row(endpoint: Endpoint | None, run: Named, most: float) -> EndpointRow:
    p95_ms = _p95(endpoint)
    bar = max(0.6, round(100 * p95_ms / most, 1)) if p95_ms else 0
    requests, failed = (endpoint.requests, endpoint.errors.failed) if endpoint else (0, 0)
    return EndpointRow(run.label, run.style, duration_text(p95_ms), bar, count_text(requests), count_text(failed))


def _error_row(title: str, note: str, of: Share, runs: Sequence[Run], *, total: bool = False) -> Row:
    cells = [Cell(count=count_text(of(run)), share=percent_text(run.share(of(run)))) for run in runs]
    return Row(title, cells, note, total)


def _checked(text: str, good: bool) -> Cell:
    return Cell(f"{text} {'✓' if good else '✗'}", tone="better" if good else "worse")
