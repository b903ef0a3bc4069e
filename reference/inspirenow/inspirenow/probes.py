"""For machines: is the process alive, can it serve, what does it measure."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from .services import Services, services
from .signals.metrics import CONTENT_TYPE

router = APIRouter(tags=["probes"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(having: Annotated[Services, Depends(services)]) -> dict[str, str]:
    """The store answers too; else 503 and no traffic should come."""
    await having.store.check()
    return {"status": "ready"}


@router.get("/metrics", response_class=Response)
async def metrics(having: Annotated[Services, Depends(services)]) -> Response:
    """In Prometheus' text format."""
    return Response(having.metrics.exposition(), media_type=CONTENT_TYPE)
