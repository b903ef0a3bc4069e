"""The stand-in for Heroku's API, over its real protocol."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest

from hafen.errors import UserError
from hafen.providers.heroku.checkout import parse_procfile
from hafen.sandbox.heroku.account import AddOnState, AppState, ReleaseState, default_account, load_account
from hafen.sandbox.heroku.faults import KINDS, Fault, FaultPlan
from hafen.sandbox.heroku.server import HerokuSandbox

ACCEPT = "application/vnd.heroku+json; version=3"
PROCFILE = Path(__file__).parents[3] / "reference" / "inspirenow" / "Procfile"


def big_account() -> dict[str, Any]:
    """InspireNow's account, with 450 domains to page through."""
    account = default_account()
    account["apps"][0]["domains"] = [f"host-{number:03}.inspirenow.example" for number in range(449)]
    return account


@pytest.fixture(scope="module")
def served() -> Iterator[HerokuSandbox]:
    with HerokuSandbox(big_account()) as sandbox:
        yield sandbox


@pytest.fixture
def api(served: HerokuSandbox) -> Iterator[httpx.Client]:
    headers = {"Accept": ACCEPT, "Authorization": f"Bearer {served.api_key}"}
    with httpx.Client(base_url=served.url, headers=headers, trust_env=False) as client:
        yield client


def test_answers_carry_the_headers_that_heroku_sends(api: httpx.Client) -> None:
    answer = api.get("/apps/inspirenow")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert len(answer.headers["Request-Id"]) == 36
    before = int(answer.headers["RateLimit-Remaining"])
    assert int(api.get("/account").headers["RateLimit-Remaining"]) == before - 1


def test_what_has_not_changed_is_not_sent_again(api: httpx.Client) -> None:
    first = api.get("/apps/inspirenow/config-vars")
    again = api.get("/apps/inspirenow/config-vars", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = api.get("/apps/inspirenow-development/config-vars", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "application/vnd.heroku+json; version=2"])
def test_only_version_3_is_spoken(api: httpx.Client, accept: str) -> None:
    answer = api.get("/apps", headers={"Accept": accept})
    assert (answer.status_code, answer.json()["id"]) == (406, "not_acceptable")


@pytest.mark.parametrize("variant", ["3.sdk", "3.pipelines", "3.account-quotas"])
def test_variants_of_version_3_are_spoken(api: httpx.Client, variant: str) -> None:
    assert api.get("/account", headers={"Accept": f"application/vnd.heroku+json; version={variant}"}).status_code == 200


@pytest.mark.parametrize("credential", ["", "Bearer wrong", "Basic !!!", "Basic d3Jvbmc="])
def test_a_wrong_key_is_refused(api: httpx.Client, credential: str) -> None:
    answer = api.get("/apps", headers={"Authorization": credential})
    assert (answer.status_code, answer.json()) == (
        401,
        {"id": "unauthorized", "message": "Invalid credentials provided."},
    )


def test_the_key_may_be_the_password_of_basic(api: httpx.Client, served: HerokuSandbox) -> None:
    basic = base64.b64encode(f":{served.api_key}".encode()).decode()
    assert api.get("/account", headers={"Authorization": f"Basic {basic}"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/apps/nope", 404, "not_found"),
        ("GET", "/apps/nope/formation", 404, "not_found"),
        ("GET", "/no/such/thing", 404, "not_found"),
        ("DELETE", "/apps/inspirenow", 405, "method_not_allowed"),
        ("PUT", "/apps/inspirenow/config-vars", 405, "method_not_allowed"),
        ("GET", "/apps/inspirenow/slugs/nope", 404, "not_found"),
        ("GET", "/pipelines/nope", 404, "not_found"),
    ],
)
def test_refusals_have_herokus_form(api: httpx.Client, method: str, path: str, status: int, error: str) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.json()["id"]) == (status, error)
    assert answer.json()["message"]


def test_an_app_is_found_by_name_and_by_id(api: httpx.Client) -> None:
    app = api.get("/apps/inspirenow").json()
    assert api.get(f"/apps/{app['id']}").json() == app


def test_a_long_list_comes_in_pages(api: httpx.Client) -> None:
    found: list[str] = []
    statuses = []
    wanted: str | None = ""
    while wanted is not None:
        answer = api.get("/apps/inspirenow/domains", headers={"Range": wanted} if wanted else {})
        statuses.append(answer.status_code)
        found += [domain["id"] for domain in answer.json()]
        wanted = answer.headers.get("Next-Range")
    assert statuses == [206, 206, 200]
    assert len(found) == len(set(found)) == 450
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("wanted", "versions", "status"),
    [
        ("version ..; max=2, order=desc", [47, 46], 206),
        ("version ]46..; order=asc", [47], 200),
        ("version 45..46", [45, 46], 200),
        ("version 45..46[", [45], 200),
        ("version ..2", [1, 2], 200),
        ("version ..; max=1000;", [1, 2, 44, 45, 46, 47], 200),
    ],
)
def test_ranges(api: httpx.Client, wanted: str, versions: list[int], status: int) -> None:
    answer = api.get("/apps/inspirenow/releases", headers={"Range": wanted})
    assert [release["version"] for release in answer.json()] == versions
    assert answer.status_code == status
    assert answer.headers["Content-Range"].startswith(f"version {versions[0]}..{versions[-1]}")


@pytest.mark.parametrize("wanted", ["bytes=0-5", "color ..", "version", "version ..; max=0", "version x.."])
def test_a_range_that_makes_no_sense(api: httpx.Client, wanted: str) -> None:
    answer = api.get("/apps/inspirenow/releases", headers={"Range": wanted})
    assert (answer.status_code, answer.json()["id"]) == (416, "requested_range_not_satisfiable")


