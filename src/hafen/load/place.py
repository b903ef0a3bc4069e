"""A value in a script with the place where it stands, so that every mistake can be told with its line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from hafen.spec.document import Document, Path_


class Missing:
    """What stands at a place that is not in the script."""

    def __repr__(self) -> str:
        return "missing"


MISSING = Missing()


@dataclass(frozen=True)
class Place:
    """Readers answer the default, and note a problem in the document, when the value is of the wrong form."""

    document: Document
    path: Path_
    value: Any

    @property
    def there(self) -> bool:
        return self.value is not MISSING and self.value is not None

    @property
    def line(self) -> str:
        return self.document.where(self.path)

    def problem(self, what: str, hint: str = "") -> None:
        self.document.problem(self.path, what, hint)

    def at(self, key: str | int) -> Place:
        """What stands below; MISSING when nothing does."""
        found: Any = MISSING
        if isinstance(self.value, dict):
            found = self.value.get(key, MISSING)
        elif isinstance(self.value, list) and isinstance(key, int) and key < len(self.value):
            found = self.value[key]
        return Place(self.document, (*self.path, key), found)

    def items(self) -> Iterator[Place]:
        """The entries of a list; none when it is not one."""
        if isinstance(self.value, list):
            for index in range(len(self.value)):
                yield self.at(index)

    def one_or_many(self) -> Iterator[Place]:
        """A list's entries, or the value itself: many keys take either."""
        if isinstance(self.value, list):
            yield from self.items()
        elif self.there:
            yield self

    def mapping(self, known: Sequence[str] = (), refused: Mapping[str, str] | None = None) -> dict[str, Place]:
        """The entries by key. With `known`, any other key is a problem; `refused` says why Hafen lacks a real one."""
        if not self.there:
            return {}
        if not isinstance(self.value, dict):
            self.problem(f"must be a mapping, not {kind_of(self.value)}")
            return {}
        places = {key: self.at(key) for key in self.value}
        for key, place in places.items():
            if refused and key in refused:
                place.problem("is not supported by Hafen", refused[key])
            elif known and key not in known:
                near = get_close_matches(key, known, n=1, cutoff=0.6)
                place.problem("is not a key that stands here", near[0] if near else f"one of {', '.join(known)}")
        return places

    def text(self, default: str = "") -> str:
        """A number or a truth value stands for its text, as in a header."""
        if not self.there:
            return default
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, str | int | float):
            return str(self.value)
        self.problem(f"must be a text, not {kind_of(self.value)}")
        return default

    def flag(self, default: bool) -> bool:
        if not self.there:
            return default
        if isinstance(self.value, bool):
            return self.value
        if self.value in {"true", "false"}:
            return bool(self.value == "true")
        self.problem(f"must be true or false, not {kind_of(self.value)}")
        return default

    def number(self, default: float, *, least: float = 0, most: float = 1e9) -> float:
        """Numbers may stand as text, as Artillery allows for values from the environment."""
        if not self.there:
            return default
        number = as_number(self.value)
        if number is None:
            self.problem(f"must be a number, not {kind_of(self.value)}")
            return default
        if not least <= number <= most:
            self.problem(f"{number:g} is out of range", f"{least:g} to {most:g}")
            return default
        return number

    def whole(self, default: int, *, least: int = 0, most: int = 1_000_000_000) -> int:
        number = self.number(default, least=least, most=most)
        if number != int(number):
            self.problem(f"{number:g} is not a whole number")
            return default
        return int(number)

    def seconds(self, default: float, *, least: float = 0) -> float:
        """Seconds as a number, or a text with a unit: "90", "500ms", "2 min", "1h"."""
        if self.there and isinstance(self.value, str) and as_number(self.value) is None:
            found = duration_s(self.value)
            if found is None:
                self.problem("is not a duration", "30, 500ms, 10m, 1h")
            return default if found is None else found
        return self.number(default, least=least)


def as_number(value: Any) -> float | None:
    """Finite numbers and texts that are one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


_UNITS_S = {
    unit: seconds
    for units, seconds in (
        (("ms", "msec", "msecs", "millisecond", "milliseconds"), 0.001),
        (("s", "sec", "secs", "second", "seconds"), 1.0),
        (("m", "min", "mins", "minute", "minutes"), 60.0),
        (("h", "hr", "hrs", "hour", "hours"), 3600.0),
        (("d", "day", "days"), 86400.0),
    )
    for unit in units
}


def duration_s(text: str) -> float | None:
    """Seconds of "10m", "500 ms"; None when it is no duration. The units are those of npm's `ms`."""
    unit = text.strip().lstrip("0123456789.")
    number = as_number(text.strip().removesuffix(unit))
    seconds = _UNITS_S.get(unit.strip().lower())
    return None if number is None or seconds is None else number * seconds


def kind_of(value: Any) -> str:
    """A word for people; never the value itself, which may be a secret."""
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "true or false"),
        (int, "a number"),
        (float, "a number"),
        (str, "a text"),
        (list, "a list"),
        (dict, "a mapping"),
    )
    return next((word for kind, word in kinds if isinstance(value, kind)), "nothing")
