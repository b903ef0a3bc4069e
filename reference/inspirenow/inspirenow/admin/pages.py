"""What the dashboard shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from ..model import Day
from .render import page_for
from .visit import Admin, admin_router

router = admin_router()

DAY_S = 24 * 60 * 60
CHART_DAYS = 30
PAGE_SIZE = 50
SKILLS = 30
MATCHES = 50
ID_MAX = 2**31 - 1

Words = Annotated[str, Query(max_length=100)]


@router.get("")
async def overview(visit: Admin) -> Response:
    """Totals, and the last days as charts."""
    statistics, now = visit.services.store.statistics, int(time.time())
    today = now // DAY_S
    days = await statistics.days(today - CHART_DAYS + 1, today)
    numbers = await statistics.numbers(now)
    return page_for(visit, "overview.html", here="overview", numbers=numbers, charts=_charts(days))


@router.get("/organisations")
async def organisations(visit: Admin) -> Response:
    """Customers, with the code that lets people in."""
    found = await visit.services.store.statistics.organisations()
    return page_for(visit, "organisations.html", here="organisations", organisations=found)


@router.get("/people")
async def people(visit: Admin, words: Words = "", after: Annotated[int, Query(ge=0, le=ID_MAX)] = 0) -> Response:
    """Search, and page by page."""
    found = await visit.services.store.statistics.people(words.strip(), after, PAGE_SIZE + 1)
    shown, rest = found[:PAGE_SIZE], found[PAGE_SIZE:]
    following = shown[-1].id if rest else None
    return page_for(visit, "people.html", here="people", people=shown, words=words, following=following)


@router.get("/skills")
async def skills(visit: Admin) -> Response:
    """What people can, and what they want to learn."""
    found = await visit.services.store.statistics.skills(SKILLS)
    return page_for(visit, "skills.html", here="skills", skills=found)


@router.get("/matches")
async def matches(visit: Admin) -> Response:
    """The latest."""
    found = await visit.services.store.statistics.matches(MATCHES)
    return page_for(visit, "matches.html", here="matches", matches=found)


def _charts(days: Sequence[Day]) -> list[tuple[str, list[tuple[str, int]]]]:
    labels = [(date(1970, 1, 1) + timedelta(day.number)).strftime("%d %b") for day in days]
    return [
        ("Swipes", list(zip(labels, [day.swipes for day in days], strict=True))),
        ("Matches", list(zip(labels, [day.matches for day in days], strict=True))),
        ("People active", list(zip(labels, [day.active for day in days], strict=True))),
        ("People joined", list(zip(labels, [day.joined for day in days], strict=True))),
    ]
