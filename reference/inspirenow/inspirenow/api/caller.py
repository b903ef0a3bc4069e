"""Who is calling: read from the access token, without asking the store."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ..problems import Problem
from ..security.tokens import BadToken, Caller
from ..services import Services, services

_bearer = HTTPBearer(auto_error=False)


class NotLoggedIn(Problem):
    """No access token, or one that is not (or no longer) good."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, "not-logged-in", "Log in first; the access token is missing or bad")


async def caller(
    having: Annotated[Services, Depends(services)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Dependency: the person that sent the request."""
    if credentials is None:
        raise NotLoggedIn
    try:
        return having.tokens.read_access(credentials.credentials)
    except BadToken as reason:
        raise NotLoggedIn from reason
