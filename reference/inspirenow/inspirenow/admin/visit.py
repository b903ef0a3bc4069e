"""Who looks at the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from ..problems import Problem
from ..services import Services
from .sessions import COOKIE, AdminSession, AdminSessions

PREFIX = "/admin"


class LoginNeeded(Exception):
    """Nobody is logged in, or not any more."""


@dataclass(frozen=True, slots=True)
class AdminVisit:
    """A request of somebody who is logged in, and what serves it."""

    session: AdminSession
    form_token: str
    services: Services


def admin_router() -> APIRouter:
    """A router of the dashboard; it is for people, so no document describes it."""
    return APIRouter(prefix=PREFIX, include_in_schema=False)


async def redirect_to_login(_: Request, __: Exception) -> Response:
    """Where a page goes that needs a login."""
    return RedirectResponse(f"{PREFIX}/login", HTTPStatus.SEE_OTHER)


async def _visitor(request: Request) -> AdminVisit:
    services: Services = request.app.state.services
    sessions = AdminSessions(services.settings.secret_key)
    session = sessions.read(request.cookies.get(COOKIE))
    if session is None:
        raise LoginNeeded
    return AdminVisit(session, sessions.form_token(session), services)


Admin = Annotated[AdminVisit, Depends(_visitor)]


async def _sender(visit: Admin, form_token: Annotated[str, Form()] = "") -> AdminVisit:
    sessions = AdminSessions(visit.services.settings.secret_key)
    if not sessions.is_form_token(visit.session, form_token):
        raise Problem(HTTPStatus.FORBIDDEN, "forged-form", "This form did not come from the dashboard")
    return visit


# For requests that change something: their form must be one of ours.
AdminSender = Annotated[AdminVisit, Depends(_sender)]
