"""Staying logged in and logging out."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from inspirenow.population.catalogue import SHARED_PASSWORD
from inspirenow.settings import Settings

from .conftest import running
from .people import address

pytestmark = pytest.mark.anyio

Tokens = dict[str, str]


async def log_in(client: httpx.AsyncClient) -> Tokens:
    body = {"email": address("ada"), "password": SHARED_PASSWORD}
    found: Tokens = (await client.post("/api/v1/auth/login", json=body)).json()
    return found


async def refresh(client: httpx.AsyncClient, tokens: Tokens) -> httpx.Response:
    return await client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})


async def me(client: httpx.AsyncClient, tokens: Tokens) -> int:
    return (await client.get("/api/v1/me", headers=bearer(tokens))).status_code


def bearer(tokens: Tokens) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def test_a_refresh_answers_a_new_pair(client: httpx.AsyncClient) -> None:
    first = await log_in(client)
    second = (await refresh(client, first)).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert await me(client, second) == 200
    assert (await refresh(client, second)).status_code == 200


async def test_a_double_submit_is_told_and_harms_nothing(client: httpx.AsyncClient) -> None:
    first = await log_in(client)
    second = (await refresh(client, first)).json()
    again = await refresh(client, first)
    assert (again.status_code, again.json()["type"]) == (409, "urn:inspirenow:problem:refreshed-already")
    assert await me(client, second) == 200


async def test_a_token_that_comes_back_after_two_generations_ends_the_session(client: httpx.AsyncClient) -> None:
    first = await log_in(client)
    second = (await refresh(client, first)).json()
    third = (await refresh(client, second)).json()
    stolen = await refresh(client, first)
    assert (stolen.status_code, stolen.json()["type"]) == (401, "urn:inspirenow:problem:session-over")
    assert (await refresh(client, third)).status_code == 401
    assert await me(client, third) == 401


async def test_access_and_refresh_tokens_do_not_stand_in_for_each_other(client: httpx.AsyncClient) -> None:
    tokens = await log_in(client)
    swapped = {"access_token": tokens["refresh_token"], "refresh_token": tokens["access_token"]}
    assert await me(client, swapped) == 401
    assert (await refresh(client, swapped)).status_code == 401


async def test_logging_out_ends_this_session_and_no_other(client: httpx.AsyncClient) -> None:
    phone, laptop = await log_in(client), await log_in(client)
    assert (await client.post("/api/v1/auth/logout", headers=bearer(phone))).status_code == 204
    assert await me(client, phone) == 401
    assert (await refresh(client, phone)).status_code == 401
    assert await me(client, laptop) == 200


async def test_another_replica_hears_of_a_logout(client: httpx.AsyncClient, settings: Settings) -> None:
    async with running(replace(settings)) as (other, services):
        tokens = await log_in(client)
        assert await me(other, tokens) == 200
        await client.post("/api/v1/auth/logout", headers=bearer(tokens))
        await services.follower.catch_up()
        assert await me(other, tokens) == 401


async def test_a_replica_that_starts_later_knows_of_it_too(client: httpx.AsyncClient, settings: Settings) -> None:
    tokens = await log_in(client)
    await client.post("/api/v1/auth/logout", headers=bearer(tokens))
    async with running(replace(settings)) as (later, _):
        assert await me(later, tokens) == 401
