"""Who guesses passwords is slowed down, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from starlette.requests import Request

from inspirenow.security.guard import MAX_FAILURES_ACCOUNT, MAX_FAILURES_CLIENT, WINDOW_S, client_address
from inspirenow.services import Services
from inspirenow.settings import Settings

from .conftest import running
from .people import address, log_in

WRONG = {"email": address("ada"), "password": "a wrong one"}


async def guess(
    client: httpx.AsyncClient, email: str = WRONG["email"], forwarded: str = "203.0.113.9"
) -> httpx.Response:
    body = {**WRONG, "email": email}
    return await client.post("/api/v1/auth/login", json=body, headers={"X-Forwarded-For": forwarded})


@pytest.mark.anyio
async def test_an_account_is_closed_after_too_many_failures_also_at_other_replicas(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    answers = [(await guess(client, forwarded=f"203.0.113.{number}")).status_code for number in range(11)]
    assert answers == [401] * MAX_FAILURES_ACCOUNT + [429]
    async with running(replace(settings)) as (other, _):
        closed = await guess(other)
        assert (closed.status_code, closed.headers["retry-after"]) == (429, str(WINDOW_S))
        assert closed.json()["type"] == "urn:inspirenow:problem:too-many-failures"
        await log_in(other, "ben")


@pytest.mark.anyio
async def test_the_account_opens_again_when_the_window_has_passed(
    client: httpx.AsyncClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspirenow.security.guard.time.time", lambda: 1_000.0)
    for _ in range(MAX_FAILURES_ACCOUNT):
        await services.login_guard.failed(address("ada"), "203.0.113.9")
    assert (await guess(client)).status_code == 429
    monkeypatch.setattr("inspirenow.security.guard.time.time", lambda: 1_000.0 + WINDOW_S + 60)
    assert (await guess(client)).status_code == 401


@pytest.mark.anyio
async def test_logins_that_succeed_do_not_count(client: httpx.AsyncClient) -> None:
    for _ in range(MAX_FAILURES_ACCOUNT + 1):
        await log_in(client, "ada")


@pytest.mark.anyio
async def test_an_address_is_closed_after_too_many_failures_with_any_accounts(
    client: httpx.AsyncClient, services: Services
) -> None:
    for number in range(MAX_FAILURES_CLIENT):
        await services.login_guard.failed(f"nobody-{number}@mail.example", "203.0.113.9")
    assert (await guess(client)).status_code == 429
    assert (await guess(client, forwarded="203.0.113.10")).status_code == 401


@pytest.mark.anyio
async def test_the_dashboard_counts_for_itself(client: httpx.AsyncClient) -> None:
    form = {"email": "admin@inspirenow.example", "password": "wrong"}
    answers = [(await client.post("/admin/login", data=form)).status_code for _ in range(MAX_FAILURES_ACCOUNT + 1)]
    assert answers == [401] * MAX_FAILURES_ACCOUNT + [429]
    await log_in(client, "ada")


@pytest.mark.parametrize(
    ("forwarded", "hops", "expected"),
    [
        ("203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", 1, "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", 2, "198.51.100.1"),
        ("203.0.113.9", 0, "192.0.2.1"),
        ("203.0.113.9", 2, "192.0.2.1"),
        ("unknown", 1, "192.0.2.1"),
        ("", 1, "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::/64"),
    ],
)
def test_the_client_is_whom_the_outermost_trusted_proxy_saw(forwarded: str, hops: int, expected: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    request = Request({"type": "http", "headers": headers, "client": ("192.0.2.1", 1)})
    assert client_address(request, hops) == expected
