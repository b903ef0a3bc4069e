"""The CSV of the people that exist before a load test. Lists within a field are separated by semicolons."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..model import Profile

EXISTING_CSV = Path(__file__).resolve().parents[2] / "load" / "existing.csv"
SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class ExistingPerson:
    """One row."""

    email: str
    organisation: str
    profile: Profile


def read(path: Path = EXISTING_CSV) -> Iterator[ExistingPerson]:
    """In the order of the file."""
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            tags = (_list(row["skills"]), _list(row["wants_to_learn"]), _list(row["interests"]))
            yield ExistingPerson(row["email"], row["organisation"], Profile(row["name"], row["department"], *tags))


def _list(field: str) -> tuple[str, ...]:
    return tuple(field.split(SEPARATOR)) if field else ()
