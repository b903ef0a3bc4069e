"""Results under Artillery's dotted names, so that its readers and its `ensure` rules find what they expect.

Source: Artillery's JSON report (`-o`), read from runs of version 2.0. Durations in ms with one decimal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hafen.measure.histogram import Histogram
from hafen.measure.result import Endpoint, LoadResult

BY_ENDPOINT = "plugins.metrics-by-endpoint"
_PERCENTS = (("p50", 50), ("median", 50), ("p75", 75), ("p90", 90), ("p95", 95), ("p99", 99), ("p999", 99.9))


def summary(histogram: Histogram) -> dict[str, float]:
    """{} when nothing was recorded."""
    mean_ms = histogram.mean_ms()
    if mean_ms is None:
        return {}
    made = {"min": histogram.min_us / 1e3, "max": histogram.max_us / 1e3, "mean": mean_ms}
    made |= {name: histogram.percentile_ms(percent) or 0.0 for name, percent in _PERCENTS}
    return {"count": histogram.count, **{name: round(value, 1) for name, value in made.items()}}


def by_endpoint(endpoint: Endpoint) -> str:
    """Artillery's name of an endpoint: the step's, or its path; requests of several methods to a path share it."""
    method, space, path = endpoint.name.partition(" ")
    return path if space and method.isupper() and path.startswith("/") else endpoint.name


def counters(endpoints: Iterable[Endpoint], others: Mapping[str, int]) -> dict[str, int]:
    """`others`: what was counted under its name already, as vusers.created."""
    made = dict(others)
    for endpoint in endpoints:
        shown = by_endpoint(endpoint)
        for code, count in endpoint.codes.items():
            for name in ("http.responses", f"http.codes.{code}", f"{BY_ENDPOINT}.{shown}.codes.{code}"):
                made[name] = made.get(name, 0) + count
        for kind, count in endpoint.errors.network.items():
            name = f"{BY_ENDPOINT}.{shown}.errors.{kind}"
            made[name] = made.get(name, 0) + count
    return made


def summaries(
    endpoints: Iterable[Endpoint], service_by_class: Mapping[str, Histogram], session: Histogram
) -> dict[str, dict[str, float]]:
    """Response times as Artillery means them: to the first byte, without connecting and waiting."""
    service = Histogram()
    found = {f"http.response_time.{name}": histogram for name, histogram in service_by_class.items()}
    for endpoint in endpoints:
        service.merge(endpoint.service)
        found.setdefault(f"{BY_ENDPOINT}.response_time.{by_endpoint(endpoint)}", Histogram()).merge(endpoint.service)
    found |= {"http.response_time": service, "vusers.session_length": session}
    return {name: made for name, histogram in sorted(found.items()) if (made := summary(histogram))}


def counters_of(result: LoadResult) -> dict[str, int]:
    users = {f"vusers.{name}": count for name, count in result.users.items() if count or name != "skipped"}
    names = {f"vusers.created_by_name.{name}": count for name, count in result.users_by_scenario.items()}
    return dict(sorted(counters(result.endpoints, {**result.counters, **users, **names}).items()))


def summaries_of(result: LoadResult) -> dict[str, dict[str, float]]:
    return summaries(result.endpoints, result.service_by_class, result.session)


def rates_of(result: LoadResult) -> dict[str, float]:
    return {"http.request_rate": round(result.requests_per_s, 1)}


def flat(result: LoadResult) -> dict[str, float]:
    """Every number by one name, as `ensure` rules read them: http.response_time.p99, hafen.response_time.p99 …

    hafen.response_time counts from the intended start.
    """
    found: dict[str, float] = {**counters_of(result), **rates_of(result)}
    all_summaries = {**summaries_of(result), "hafen.response_time": summary(result.response)}
    for name, values in all_summaries.items():
        found.update({f"{name}.{key}": value for key, value in values.items()})
    return found
