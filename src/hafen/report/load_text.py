"""A load run in the terminal: first whether it can be trusted, then the summary as Artillery prints it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hafen.measure import dotted
from hafen.measure.result import Check, LoadResult, Period, Second

_WIDTH = 79
_SHOWN = ("min", "max", "mean", "median", "p95", "p99")


def trust_line(result: LoadResult) -> str:
    """One line that stands before every number."""
    generator = result.generator
    if not generator.trusted:
        return f"NOT TO BE TRUSTED: the generator fell behind: {'; '.join(generator.reasons)}"
    late = generator.start_lateness_p99_ms
    lateness = "" if late is None else f", p99 of start lateness {late:.1f} ms"
    return f"The generator kept up: {generator.achieved_ratio:.1%} of the users started in time{lateness}."


def summary_text(result: LoadResult) -> str:
    """The whole run; latencies in ms."""
    lines = [trust_line(result)]
    if result.stopped_early:
        lines.append(f"STOPPED EARLY: {result.stopped_early}; the numbers are of the first {result.duration_s:.0f} s.")
    lines += ["", *_truth(result), "", "-" * _WIDTH, f"Summary report of {result.script} against {result.target}"]
    lines += ["-" * _WIDTH, ""]
    lines += _metrics(dotted.counters_of(result), dotted.rates_of(result), dotted.summaries_of(result))
    return "\n".join([*lines, *_checks(result.checks), ""])


def period_text(period: Period, width_s: float, clock: str) -> str:
    """Ten seconds. clock: time of day at its end."""
    head = f"Metrics for period to: {clock} (width: {width_s:.1f}s)"
    rates = {"http.request_rate": round(period.counters.get("http.requests", 0) / max(width_s, 0.1))}
    rule = "-" * max(_WIDTH - 15, len(head))
    return "\n".join([rule, head, rule, "", *_metrics(period.counters, rates, period.summaries)])


def live_text(second: Second) -> str:
    """The present second in one line."""
    latency = "" if second.p95_ms is None else f"  p50 {second.p50_ms:.0f} ms  p95 {second.p95_ms:.0f} ms"
    failed = f"  {second.failed} failed" if second.failed else ""
    started = f"{second.arrivals_started} of {second.arrivals_asked} users started"
    return f"{second.at_s:>5} s  {second.requests} requests/s{latency}  {started}, {second.active_users} active{failed}"


def _truth(result: LoadResult) -> list[str]:
    """Latency from the intended start, and the errors three ways."""
    response, errors = result.response, result.errors
    values = [response.percentile_ms(percent) for percent in (50, 95, 99)]
    shown = (
        "none"
        if values[0] is None
        else "  ".join(f"{name} {value:,.1f}" for name, value in zip(("p50", "p95", "p99"), values, strict=True))
        + f"  max {response.max_us / 1e3:,.1f}"
    )
    network = sum(errors.network.values())
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(errors.network.items()))
    return [
        f"requests     {result.requests:,} in {result.duration_s:.1f} s, {result.requests_per_s:,.1f} a second",
        f"latency      {shown}  (ms, from the intended start)",
        f"errors       explicit (5xx) {errors.explicit:,}, implicit (a good status that says no) {errors.implicit:,}, "
        f"slower than {errors.policy_limit_ms:g} ms {errors.policy:,}",
        f"             no answer {network:,}{f' ({kinds})' if kinds else ''}, 4xx {errors.client:,}",
    ]


def _metrics(
    counters: Mapping[str, float], rates: Mapping[str, float], summaries: Mapping[str, Mapping[str, float]]
) -> list[str]:
    rows = {name: [_row(name, _number(value))] for name, value in counters.items()}
    rows |= {name: [_row(name, f"{_number(value)}/sec")] for name, value in rates.items()}
    for name, values in summaries.items():
        rows[name] = [f"{name}:", *(_row(f"  {key}", _number(values[key])) for key in _SHOWN)]
    return [line for name in sorted(rows) for line in rows[name]]


def _row(name: str, value: str) -> str:
    return f"{name}: {'.' * max(8, _WIDTH - len(name) - 2 - 10)} {value}"


def _number(value: float) -> str:
    return f"{value:g}" if isinstance(value, int) or value == int(value) else f"{value:.1f}"


def _checks(checks: Sequence[Check]) -> list[str]:
    if not checks:
        return []
    lines = ["", "Checks:"]
    for check in checks:
        word = "ok" if check.passed else "fail"
        lines.append(f"{word}: {check.rule}{'' if check.strict or check.passed else ' (optional)'}")
    return lines
