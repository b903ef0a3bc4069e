"""Artillery's names."""

from __future__ import annotations

from hafen.measure import dotted
from hafen.measure.histogram import Histogram
from hafen.measure.result import Endpoint, LoadResult
from load_results import made_result


def endpoint(name: str, count: int, seconds: float) -> Endpoint:
    made = Endpoint(name, count, {200: count})
    for _ in range(count):
        made.service.record(seconds)
        made.response.record(seconds * 2)
    return made


def test_methods_of_a_path_share_its_name_and_named_steps_keep_theirs() -> None:
    endpoints = [endpoint("GET /a", 3, 0.01), endpoint("POST /a", 1, 0.03), endpoint("LOG IN", 2, 0.02)]
    found = dotted.counters(endpoints, {"vusers.created": 1})
    assert found["plugins.metrics-by-endpoint./a.codes.200"] == 4
    assert found["plugins.metrics-by-endpoint.LOG IN.codes.200"] == 2
    assert found["http.responses"] == found["http.codes.200"] == 6
    times = dotted.summaries(endpoints, {}, Histogram())
    assert times["plugins.metrics-by-endpoint.response_time./a"]["count"] == 4
    assert times["plugins.metrics-by-endpoint.response_time./a"]["max"] == 30
    assert times["http.response_time"]["count"] == 6
    assert endpoints[0].service.count == 3


def test_a_summary_is_in_milliseconds_and_empty_ones_are_left_out() -> None:
    histogram = Histogram()
    for index in range(1, 101):
        histogram.record(index / 1000)
    made = dotted.summary(histogram)
    assert (made["min"], made["max"], made["count"], made["mean"]) == (1, 100, 100, 50.5)
    assert abs(made["p95"] - 95) < 0.5
    assert dotted.summary(Histogram()) == {}


def test_rules_can_read_every_number_and_both_kinds_of_latency() -> None:
    result: LoadResult = made_result({5.0: 90, 40.0: 10}, explicit=3)
    found = dotted.flat(result)
    assert found["http.codes.200"] > 0
    assert found["vusers.created"] == result.users["created"]
    assert "http.response_time.p95" in found
    assert abs(found["hafen.response_time.p50"] - 5) < 0.1
