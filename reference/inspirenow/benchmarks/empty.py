"""The peer: what the same server and framework does on a route that does nothing."""

from __future__ import annotations

from fastapi import FastAPI

app = FastAPI()


@app.get("/empty")
async def empty() -> dict[str, bool]:
    """As little as a JSON route can do."""
    return {"ok": True}
