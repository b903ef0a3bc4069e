"""Puts the app together and opens and closes what it lives on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.types import ASGIApp

from . import __version__, admin, api, probes, problems
from .api.routing import PREFIX
from .services import Services, build
from .settings import Settings
from .signals.observe import Observed
from .stores.protocol import Store
from .stores.sqlite import SqliteStore


def open_store(settings: Settings) -> Store:
    """The store that the config vars name."""
    return SqliteStore(settings.data_dir)


def create_app(settings: Settings) -> Observed:
    """The whole app, observed."""
    services = build(settings, open_store(settings))
    return observed(create_routes(services), services)


def observed(routes: ASGIApp, services: Services) -> Observed:
    """The routes with their signals."""
    return Observed(routes, services.metrics, services.request_log)


def create_routes(services: Services) -> FastAPI:
    """The routes of the parts that this process serves."""
    app = FastAPI(title="InspireNow", version=__version__, lifespan=_lifespan, openapi_url=f"{PREFIX}/openapi.json")
    app.state.services = services
    problems.install(app)
    # Routes stand side by side: asking one included router after the other would cost more than most requests do.
    if "api" in services.settings.parts:
        for router in api.routers(services.settings):
            app.router.routes.extend(router.routes)
    if "admin" in services.settings.parts:
        admin.install(app)
    app.include_router(probes.router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    await services.store.open()
    follower = None
    if "api" in services.settings.parts:
        await services.follower.begin()
        follower = asyncio.create_task(services.follower.follow())
    yield
    if follower:
        follower.cancel()
        with suppress(asyncio.CancelledError):
            await follower
    services.passwords.close()
    await services.store.close()
    services.request_log.flush()
