"""What one process is made of, built once and handed to every request."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from .matching.people import PeopleIndex
from .security.passwords import Passwords
from .security.tokens import Tokens
from .settings import Settings
from .signals.metrics import Metrics
from .signals.request_log import RequestLog
from .stores.protocol import Store


@dataclass(frozen=True, slots=True)
class Services:
    """The nouns that routes work with."""

    settings: Settings
    store: Store
    passwords: Passwords
    tokens: Tokens
    index: PeopleIndex
    metrics: Metrics
    request_log: RequestLog


def build(settings: Settings, store: Store) -> Services:
    """Nothing is opened or read yet."""
    metrics = Metrics()
    index = PeopleIndex(store.feed)
    metrics.indexed_people.set_function(lambda: len(index))
    request_log = RequestLog(wanted=settings.log_level in {"DEBUG", "INFO"})
    return Services(settings, store, Passwords(), Tokens(settings.secret_key), index, metrics, request_log)


async def services(request: Request) -> Services:
    """Dependency: the services of this process."""
    found: Services = request.app.state.services
    return found
