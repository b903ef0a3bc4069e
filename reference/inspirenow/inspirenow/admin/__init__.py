"""The admin dashboard at /admin, rendered here, with a login of its own."""

from __future__ import annotations

from fastapi import FastAPI

from . import changes, export, login, pages
from .visit import LoginNeeded, redirect_to_login


def install(app: FastAPI) -> None:
    """Add the dashboard's routes."""
    app.add_exception_handler(LoginNeeded, redirect_to_login)
    for part in (login, pages, changes, export):
        app.router.routes.extend(part.router.routes)
