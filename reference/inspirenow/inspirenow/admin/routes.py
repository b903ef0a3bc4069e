"""Pages of the dashboard."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from jinja2 import Environment, FileSystemLoader
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..problems import Problem
from ..security.guard import client_address
from ..services import Services, services
from .sessions import COOKIE, LIFETIME_S, AdminSession, AdminSessions

router = APIRouter(prefix="/admin", include_in_schema=False)

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

Having = Annotated[Services, Depends(services)]


@router.get("")
async def overview(request: Request, having: Having) -> Response:
    """The numbers; without a login, the way to it."""
    sessions = AdminSessions(having.settings.secret_key)
    session = _session(request, sessions)
    if session is None:
        return RedirectResponse("/admin/login", HTTPStatus.SEE_OTHER)
    numbers = await having.store.statistics.numbers()
    return _page("overview.html", numbers=numbers, session=session, form_token=sessions.form_token(session))


@router.get("/login")
async def login_form() -> Response:
    """Asks for e-mail and password."""
    return _page("login.html", failed=False)


@router.post("/login")
async def login(
    email: Annotated[str, Form()], password: Annotated[str, Form()], having: Having, request: Request
) -> Response:
    """Starts a session. Without ADMIN_PASSWORD nobody can."""
    client = client_address(request, having.settings.trusted_proxy_hops)
    await having.admin_guard.check(email, client)
    if not _is_admin(email, password, having):
        await having.admin_guard.failed(email, client)
        return _page("login.html", HTTPStatus.UNAUTHORIZED, failed=True)
    answer = RedirectResponse("/admin", HTTPStatus.SEE_OTHER)
    cookie = AdminSessions(having.settings.secret_key).start(having.settings.admin_email)
    secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    answer.set_cookie(COOKIE, cookie, LIFETIME_S, path="/admin", secure=secure, httponly=True, samesite="strict")
    return answer


@router.post("/logout")
async def logout(form_token: Annotated[str, Form()], having: Having, request: Request) -> Response:
    """Ends the session in this browser."""
    sessions = AdminSessions(having.settings.secret_key)
    session = _session(request, sessions)
    if session and not sessions.is_form_token(session, form_token):
        raise Problem(HTTPStatus.FORBIDDEN, "forged-form", "This form did not come from the dashboard")
    answer = RedirectResponse("/admin/login", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/admin")
    return answer


def _session(request: Request, sessions: AdminSessions) -> AdminSession | None:
    return sessions.read(request.cookies.get(COOKIE))


def _is_admin(email: str, password: str, having: Services) -> bool:
    settings = having.settings
    if settings.admin_password is None:
        return False
    right_email = hmac.compare_digest(email.strip().lower().encode(), settings.admin_email.lower().encode())
    right_password = hmac.compare_digest(password.encode(), settings.admin_password.encode())
    return right_email and right_password


def _page(template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> HTMLResponse:
    return HTMLResponse(_templates.get_template(template).render(values), status, _HEADERS)
