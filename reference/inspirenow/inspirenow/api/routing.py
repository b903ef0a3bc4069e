"""What all routes of the API have in common."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from ..problems import MEDIA_TYPE

PREFIX = "/api/v1"

_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:inspirenow:problem:not-logged-in"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_PROBLEM: dict[str, Any] = {
    "description": "A problem, as RFC 9457 says",
    "content": {MEDIA_TYPE: {"schema": _PROBLEM_SCHEMA}},
}


def api_router(tag: str, path: str = "") -> APIRouter:
    """A router below the prefix whose errors are documented."""
    return APIRouter(prefix=PREFIX + path, tags=[tag], responses={"4XX": _PROBLEM, "5XX": _PROBLEM})
