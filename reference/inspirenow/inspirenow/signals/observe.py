"""Wraps the whole app: a request id, one log line and one observation per request, and a limit for bodies."""

from __future__ import annotations

import itertools
import re
import secrets
import time
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..problems import of_status, problem_response
from .metrics import METHODS, Metrics
from .request_log import RequestLine, RequestLog

REQUEST_ID_HEADER = b"x-request-id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Unique without asking the operating system for randomness each time.
_PROCESS = secrets.token_hex(8)
_numbers = itertools.count(1)
MAX_BODY_BYTES = 64 * 1024
TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
UNMATCHED = "unmatched"
# Probes and scrapes come every few seconds and say nothing about users.
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


class Observed:
    """ASGI middleware around everything, so that answers to unexpected errors are observed too."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log: RequestLog) -> None:
        self._app = app
        self._metrics = metrics
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass on what is not HTTP."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        answer = _Answer(send, _request_id(scope))
        self._metrics.in_progress.inc()
        try:
            await _serve(self._app, scope, receive, answer.send)
        finally:
            self._metrics.in_progress.dec()
            self._observe(scope, answer, time.perf_counter() - started)

    def _observe(self, scope: Scope, answer: _Answer, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = _template(scope)
        self._metrics.observe_request(method, route, answer.status, seconds)
        if route not in _QUIET:
            self._log.add(RequestLine(answer.request_id, method, route, answer.status, seconds))


class _Answer:
    """Adds the request id to the answer's head and remembers its status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.status = int(HTTPStatus.INTERNAL_SERVER_ERROR)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (REQUEST_ID_HEADER, self.request_id.encode())]
        await self._send(message)


async def _serve(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    announced = _header(scope, b"content-length")
    if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
        await problem_response(of_status(TOO_LARGE), {"Connection": "close"})(scope, receive, send)
        return
    await app(scope, _limited(receive), send)


def _limited(receive: Receive) -> Receive:
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise HTTPException(TOO_LARGE)
        return message

    return limited


def _request_id(scope: Scope) -> str:
    given = _header(scope, REQUEST_ID_HEADER).decode("latin-1")
    return given if _REQUEST_ID.fullmatch(given) else f"{_PROCESS}-{next(_numbers):x}"


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for one, value in scope["headers"] if one == name), b"")


def _template(scope: Scope) -> str:
    """The route as it was declared: paths with ids in them would make a metric each."""
    return getattr(scope.get("route"), "path", None) or UNMATCHED
