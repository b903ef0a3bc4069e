"""The OpenAPI document is kept: requests made up from it find no fault of ours and no answer it does not tell of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from inspirenow.app import create_routes, open_store
from inspirenow.population import people_csv
from inspirenow.population.catalogue import SHARED_PASSWORD
from inspirenow.services import build
from inspirenow.settings import Settings

from .conftest import SECRET_KEY
from .served import release, web_process

DOCUMENT = create_routes(build(Settings(SECRET_KEY, outbox_token="x"), open_store(Settings(SECRET_KEY)))).openapi()
CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EMAILS = (person.email for person in people_csv.read())
schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def app_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data_dir = tmp_path_factory.mktemp("data")
    release(data_dir)
    with web_process(data_dir) as (_, client):
        yield client


@pytest.fixture
def headers(app_client: httpx.Client) -> dict[str, str]:
    """Of another person each time: some of the requests end the session, or delete the account."""
    body = {"email": next(EMAILS), "password": SHARED_PASSWORD}
    token = app_client.post("/api/v1/auth/login", json=body).json()["access_token"]
    return {"Authorization": f"Bearer {token}", "X-Outbox-Token": "outbox-token-of-the-tests"}


@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_finds_a_fault(
    case: schemathesis.Case[Any], app_client: httpx.Client, headers: dict[str, str]
) -> None:
    case.call_and_validate(base_url=str(app_client.base_url), headers=headers, checks=CHECKS)


def test_every_route_of_the_api_is_documented() -> None:
    auth = [f"auth/{verb}" for verb in ("register", "verify", "login", "refresh", "logout")]
    others = ["outbox", "me", "skills", "deck", "swipes", "matches"]
    assert set(DOCUMENT["paths"]) >= {f"/api/v1/{path}" for path in [*auth, *others]}
