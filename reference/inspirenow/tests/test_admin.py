"""The dashboard: its login, its numbers, and forms that are not its own."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest

from inspirenow.admin.sessions import COOKIE
from inspirenow.settings import Settings

from .conftest import running
from .people import log_in

pytestmark = pytest.mark.anyio

RIGHT = {"email": "admin@inspirenow.example", "password": "admin-password"}


async def enter(client: httpx.AsyncClient, **form: str) -> httpx.Response:
    return await client.post("/admin/login", data={**RIGHT, **form})


async def test_without_a_login_one_is_asked_for_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/admin")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/login")


@pytest.mark.parametrize("form", [{"password": "wrong"}, {"email": "ada@mail.example"}, {"password": ""}])
async def test_a_wrong_login_opens_nothing(client: httpx.AsyncClient, form: dict[str, str]) -> None:
    assert (await enter(client, **form)).status_code in {401, 422}
    assert COOKIE not in client.cookies


async def test_the_numbers_are_shown(client: httpx.AsyncClient) -> None:
    answer = await enter(client)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Secure" not in cookie
    page = (await client.get("/admin")).text
    numbers = dict(re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", page))
    assert (numbers["Organisations"], numbers["People"], numbers["Swipes"]) == ("2", "7", "0")


async def test_behind_tls_the_cookie_is_secure(client: httpx.AsyncClient) -> None:
    answer = await client.post("/admin/login", data=RIGHT, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_cookie_is_new_after_each_login(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, "planted", path="/admin")
    first = (await enter(client)).headers["set-cookie"]
    assert first != (await enter(client)).headers["set-cookie"]
    assert "planted" not in first


async def test_a_persons_token_does_not_open_the_dashboard(client: httpx.AsyncClient) -> None:
    token = (await log_in(client, "ada"))["Authorization"].removeprefix("Bearer ")
    client.cookies.set(COOKIE, token, path="/admin")
    assert (await client.get("/admin")).status_code == 303


async def test_logging_out_needs_the_forms_own_token(client: httpx.AsyncClient) -> None:
    await enter(client)
    assert (await client.post("/admin/logout", data={"form_token": "forged"})).status_code == 403
    assert (await client.get("/admin")).status_code == 200
    token = re.search(r'name="form_token" value="(\w+)"', (await client.get("/admin")).text)
    assert token
    assert (await client.post("/admin/logout", data={"form_token": token[1]})).status_code == 303
    assert (await client.get("/admin")).status_code == 303


async def test_without_a_password_set_nobody_logs_in(app: object, settings: Settings) -> None:
    async with running(replace(settings, admin_password=None)) as (client, _):
        assert (await enter(client, password="None")).status_code == 401


@pytest.mark.parametrize(
    ("parts", "there", "missing"),
    [("api", "/api/v1/me", "/admin/login"), ("admin", "/admin/login", "/api/v1/me")],
)
async def test_a_process_serves_only_its_parts(
    app: object, settings: Settings, parts: str, there: str, missing: str
) -> None:
    async with running(replace(settings, parts=frozenset({parts}))) as (client, _):
        assert (await client.get(there)).status_code in {200, 401}
        assert (await client.get(missing)).status_code == 404
        for probe in ("/healthz", "/readyz", "/metrics"):
            assert (await client.get(probe)).status_code == 200
