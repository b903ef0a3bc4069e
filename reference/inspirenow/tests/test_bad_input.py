"""Bad input: a clear error of one shape, and nothing changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict

import httpx
import pytest

from inspirenow.population.catalogue import ORGANISATIONS
from inspirenow.services import Services
from inspirenow.signals.observe import MAX_BODY_BYTES

from .people import NOW, log_in

pytestmark = pytest.mark.anyio

REGISTER, LOGIN, SWIPES, ME = "/api/v1/auth/register", "/api/v1/auth/login", "/api/v1/swipes", "/api/v1/me"
GOOD = {"email": "nora@mail.example", "password": "long enough", "invite_code": ORGANISATIONS[0][1], "name": "Nora"}


def registration(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


BAD_BODIES = {
    "nothing": (REGISTER, b"", 422),
    "not JSON": (REGISTER, b"{", 422),
    "not an object": (REGISTER, b"[]", 422),
    "missing fields": (REGISTER, b"{}", 422),
    "an unknown field": (REGISTER, registration(role="admin"), 422),
    "a dotted key": (REGISTER, registration(**{"profile.name": "x"}), 422),
    "an operator for an e-mail": (LOGIN, b'{"email": {"$gt": ""}, "password": "x"}', 422),
    "an operator for a password": (LOGIN, b'{"email": "ada@mail.example", "password": {"$ne": null}}', 422),
    "a number for a text": (REGISTER, registration(name=7), 422),
    "a text for a list": (REGISTER, registration(skills="Git"), 422),
    "too many tags": (REGISTER, registration(skills=[f"skill {number}" for number in range(21)]), 422),
    "an endless tag": (REGISTER, registration(skills=["x" * 61]), 422),
    "an empty name": (REGISTER, registration(name=" "), 422),
    "a null byte": (REGISTER, registration(name="No\x00ra"), 422),
    "a line break in an address": (REGISTER, registration(email="nora@mail.example\nBcc: all@mail.example"), 422),
    "half a surrogate pair": (REGISTER, registration(name="\ud83e"), 422),
    "an address without a domain": (REGISTER, registration(email="nora"), 422),
    "a short password": (REGISTER, registration(password="short"), 422),
    "SQL for an invite code": (REGISTER, registration(invite_code="' OR '1'='1"), 403),
    "SQL for an address": (LOGIN, b'{"email": "\' OR 1=1 --", "password": "x"}', 422),
    "invalid UTF-8": (REGISTER, b'{"name": "\xff\xfe"}', 400),
    "deep JSON": (REGISTER, b"[" * 30_000, 400),
    "a text for an id": (SWIPES, b'{"person_id": "one", "choice": "like"}', 422),
    "an id with a fraction": (SWIPES, b'{"person_id": 1.5, "choice": "like"}', 422),
    "a negative id": (SWIPES, b'{"person_id": -1, "choice": "like"}', 422),
    "an id beyond all bounds": (SWIPES, b'{"person_id": 1' + b"0" * 30 + b', "choice": "like"}', 422),
    "an unknown choice": (SWIPES, b'{"person_id": 1, "choice": "love"}', 422),
    "one byte more than may be sent": (REGISTER, b" " * (MAX_BODY_BYTES + 1), 413),
    "ten megabytes": (REGISTER, b"x" * 10_000_000, 413),
}


@pytest.mark.parametrize(("path", "body", "status"), BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_a_bad_body_is_told_and_changes_nothing(
    client: httpx.AsyncClient, services: Services, path: str, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json", **await log_in(client, "ada")}
    before = await services.store.statistics.numbers(NOW)
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert_problem(answer)
    assert await services.store.statistics.numbers(NOW) == before


def assert_problem(answer: httpx.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"].startswith("urn:inspirenow:problem:")
    assert problem["title"]


async def test_a_body_that_does_not_say_how_long_it_is_is_cut_off(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 10_000

    answer = await client.post(REGISTER, content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert_problem(answer)
    assert sent < 10


async def test_what_is_wrong_is_told_by_field_without_repeating_it(client: httpx.AsyncClient) -> None:
    answer = await client.post(REGISTER, json={**GOOD, "password": "my secret", "name": ""})
    assert [error["field"] for error in answer.json()["errors"]] == ["body.password", "body.name"]
    assert "my secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("PUT", SWIPES, 405),
        ("GET", "/api/v1/deck?limit=0", 422),
        ("GET", "/api/v1/deck?limit=1e9", 422),
        ("GET", "/api/v1/matches?limit=101", 422),
        ("GET", "/api/v1/outbox?email=%00", 422),
    ],
)
async def test_bad_addresses_are_problems_too(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path, headers=await log_in(client, "ada"))
    assert answer.status_code == status
    assert_problem(answer)


async def test_markup_and_sql_in_a_profile_stay_what_they_are(client: httpx.AsyncClient) -> None:
    ada = await log_in(client, "ada")
    name = "<script>alert(1)</script>'; DROP TABLE people; --"
    await client.patch(ME, headers=ada, json={"name": name})
    assert (await client.get(ME, headers=ada)).json()["profile"]["name"] == name


async def test_registering_twice_at_once_makes_one_account(client: httpx.AsyncClient, services: Services) -> None:
    before = await services.store.statistics.numbers(NOW)
    answers = await asyncio.gather(*(client.post(REGISTER, json=GOOD) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {202}
    after = asdict(await services.store.statistics.numbers(NOW))
    assert after == {**asdict(before), "unverified": before.unverified + 1}


async def test_an_unexpected_error_is_a_problem_without_its_reason(
    client: httpx.AsyncClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: str) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(services.store.organisations, "by_invite_code", broken)
    answer = await client.post(REGISTER, json=GOOD)
    assert answer.status_code == 500
    assert_problem(answer)
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"]


async def test_a_store_out_of_reach_is_told_with_when_to_come_again(
    client: httpx.AsyncClient, services: Services
) -> None:
    ada = await log_in(client, "ada")
    await services.store.close()
    for method, path in (("GET", "/readyz"), ("GET", "/api/v1/deck"), ("GET", ME)):
        answer = await client.request(method, path, headers=ada)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert_problem(answer)
    assert (await client.get("/healthz")).status_code == 200
    await services.store.open()
    assert (await client.get("/readyz")).status_code == 200
    assert (await client.get("/api/v1/deck", headers=ada)).status_code == 200
