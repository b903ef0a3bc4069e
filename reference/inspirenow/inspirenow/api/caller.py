"""Who is calling: read from the access token, without asking the store."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from ..problems import Problem
from ..security.tokens import BadToken, Caller
from ..services import Services


class NotLoggedIn(Problem):
    """No access token, or one that is not (or no longer) good."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, "not-logged-in", "Log in first; the access token is missing or bad")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is logged in, and what serves it."""

    caller: Caller
    services: Services


class _LoggedIn(HTTPBearer):
    """One dependency that does all of it: each further one costs as much as the work of a small request."""

    async def __call__(self, request: Request) -> Visit:  # type: ignore[override]
        services: Services = request.app.state.services
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotLoggedIn
        try:
            caller = services.tokens.read_access(token)
        except BadToken as reason:
            raise NotLoggedIn from reason
        if caller.session_id in services.ended_sessions:
            raise NotLoggedIn
        return Visit(caller, services)


Visitor = Annotated[Visit, Depends(_LoggedIn())]
