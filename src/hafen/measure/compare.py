"""Two or more load runs side by side: what each measured, and each against the first.

What counts as a difference is written here, once. Runs of the same thing on a shared machine differ by several percent,
so a rate or a percentile has changed only beyond NOISE_RATIO, and a share of failures only beyond three standard errors
of the difference of two proportions. Percentiles are those of response times from the intended start.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from hafen.measure.comparison import Against, Change, Comparison, Run, Verdict
from hafen.measure.result import LoadResult
from hafen.measure.sentence import doubts_about, sentence_for

NOISE_RATIO = 0.10
NOISE_MS = 1.0
NOISE_SHARE = 0.0005
BUSIEST_S = 10


def compare(results: Sequence[LoadResult], labels: Sequence[str] = ()) -> Comparison:
    """results: two or more, the one to compare with first. labels: one each; without them the formations' own.

    Raises ValueError when there are fewer than two results or another number of labels.
    """
    if len(results) < 2:
        raise ValueError("comparing needs two results or more")
    names = distinct(labels or [_own_label(result, at) for at, result in enumerate(results)])
    runs = tuple(run_of(result, label) for result, label in zip(results, names, strict=True))
    doubts = doubts_about(runs, results)
    return Comparison(runs, tuple(_against(runs, run, doubts) for run in runs[1:]), doubts)


def _against(runs: Sequence[Run], run: Run, doubts: Sequence[str]) -> Against:
    first = runs[0]
    changes = _rate_change(first, run), _latency_change(first, run), _failed_change(first, run)
    verdict = _verdict(changes, runs, doubts)
    return Against(
        label=run.label,
        rate_ratio=_ratio(run.answered_per_s, first.answered_per_s),
        p50_ratio=_ratio(run.p50_ms, first.p50_ms),
        p95_ratio=_ratio(run.p95_ms, first.p95_ms),
        p99_ratio=_ratio(run.p99_ms, first.p99_ms),
        max_ratio=_ratio(run.max_ms, first.max_ms),
        failed_points=(run.failed_share - first.failed_share) * 100,
        rate=changes[0],
        p95=changes[1],
        failed=changes[2],
        slow=_share_change(first.policy, first.requests, run.policy, run.requests),
        verdict=verdict,
        sentence=sentence_for(first, run, changes, verdict, doubts),
    )


def run_of(result: LoadResult, label: str) -> Run:
    """The figures of one result."""
    errors = result.errors
    answered = sum(sum(endpoint.codes.values()) for endpoint in result.endpoints) - errors.explicit - errors.implicit
    p50_ms, p95_ms, p99_ms = (result.response.percentile_ms(percent) for percent in (50, 95, 99))
    return Run(
        label=label,
        script=result.script,
        started_at=result.started_at,
        formation=result.formation,
        duration_s=result.duration_s,
        requests=result.requests,
        requests_per_s=result.requests_per_s,
        answered_per_s=max(0, answered) / result.duration_s if result.duration_s else 0.0,
        busiest_per_s=_busiest([second.requests for second in result.seconds]),
        p50_ms=p50_ms,
        p95_ms=p95_ms,
        p99_ms=p99_ms,
        max_ms=result.response.max_us / 1000 if p50_ms is not None else None,
        explicit=errors.explicit,
        implicit=errors.implicit,
        policy=errors.policy,
        policy_limit_ms=errors.policy_limit_ms,
        network=sum(errors.network.values()),
        client=errors.client,
        failed=errors.failed,
        reasons=result.generator.reasons,
        stopped_early=result.stopped_early,
        price=result.formation.price if result.formation else None,
    )


def distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels in which none is empty and none occurs twice: "after", "after (2)"."""
    made: list[str] = []
    for label in labels:
        base = label.strip() or "run"
        name, count = base, 1
        while name in made:
            count += 1
            name = f"{base} ({count})"
        made.append(name)
    return tuple(made)


def _own_label(result: LoadResult, at: int) -> str:
    return result.formation.label if result.formation else f"run {at + 1}"


def _busiest(requests: Sequence[int]) -> float:
    """Highest mean over BUSIEST_S neighbouring seconds, or over all when there are fewer."""
    if not requests:
        return 0.0
    width = min(BUSIEST_S, len(requests))
    total = best = sum(requests[:width])
    for entering, leaving in zip(requests[width:], requests, strict=False):
        total += entering - leaving
        best = max(best, total)
    return best / width


def _ratio(value: float | None, base: float | None) -> float | None:
    return value / base if value is not None and base else None


def _rate_change(first: Run, run: Run) -> Change:
    return _beyond_noise(first.answered_per_s, run.answered_per_s, more_is_better=True)


def _latency_change(first: Run, run: Run) -> Change:
    if first.p95_ms is None or run.p95_ms is None or abs(first.p95_ms - run.p95_ms) <= NOISE_MS:
        return "same"
    return _beyond_noise(first.p95_ms, run.p95_ms, more_is_better=False)


def _beyond_noise(before: float, after: float, *, more_is_better: bool) -> Change:
    low, high = sorted((before, after))
    if high <= low * (1 + NOISE_RATIO):
        return "same"
    return "better" if (after > before) == more_is_better else "worse"


def _failed_change(first: Run, run: Run) -> Change:
    return _share_change(first.failed, first.requests, run.failed, run.requests)


def _share_change(before: int, of_before: int, after: int, of_after: int) -> Change:
    """Fewer is better. Two proportions, told apart at three standard errors of their difference."""
    if not of_before or not of_after:
        return "same"
    difference = after / of_after - before / of_before
    pooled = min(1.0, (before + after) / (of_before + of_after))
    error = sqrt(pooled * (1 - pooled) * (1 / of_before + 1 / of_after))
    if abs(difference) <= max(NOISE_SHARE, 3 * error):
        return "same"
    return "worse" if difference > 0 else "better"


def _verdict(changes: tuple[Change, Change, Change], runs: Sequence[Run], doubts: Sequence[str]) -> Verdict:
    if not all(run.trusted for run in runs):
        return "untrusted"
    if doubts:
        return "incomparable"
    if "better" in changes and "worse" in changes:
        return "mixed"
    return "better" if "better" in changes else "worse" if "worse" in changes else "same"
