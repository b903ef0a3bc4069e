"""Answers in Heroku's form: JSON with an ETag, lists by ranges, errors as {id, message, url?}."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hafen.sandbox.heroku.ranges import RangeInvalid, page, parse_range

_REFERENCE = "https://devcenter.heroku.com/articles/platform-api-reference"
_ERRORS = {
    400: ("bad_request", "Request body could not be parsed as JSON.", ""),
    401: ("unauthorized", "Invalid credentials provided.", ""),
    403: ("forbidden", "You do not have access to this resource.", ""),
    404: ("not_found", "The requested API endpoint was not found. Check the path and the HTTP verb.", ""),
    405: ("method_not_allowed", "This path does not know that HTTP verb.", ""),
    406: (
        "not_acceptable",
        "An Accept header of `application/vnd.heroku+json; version=3` is needed.",
        f"{_REFERENCE}#clients",
    ),
    416: ("requested_range_not_satisfiable", "The range cannot be satisfied.", f"{_REFERENCE}#ranges"),
    422: ("invalid_params", "Invalid parameters.", ""),
    429: ("rate_limit", "Your account reached the API limit. Please wait a few minutes.", f"{_REFERENCE}#rate-limits"),
    500: ("internal_server_error", "An error has occurred.", ""),
    503: ("unavailable", "The API is down for a moment. Please try again.", "https://status.heroku.com"),
}


class Refusal(Exception):
    """Ends a request with an error. what: instead of the usual message. resource: "app" for a 404."""

    def __init__(self, status: int, what: str = "", *, resource: str = "") -> None:
        super().__init__(what)
        self.status = status
        self.what = what
        self.resource = resource


def refused(refusal: Refusal) -> Response:
    name, message, url = _ERRORS[refusal.status]
    body = {"id": name, "message": refusal.what or message}
    body |= {"url": url} if url else {}
    body |= {"resource": refusal.resource} if refusal.resource else {}
    return _json(body, refusal.status)


def answer(request: Request, body: Any, status: int = 200) -> Response:
    """One resource; 304 without a body when the client already has it."""
    response = _json(body, status)
    if request.method == "GET" and response.headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers={"ETag": response.headers["ETag"]})
    return response


def answer_list(request: Request, items: Sequence[dict[str, Any]], fields: Sequence[str]) -> Response:
    """A list, by the request's Range. fields: it may be ordered by. 206 when there is more."""
    try:
        part = page(items, parse_range(request.headers.get("Range"), fields))
    except RangeInvalid as invalid:
        raise Refusal(416, str(invalid)) from None
    response = answer(request, list(part.items), 206 if part.next_range else 200)
    response.headers["Accept-Ranges"] = ", ".join(fields)
    response.headers["Content-Range"] = part.content_range
    if part.next_range:
        response.headers["Next-Range"] = part.next_range
    return response


def _json(body: Any, status: int) -> Response:
    content = json.dumps(body, separators=(",", ":")).encode()
    etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
    return Response(content, status, {"Content-Type": "application/json", "ETag": etag})
