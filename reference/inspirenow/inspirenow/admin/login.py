"""In and out of the dashboard."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from ..security.guard import client_address
from ..services import Services, services
from .render import FOLDER, page
from .sessions import COOKIE, LIFETIME_S, AdminSessions
from .visit import PREFIX, AdminSender, admin_router

router = admin_router()

Having = Annotated[Services, Depends(services)]
Field = Annotated[str, Form(max_length=254)]


@router.get("/style.css")
async def style() -> Response:
    """How it looks."""
    return FileResponse(FOLDER / "style.css", headers={"Cache-Control": "public, max-age=3600"})


@router.get("/login")
async def login_form() -> Response:
    """Asks for e-mail and password."""
    return page("login.html", failed=False)


@router.post("/login")
async def login(email: Field, password: Field, having: Having, request: Request) -> Response:
    """Starts a session. Without ADMIN_PASSWORD nobody can."""
    client = client_address(request, having.settings.trusted_proxy_hops)
    await having.admin_guard.check(email, client)
    if not _is_admin(email, password, having):
        await having.admin_guard.failed(email, client)
        return page("login.html", HTTPStatus.UNAUTHORIZED, failed=True)
    answer = RedirectResponse(PREFIX, HTTPStatus.SEE_OTHER)
    cookie = AdminSessions(having.settings.secret_key).start(having.settings.admin_email)
    secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    answer.set_cookie(COOKIE, cookie, LIFETIME_S, path=PREFIX, secure=secure, httponly=True, samesite="strict")
    return answer


@router.post("/logout")
async def logout(_: AdminSender) -> Response:
    """Ends the session in this browser."""
    answer = RedirectResponse(f"{PREFIX}/login", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, path=PREFIX)
    return answer


def _is_admin(email: str, password: str, having: Services) -> bool:
    settings = having.settings
    if settings.admin_password is None:
        return False
    right_email = hmac.compare_digest(email.strip().lower().encode(), settings.admin_email.lower().encode())
    right_password = hmac.compare_digest(password.encode(), settings.admin_password.encode())
    return right_email and right_password
