"""A load run for a pull request or a job's summary, in GitHub's Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from hafen.measure.result import Endpoint, LoadResult
from hafen.report.load_text import trust_line

_PERCENTS = (50, 95, 99)


def summary_markdown(result: LoadResult) -> str:
    """Latencies in ms, from the intended start."""
    errors = result.errors
    mark = ":white_check_mark:" if result.generator.trusted else ":warning:"
    lines = [f"### Load test of `{_cell(result.target)}`", "", f"{mark} {trust_line(result)}", ""]
    if result.stopped_early:
        lines += [f":warning: Stopped early: {result.stopped_early}.", ""]
    network = sum(errors.network.values())
    lines += [
        f"{result.requests:,} requests in {result.duration_s:.0f} s ({result.requests_per_s:,.1f} a second), "
        f"{result.users.get('created', 0):,} users, {result.users.get('failed', 0):,} of them failed. "
        f"Errors: explicit (5xx) {errors.explicit:,}, implicit {errors.implicit:,}, "
        f"slower than {errors.policy_limit_ms:g} ms {errors.policy:,}, no answer {network:,}.",
        "",
    ]
    return "\n".join([*lines, *_endpoints(result), *_checks(result)])


def _endpoints(result: LoadResult) -> list[str]:
    total = Endpoint("**all**", result.requests, {}, result.response, result.service, result.errors)
    slowest_first = sorted(result.endpoints, key=lambda endpoint: -(endpoint.response.percentile_ms(95) or 0))
    rows = [_row(endpoint) for endpoint in (total, *slowest_first)]
    return ["| endpoint | requests | p50 | p95 | p99 | max | failed |", "|---|--:|--:|--:|--:|--:|--:|", *rows, ""]


def _row(endpoint: Endpoint) -> str:
    shown = [
        "–" if value is None else f"{value:,.0f}" for value in map(endpoint.response.percentile_ms, (*_PERCENTS, 100))
    ]
    return f"| {_cell(endpoint.name)} | {endpoint.requests:,} | {' | '.join(shown)} | {endpoint.errors.failed:,} |"


def _checks(result: LoadResult) -> Sequence[str]:
    if not result.checks:
        return []
    marks = {True: ":white_check_mark:", False: ":x:"}
    return [*(f"- {marks[check.passed]} `{_cell(check.rule)}`" for check in result.checks), ""]


def _cell(text: str) -> str:
    """Text that stays within its cell."""
    return text.replace("|", "\\|").replace("\n", " ").replace("`", "'")
