"""Register, verify, log in."""

from __future__ import annotations

import time

import httpx
import jwt
import pytest

from inspirenow.population.catalogue import ORGANISATIONS
from inspirenow.services import Services

from .conftest import OUTBOX_TOKEN, SECRET_KEY
from .people import address, deck_of, log_in

pytestmark = pytest.mark.anyio

INVITE_CODE = ORGANISATIONS[0][1]
NEWCOMER = {
    "email": "Nora@Mail.example",
    "password": "a password of her own",
    "invite_code": INVITE_CODE,
    "name": "Nora",
    "department": "Research",
    "skills": ["SQL", "sql", "Go"],
}


async def register(client: httpx.AsyncClient, **changes: object) -> httpx.Response:
    return await client.post("/api/v1/auth/register", json={**NEWCOMER, **changes})


async def mails(client: httpx.AsyncClient, email: str) -> list[dict[str, str]]:
    answer = await client.get("/api/v1/outbox", params={"email": email}, headers={"X-Outbox-Token": OUTBOX_TOKEN})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["mails"]
    return found


async def verify(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/api/v1/auth/verify", json={"token": token})


async def login(client: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await client.post("/api/v1/auth/login", json={"email": email, "password": password})


async def test_a_newcomer_registers_verifies_logs_in_and_appears_in_colleagues_decks(client: httpx.AsyncClient) -> None:
    assert (await register(client)).status_code == 202
    (mail,) = await mails(client, "nora@mail.example")
    assert mail["token"] in mail["text"]
    assert (await login(client, NEWCOMER["email"], NEWCOMER["password"])).status_code == 403  # type: ignore[arg-type]
    assert (await verify(client, mail["token"])).json() == {"status": "verified"}
    answer = await login(client, "nora@mail.example", NEWCOMER["password"])  # type: ignore[arg-type]
    mine = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert len(await deck_of(client, mine)) == 6
    me = (await client.get("/api/v1/me", headers=mine)).json()
    assert me["profile"]["skills"] == ["SQL", "Go"]
    assert me["profile"]["id"] in await deck_of(client, await log_in(client, "ada"))


async def test_a_verification_token_works_once(client: httpx.AsyncClient) -> None:
    await register(client)
    token = (await mails(client, "nora@mail.example"))[0]["token"]
    assert (await verify(client, token)).status_code == 200
    again = await verify(client, token)
    assert (again.status_code, again.json()["type"]) == (409, "urn:inspirenow:problem:already-verified")


async def test_registering_again_makes_the_older_mail_void(client: httpx.AsyncClient) -> None:
    await register(client)
    await register(client, password="another password of hers")
    newer, older = await mails(client, "nora@mail.example")
    assert (await verify(client, older["token"])).status_code == 400
    assert (await verify(client, newer["token"])).status_code == 200
    assert (await login(client, "nora@mail.example", "another password of hers")).status_code == 200


async def test_registering_a_known_address_tells_nobody_but_its_owner(client: httpx.AsyncClient) -> None:
    known = await register(client, email=address("ada"))
    unknown = await register(client)
    assert (known.status_code, known.json().keys()) == (unknown.status_code, unknown.json().keys())
    (mail,) = await mails(client, address("ada"))
    assert mail["subject"] == "You have an account already"
    assert not mail["token"]
    await log_in(client, "ada")  # with the password she had


async def test_an_unknown_invite_code_opens_nothing(client: httpx.AsyncClient) -> None:
    answer = await register(client, invite_code="NO-SUCH-CODE")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:inspirenow:problem:unknown-invite-code")


@pytest.mark.parametrize("email", [address("ada"), "nobody@mail.example"])
async def test_wrong_password_and_unknown_address_look_the_same(client: httpx.AsyncClient, email: str) -> None:
    answer = await login(client, email, "wrong")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:inspirenow:problem:wrong-credentials",
        "title": "E-mail or password is wrong",
        "status": 401,
    }


async def test_the_hash_of_nobody_opens_no_account_even_with_the_right_password(services: Services) -> None:
    password_hash = await services.passwords.hash("secret of mine")
    assert await services.passwords.is_right("secret of mine", password_hash)
    assert not await services.passwords.is_right("secret of mine", None)
    assert "m=19456,t=2,p=1" in password_hash
    assert password_hash.startswith("$argon2id$")


CLAIMS = {"sub": "1", "org": 1, "sid": 1, "aud": "access"}


def signed(key: str = SECRET_KEY, **claims: object) -> str:
    return jwt.encode({**CLAIMS, "exp": time.time() + 60, **claims}, key, "HS256")


@pytest.mark.parametrize(
    "token",
    [
        signed(key="another key that is long enough, but ours it is not"),
        signed(exp=time.time() - 1),
        signed(aud="verification"),
        signed(aud="refresh"),
        signed(aud="admin"),
        signed(sub="not a number"),
        jwt.encode({**CLAIMS, "exp": time.time() + 60}, "", "none"),
        "not.a.token",
        signed(org=None),
        "",
    ],
    ids=[
        "forged",
        "expired",
        "for verification",
        "for a refresh",
        "for the dashboard",
        "odd subject",
        "unsigned",
        "damaged",
        "no organisation",
        "empty",
    ],
)
async def test_a_bad_token_opens_nothing(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.get("/api/v1/deck", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:inspirenow:problem:not-logged-in"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_good_token_made_by_hand_opens(client: httpx.AsyncClient) -> None:
    """Shows that the tokens above fail for the reason they are named after."""
    answer = await client.get("/api/v1/deck", headers={"Authorization": f"Bearer {signed()}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_the_outbox_wants_its_token(client: httpx.AsyncClient, token: str | None) -> None:
    headers = {"X-Outbox-Token": token} if token else {}
    answer = await client.get("/api/v1/outbox", params={"email": address("ada")}, headers=headers)
    assert answer.status_code == 401