def test_changes_of_config_make_releases() -> None:
    with HerokuSandbox() as sandbox:
        headers = {"Accept": ACCEPT, "Authorization": f"Bearer {sandbox.api_key}"}
        with httpx.Client(base_url=sandbox.url, headers=headers, trust_env=False) as api:
            path = "/apps/inspirenow/config-vars"
            assert api.patch(path, json={"NEW": "1", "LOG_LEVEL": "DEBUG"}).json()["NEW"] == "1"
            assert "NEW" not in api.patch(path, json={"NEW": None}).json()
            for wrong, status in (({"NEW": 1}, 422), ([], 422)):
                assert api.patch(path, json=wrong).status_code == status
            assert api.patch(path, content=b"{").status_code == 400
            newest = api.get("/apps/inspirenow/releases", headers={"Range": "version ..; max=2, order=desc"}).json()
            assert [one["description"] for one in newest] == [
                "Remove NEW config vars",
                "Set NEW, LOG_LEVEL config vars",
            ]


def test_the_formation_is_changed_wholly_or_not_at_all() -> None:
    with HerokuSandbox() as sandbox:
        headers = {"Accept": ACCEPT, "Authorization": f"Bearer {sandbox.api_key}"}
        with httpx.Client(base_url=sandbox.url, headers=headers, trust_env=False) as api:
            path = "/apps/inspirenow/formation"
            changed = api.patch(
                path, json={"updates": [{"type": "web", "quantity": "+1", "size": "standard-1x"}]}
            ).json()
            assert [(one["quantity"], one["size"]) for one in changed] == [(2, "Standard-1X")]
            for wrong in (
                {"type": "web", "quantity": 101},
                {"type": "web", "size": "huge"},
                {"type": "web", "quantity": "x"},
            ):
                refused = api.patch(path, json={"updates": [{"type": "web", "quantity": 5}, wrong]})
                assert refused.status_code == 422
            assert api.patch(path, json={"updates": [{"type": "nope", "quantity": 1}]}).status_code == 404
            assert [one["quantity"] for one in api.get(path).json()] == [2]
            assert {one["name"] for one in api.get("/apps/inspirenow/dynos").json()} == {"web.1", "web.2"}


def test_the_rate_limit_ends() -> None:
    with HerokuSandbox(faults=FaultPlan({1: Fault("429", retry_after_s=7)})) as sandbox:
        headers = {"Accept": ACCEPT, "Authorization": f"Bearer {sandbox.api_key}"}
        with httpx.Client(base_url=sandbox.url, headers=headers, trust_env=False) as api:
            refused = api.get("/account")
            assert (refused.status_code, refused.json()["id"]) == (429, "rate_limit")
            assert refused.headers["Retry-After"] == "7"
            assert api.get("/account").status_code == 200


def test_half_an_answer_is_half() -> None:
    with HerokuSandbox(faults=FaultPlan.parse("1:half")) as sandbox:
        headers = {"Accept": ACCEPT, "Authorization": f"Bearer {sandbox.api_key}"}
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{sandbox.url}/account", headers=headers, trust_env=False)


def test_a_stalled_call_does_not_keep_the_server_from_ending() -> None:
    with HerokuSandbox(faults=FaultPlan.parse("*:stall")) as sandbox, pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{sandbox.url}/account", timeout=0.2, trust_env=False)
    assert not sandbox.url


def test_what_runs_at_the_stand_in_is_what_inspirenow_says() -> None:
    """The account's commands and the reference app's Procfile must not drift apart."""
    said = parse_procfile(PROCFILE.read_text(), "Procfile")
    account = load_account(None)
    assert {name: app.process_types for name, app in account.apps.items()} == dict.fromkeys(account.apps, said)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3:503", {3: "503"}),
        ("1-3:429, 5:half", {1: "429", 2: "429", 3: "429", 5: "half"}),
        ("*:stall@/domains", {0: "stall"}),
    ],
)
def test_fault_plans(text: str, words: dict[int, str]) -> None:
    assert {call: fault.kind for call, fault in FaultPlan.parse(text).faults.items()} == words


@pytest.mark.parametrize("text", ["503", "x:503", "1:nothing", "1:"])
def test_fault_plans_that_make_no_sense(text: str) -> None:
    with pytest.raises(UserError, match="is not a fault"):
        FaultPlan.parse(text)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"email": "a@b.example", "apps": [{"nome": "x"}]}', '{"email": "a@b.example", "apps": 3}']
)
def test_an_account_that_makes_no_sense(tmp_path: Path, text: str) -> None:
    (tmp_path / "account.json").write_text(text)
    with pytest.raises(UserError, match="is not a sandbox account"):
        HerokuSandbox(tmp_path / "account.json")


def test_a_taken_port() -> None:
    with HerokuSandbox() as first:
        port = int(first.url.rsplit(":", 1)[1])
        with pytest.raises(UserError, match=f"port {port} cannot be had"), HerokuSandbox(port=port):
            pass


def test_the_documented_account_is_one_with_every_key() -> None:
    """docs/import.md shows every key of an account, and only keys that there are."""
    text = (PROCFILE.parents[2] / "docs" / "import.md").read_text()
    example = json.loads(text.partition("```json\n")[2].partition("```")[0])
    assert load_account(example).apps["shop"].process_types["release"] == "./migrate"
    shown = example["apps"][0]
    assert shown.keys() == {field.name for field in fields(AppState)}
    assert shown["addons"][0].keys() == {field.name for field in fields(AddOnState)}
    assert shown["releases"][0].keys() == {field.name for field in fields(ReleaseState)}
    assert {kind for kind in KINDS if f"`{kind}`" in text} == set(KINDS)
