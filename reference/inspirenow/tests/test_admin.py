"""The dashboard: its login, its numbers, and forms that are not its own."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest

from inspirenow.admin.sessions import COOKIE
from inspirenow.population.fill import fill_generated
from inspirenow.services import Services
from inspirenow.settings import Settings

from .conftest import running
from .people import log_in, my_id, swipe

pytestmark = pytest.mark.anyio

MARKUP = "<script>alert(1)</script>"
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


async def form_token(client: httpx.AsyncClient) -> str:
    token = re.search(r'name="form_token" value="(\w+)"', (await client.get("/admin")).text)
    assert token
    return token[1]


async def test_logging_out_ends_it_in_this_browser(client: httpx.AsyncClient) -> None:
    await enter(client)
    assert (await client.post("/admin/logout", data={"form_token": await form_token(client)})).status_code == 303
    assert (await client.get("/admin")).status_code == 303


CHANGES = ["/admin/logout", "/admin/organisations", "/admin/organisations/1/invite-code"]


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("token", [{}, {"form_token": "forged"}], ids=["missing", "forged"])
async def test_a_form_that_is_not_ours_changes_nothing(
    client: httpx.AsyncClient, services: Services, path: str, token: dict[str, str]
) -> None:
    await enter(client)
    before = await services.store.statistics.organisations()
    assert (await client.post(path, data={"name": "Forged", **token})).status_code == 403
    assert await services.store.statistics.organisations() == before
    assert (await client.get("/admin")).status_code == 200


@pytest.mark.parametrize("path", CHANGES)
async def test_without_a_login_nothing_can_be_changed(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(path, data={"name": "Forged", "form_token": "any"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/login")


async def test_organisations_are_added_and_their_codes_changed(client: httpx.AsyncClient, services: Services) -> None:
    await enter(client)
    token = {"form_token": await form_token(client)}
    for _ in range(2):
        assert (await client.post("/admin/organisations", data={**token, "name": "Donau Textil"})).status_code == 303
    (added,) = [one for one in await services.store.statistics.organisations() if one.name == "Donau Textil"]
    assert added.invite_code in (await client.get("/admin/organisations")).text
    await client.post(f"/admin/organisations/{added.id}/invite-code", data=token)
    assert await services.store.organisations.by_invite_code(added.invite_code) is None
    missing = await client.post("/admin/organisations/999999/invite-code", data=token)
    assert missing.status_code == 404


async def test_people_are_searched_and_paged(client: httpx.AsyncClient, services: Services) -> None:
    await fill_generated(services.store, 120, 1)
    await enter(client)
    seen: list[str] = []
    page, path = "", "/admin/people?words=seed.example"
    for _ in range(3):
        page = (await client.get(path)).text
        seen += re.findall(r"person-\d+", page)
        following = re.search(r'href="(/admin/people\?[^"]+after=\d+)"', page)
        path = html.unescape(following[1]) if following else ""
    assert (len(seen), len(set(seen)), path) == (120, 120, "")
    assert "Nobody found" in (await client.get("/admin/people?words=no-such-person")).text


async def test_markup_in_names_is_shown_not_run(client: httpx.AsyncClient) -> None:
    ada = await log_in(client, "ada")
    await client.patch("/api/v1/me", headers=ada, json={"name": MARKUP, "skills": [MARKUP]})
    await enter(client)
    for path in ("/admin/people", "/admin/skills", f"/admin/people?words={quote(MARKUP)}"):
        page = (await client.get(path)).text
        assert MARKUP not in page
        assert html.escape(MARKUP, quote=False) in page.replace("&#34;", '"')
        assert "script-src" not in (policy := (await client.get(path)).headers["content-security-policy"])
        assert "default-src 'none'" in policy


async def test_the_export_holds_everybody_and_no_formula(client: httpx.AsyncClient) -> None:
    ada = await log_in(client, "ada")
    await client.patch("/api/v1/me", headers=ada, json={"name": "=1+1", "department": '@x, "y"'})
    await enter(client)
    answer = await client.get("/admin/people.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(rows) == 7
    assert (rows[0]["name"], rows[0]["department"]) == ("'=1+1", '\'@x, "y"')


async def test_matches_and_charts_show_what_happened(client: httpx.AsyncClient) -> None:
    ada, ben = await log_in(client, "ada"), await log_in(client, "ben")
    await swipe(client, ada, await my_id(client, ben), "like")
    await swipe(client, ben, await my_id(client, ada), "like")
    await enter(client)
    assert re.search(r"(Ada &amp; Ben|Ben &amp; Ada)", (await client.get("/admin/matches")).text)
    overview = (await client.get("/admin")).text
    assert overview.count("<svg") == 4
    assert re.search(r"<title>\d\d \w{3}: 2</title>", overview)


@pytest.mark.parametrize("path", ["", "/organisations", "/people", "/skills", "/matches", "/people.csv"])
async def test_every_page_needs_a_login(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/admin{path}")).status_code == 303
    await enter(client)
    assert (await client.get(f"/admin{path}")).status_code == 200


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
