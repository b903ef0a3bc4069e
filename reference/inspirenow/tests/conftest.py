"""An app on a store of its own, in this process; `served.py` has the one with real sockets and processes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from inspirenow.app import create_routes, observed, open_store
from inspirenow.population.catalogue import ORGANISATIONS
from inspirenow.services import Services, build
from inspirenow.settings import Settings

from .people import ALSTER, colleague

OUTBOX_TOKEN = "outbox-token-of-the-tests"
SECRET_KEY = "a secret key for tests that is long enough"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        SECRET_KEY, data_dir=tmp_path, outbox_token=OUTBOX_TOKEN, admin_password="admin-password", log_level="INFO"
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[httpx.AsyncClient, Services]]:
    """The whole app, started and stopped as a server would."""
    services = build(settings, open_store(settings))
    routes = create_routes(services)
    transport = httpx.ASGITransport(observed(routes, services), raise_app_exceptions=False)
    async with (
        routes.router.lifespan_context(routes),
        httpx.AsyncClient(transport=transport, base_url="http://app") as client,
    ):
        yield client, services


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[tuple[httpx.AsyncClient, Services]]:
    """Two organisations, six people in the first and one in the second."""
    store = open_store(settings)
    await store.migrate()
    async with running(settings) as (client, services):
        ids = await services.store.organisations.add_all(ORGANISATIONS[:2])
        alster, bodensee = (ids[name] for name, _ in ORGANISATIONS[:2])
        everybody = [colleague(alster, name) for name in ALSTER] + [colleague(bodensee, "otto")]
        await services.store.people.add_all(everybody)
        await services.follower.catch_up()
        yield client, services


@pytest.fixture
def client(app: tuple[httpx.AsyncClient, Services]) -> httpx.AsyncClient:
    return app[0]


@pytest.fixture
def services(app: tuple[httpx.AsyncClient, Services]) -> Services:
    return app[1]
