"""What one process is made of, built once and handed to every request."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from .following import Follower
from .matching.people import PeopleIndex
from .security.guard import LoginGuard
from .security.passwords import Passwords
from .security.sessions import EndedSessions
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
    login_guard: LoginGuard
    admin_guard: LoginGuard
    index: PeopleIndex
    ended_sessions: EndedSessions
    follower: Follower
    metrics: Metrics
    request_log: RequestLog


def build(settings: Settings, store: Store) -> Services:
    """Nothing is opened or read yet."""
    metrics = Metrics()
    index = PeopleIndex()
    ended_sessions = EndedSessions()
    follower = Follower(store.feed, (index.apply, ended_sessions.apply))
    metrics.indexed_people.set_function(lambda: len(index))
    request_log = RequestLog(wanted=settings.log_level in {"DEBUG", "INFO"})
    return Services(
        settings=settings,
        store=store,
        passwords=Passwords(),
        tokens=Tokens(settings.secret_key),
        login_guard=LoginGuard(store.failed_logins, "api"),
        admin_guard=LoginGuard(store.failed_logins, "admin"),
        index=index,
        ended_sessions=ended_sessions,
        follower=follower,
        metrics=metrics,
        request_log=request_log,
    )


async def services(request: Request) -> Services:
    """Dependency: the services of this process."""
    found: Services = request.app.state.services
    return found
