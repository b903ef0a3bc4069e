"""Errors in one shape: RFC 9457, `application/problem+json`. Nothing of the request is echoed but names of fields."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from .stores.protocol import StoreUnavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2

log = logging.getLogger(__name__)


class Problem(Exception):
    """An answer that is not what was asked for. `slug` is for programs, `title` and `detail` are for people."""

    def __init__(self, status: HTTPStatus, slug: str, title: str, detail: str | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.slug = slug
        self.title = title
        self.detail = detail
        self.headers: dict[str, str] = {}


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """The problem as HTTP."""
    body = {"type": f"urn:inspirenow:problem:{problem.slug}", "title": problem.title, "status": int(problem.status)}
    if problem.detail:
        body["detail"] = problem.detail
    content = json.dumps({**body, **more}).encode()
    return Response(content, int(problem.status), headers, MEDIA_TYPE)


def of_status(status: HTTPStatus) -> Problem:
    """What HTTP's own words say about a status."""
    return Problem(status, status.phrase.lower().replace(" ", "-"), status.phrase)


def install(app: FastAPI) -> None:
    """Let every error of the app leave as a problem."""
    app.add_exception_handler(Problem, _known)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StoreUnavailable, _store_unavailable)
    app.add_exception_handler(Exception, _unexpected)


async def _known(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101  registered for this class only
    challenge = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {}
    return problem_response(error, error.headers | challenge)


async def _of_framework(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class only
    return problem_response(of_status(HTTPStatus(error.status_code)), error.headers)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class only
    errors = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
    problem = Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", "The request is not valid")
    return problem_response(problem, errors=errors)


async def _store_unavailable(_: Request, error: Exception) -> Response:
    log.error("the store is unavailable: %s", error)
    title = "The database is out of reach; please try again"
    problem = Problem(HTTPStatus.SERVICE_UNAVAILABLE, "store-unavailable", title)
    return problem_response(problem, {"Retry-After": str(RETRY_AFTER_S)})


async def _unexpected(_: Request, __: Exception) -> Response:
    title = "Something went wrong at our side"
    return problem_response(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", title))
