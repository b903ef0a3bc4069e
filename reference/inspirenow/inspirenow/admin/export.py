"""People as CSV, in parts, so that a hundred thousand of them never stand in memory at once."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from starlette.responses import StreamingResponse

from ..model import ListedPerson
from ..stores.protocol import Statistics
from .visit import Admin, admin_router

router = admin_router()

BATCH = 2_000
FIELDS = ("id", "organisation", "name", "email", "department", "verified_at")
# What spreadsheets take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@router.get("/people.csv")
async def people(visit: Admin) -> StreamingResponse:
    """Everybody."""
    headers = {"Content-Disposition": 'attachment; filename="people.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(visit.services.store.statistics), headers=headers, media_type="text/csv")


async def _lines(statistics: Statistics) -> AsyncIterator[str]:
    yield _csv([FIELDS])
    after_id = 0
    while batch := await statistics.people("", after_id, BATCH):
        yield _csv([_row(person) for person in batch])
        after_id = batch[-1].id


def _row(person: ListedPerson) -> Sequence[str]:
    texts = (person.organisation, person.name, person.email, person.department)
    verified_at = datetime.fromtimestamp(person.verified_at, UTC).isoformat() if person.verified_at else ""
    return str(person.id), *map(_harmless, texts), verified_at


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
