"""What every request passes before it is answered: faults on purpose, Accept, credentials, the rate limit."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import re
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request

from hafen.sandbox.heroku.answers import Refusal, refused
from hafen.sandbox.heroku.faults import Fault, FaultPlan

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

RATE_LIMIT = 4500
_ACCEPT = re.compile(r"application/vnd\.heroku\+json\s*;\s*version=3(\.[\w-]+)*")


class Gate:
    """An ASGI app before another. rate_limit: calls that are left; it does not fill up again."""

    def __init__(self, app: App, api_key: str, faults: FaultPlan, rate_limit: int = RATE_LIMIT) -> None:
        self.app = app
        self.api_key = api_key
        self.faults = faults
        self.remaining = rate_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        fault = self.faults.next(request.url.path)
        refusal = _fault_refusal(fault) or self._refusal(request)
        head = [(b"request-id", str(uuid.uuid4()).encode()), (b"ratelimit-remaining", str(self.remaining).encode())]
        if fault and fault.kind in ("429", "503"):
            head.append((b"retry-after", str(fault.retry_after_s).encode()))
        wire = _Wire(send, head, fault)
        await wire.silence()
        inner: App = refused(refusal) if refusal else self.app
        await inner(scope, receive, wire)

    def _refusal(self, request: Request) -> Refusal | None:
        if not _ACCEPT.search(request.headers.get("Accept", "")):
            return Refusal(406)
        if not hmac.compare_digest(_credential(request).encode(), self.api_key.encode()):
            return Refusal(401)
        if self.remaining <= 0:
            return Refusal(429)
        self.remaining -= 1
        return None


class _Wire:
    """Sends an answer with the headers that all have, and damages it where a fault asks for that."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]], fault: Fault | None) -> None:
        self.send = send
        self.headers = headers
        self.kind = fault.kind if fault else ""

    async def silence(self) -> None:
        if self.kind == "stall":
            await asyncio.sleep(3600)

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            await self.send({**message, "headers": [*message["headers"], *self.headers]})
        elif self.kind == "half":
            await self._part(message["body"][: len(message["body"]) // 2])
            raise ConnectionError("half an answer, on purpose")
        elif self.kind == "drip":
            for byte in message["body"]:
                await self._part(bytes([byte]))
                await asyncio.sleep(1)
        elif self.kind == "garbage":
            await self.send({**message, "body": b"<" * len(message["body"])})
        else:
            await self.send(message)

    async def _part(self, body: bytes) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": True})


def _fault_refusal(fault: Fault | None) -> Refusal | None:
    return Refusal(int(fault.kind)) if fault and fault.kind.isdigit() else None


def _credential(request: Request) -> str:
    """The key, as Bearer or as the password of Basic."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
