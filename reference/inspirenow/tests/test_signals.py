"""Metrics and logs: what they say, and what they must not."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from inspirenow.population.catalogue import SHARED_PASSWORD
from inspirenow.services import Services

from .people import address, deck_of, log_in, swipe

pytestmark = pytest.mark.anyio


async def samples(client: httpx.AsyncClient) -> dict[str, float]:
    lines = (await client.get("/metrics")).text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def count(method: str, route: str, status_class: str) -> str:
    labels = f'method="{method}",route="{route}",status_class="{status_class}"'
    return f"http_request_duration_seconds_count{{{labels}}}"


async def test_requests_are_counted_by_route_template(client: httpx.AsyncClient) -> None:
    ada = await log_in(client, "ada")
    await swipe(client, ada, 2**31 - 1, "like")
    await swipe(client, ada, (await deck_of(client, ada))[0], "like")
    found = await samples(client)
    assert found[count("POST", "/api/v1/swipes", "2xx")] == 1
    assert found[count("POST", "/api/v1/swipes", "4xx")] == 1
    assert found[count("GET", "/api/v1/deck", "2xx")] == 1
    assert found["deck_duration_seconds_count"] == 1
    assert found["login_duration_seconds_count"] == 1
    assert found["matching_indexed_people"] == 7
    assert found["http_requests_in_progress"] == 1
    assert found["process_resident_memory_bytes"] > 0


async def test_made_up_paths_and_methods_make_no_series_of_their_own(client: httpx.AsyncClient) -> None:
    before = await samples(client)
    for number in range(20):
        await client.request(f"WORD{number}", f"/no/such/{number}")
    new = {name for name in await samples(client) if name not in before and "_bucket" not in name}
    assert new - {count("GET", "/metrics", "2xx"), count("GET", "/metrics", "2xx").replace("_count", "_sum")} == {
        count("other", "unmatched", "4xx"),
        count("other", "unmatched", "4xx").replace("_count", "_sum"),
    }


async def test_buckets_reach_from_5_ms_to_10_s_around_the_limits(client: httpx.AsyncClient) -> None:
    await client.get("/healthz")
    found = await samples(client)
    bounds = {match[1] for name in found if (match := re.search(r'request_duration.*le="([^"]+)"', name))}
    assert {"0.005", "0.05", "0.25", "0.5", "1.0", "10.0", "+Inf"} <= bounds


async def test_a_request_id_is_taken_over_or_made(client: httpx.AsyncClient) -> None:
    given = await client.get("/healthz", headers={"X-Request-ID": "from-the-proxy.1"})
    assert given.headers["x-request-id"] == "from-the-proxy.1"
    for bad in ("", "x" * 65, 'no "quotes"'):
        made = (await client.get("/healthz", headers={"X-Request-ID": bad})).headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{16}-[0-9a-f]+", made)
    first, second = [(await client.get("/healthz")).headers["x-request-id"] for _ in range(2)]
    assert first != second


async def test_each_request_makes_one_line_of_json_without_secrets(
    client: httpx.AsyncClient, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = await log_in(client, "ada")
    await client.get(f"/api/v1/outbox?email={address('ada')}", headers={"X-Outbox-Token": "a wrong token"})
    await client.get("/api/v1/me", headers={**ada, "X-Request-ID": "abc"})
    await client.get("/healthz")
    services.request_log.flush()
    out = capsys.readouterr().out
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("POST", "/api/v1/auth/login", 200),
        ("GET", "/api/v1/outbox", 401),
        ("GET", "/api/v1/me", 200),
    ]
    assert lines[2]["request_id"] == "abc"
    assert lines[0]["duration_ms"] >= lines[2]["duration_ms"] >= 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", lines[0]["time"])
    for secret in (SHARED_PASSWORD, "ada@", ada["Authorization"].removeprefix("Bearer "), "a wrong token"):
        assert secret not in out
