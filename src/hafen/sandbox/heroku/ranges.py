"""Heroku's paging: `Range: id ..; max=200, order=desc` and what is answered to it.

Source: devcenter.heroku.com/articles/platform-api-reference#ranges: default page 200, at most 1000; bounds are
included unless `]` stands before the first or `[` after the last; a cut list answers 206 with Next-Range.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

DEFAULT_MAX = 200
LARGEST_MAX = 1000
_RANGE = re.compile(
    r"^\s*(?P<field>\w+)\s+(?P<after>\]?)(?P<first>[^;,\[\]]*?)\.\.(?P<last>[^;,\[\]]*)(?P<before>\[?)\s*$"
)


class RangeInvalid(ValueError):
    """The header cannot be read or asks for what is not there: 416."""


@dataclass(frozen=True)
class Range:
    """first, last: bounds as text, "" for open. after, before: the bound itself is left out."""

    field: str
    first: str = ""
    last: str = ""
    after: bool = False
    before: bool = False
    max: int = DEFAULT_MAX
    descending: bool = False

    def __str__(self) -> str:
        order = "; order=desc" if self.descending else ""
        bounds = f"{']' if self.after else ''}{self.first}..{self.last}{'[' if self.before else ''}"
        return f"{self.field} {bounds}; max={self.max}{order}"


@dataclass(frozen=True)
class Page:
    """content_range: header of that name. next_range: None on the last page."""

    items: Sequence[Any]
    content_range: str
    next_range: str | None


def parse_range(header: str | None, fields: Sequence[str]) -> Range:
    """fields: that the list can be ordered by; the first is the default. Raises RangeInvalid."""
    if not header or not header.strip():
        return Range(fields[0])
    bounds, *options = re.split(r"[;,]", header)
    found = _RANGE.match(bounds)
    if not found or found["field"] not in fields:
        raise RangeInvalid(f"the range must begin with one of {', '.join(fields)} and hold `..`")
    wanted = Range(
        found["field"],
        found["first"].strip(),
        found["last"].strip(),
        after=bool(found["after"]),
        before=bool(found["before"]),
    )
    for option in filter(None, map(str.strip, options)):
        wanted = _with_option(wanted, option)
    return wanted


def _with_option(wanted: Range, option: str) -> Range:
    key, _, value = option.partition("=")
    if key == "max" and value.isdigit() and 1 <= int(value) <= LARGEST_MAX:
        return replace(wanted, max=int(value))
    if key == "order" and value in ("asc", "desc"):
        return replace(wanted, descending=value == "desc")
    raise RangeInvalid(f"{option!r} is neither max=1..{LARGEST_MAX} nor order=asc|desc")


def page(items: Sequence[dict[str, Any]], wanted: Range) -> Page:
    """The part of a list that a range asks for. items: resources with the field in question."""

    def key(item: dict[str, Any]) -> Any:
        return item[wanted.field]

    ordered = sorted(items, key=key, reverse=wanted.descending)
    bound = _bound(ordered, wanted)
    inside = [item for item in ordered if bound(key(item))]
    cut = inside[: wanted.max]
    first, last = (str(key(cut[0])), str(key(cut[-1]))) if cut else ("", "")
    more = replace(wanted, first=last, after=True) if len(inside) > wanted.max else None
    return Page(cut, f"{wanted.field} {first}..{last}; max={wanted.max}", str(more) if more else None)


def _bound(ordered: Sequence[dict[str, Any]], wanted: Range) -> Any:
    numeric = bool(ordered) and isinstance(ordered[0][wanted.field], int)
    try:
        first, last = (_value(text, numeric=numeric) for text in (wanted.first, wanted.last))
    except ValueError:
        raise RangeInvalid(f"{wanted.field} is a number") from None

    def inside(value: Any) -> bool:
        sign = -1 if wanted.descending else 1
        above = first is None or _compare(value, first) * sign > (0 if wanted.after else -1)
        below = last is None or _compare(value, last) * sign < (0 if wanted.before else 1)
        return above and below

    return inside


def _value(text: str, *, numeric: bool) -> str | int | None:
    if not text:
        return None
    return int(text) if numeric else text


def _compare(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)
