"""Data cases of the import: a JSON file's facts as values of the model."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from hafen.model.heroku import (
    AddOnFact,
    Checkout,
    ConfigHint,
    DynoSize,
    Formation,
    HerokuApp,
    PipelineApp,
    SourceMention,
)
from hafen.model.preflight import Preflight
from hafen.planning.heroku_import import Imported, completed, facts_of, plan_import
from hafen.planning.preflight import Subject, preflight

FOLDER = Path(__file__).parent / "cases" / "heroku"
CASES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
_MADE: dict[str, Any] = {
    "formation": lambda row: Formation(*row),
    "siblings": lambda row: PipelineApp(*row),
    "addons": lambda row: row if isinstance(row, str) else _addon(row),
    "dyno_sizes": lambda row: DynoSize(row[0], Decimal(row[1]), Decimal(row[2])),
    "health_paths": lambda row: SourceMention(*row),
    "mentions": lambda row: SourceMention(*row),
}


def _addon(row: dict[str, Any]) -> AddOnFact:
    price = row.get("price_usd_month")
    keys = tuple(row.get("config_vars", ()))
    return AddOnFact(**{**row, "price_usd_month": price and Decimal(price), "config_vars": keys})


def _value(name: str, value: Any) -> Any:
    if name == "config_hints":
        return {key: ConfigHint(**hint) for key, hint in value.items()}
    if name == "constants":
        return frozenset(value)
    if isinstance(value, list):
        return tuple(_MADE.get(name, str)(row) for row in value)
    return value


def _app(given: dict[str, Any]) -> HerokuApp:
    base = {"name": "shop", "origin": "https://api.heroku.com"}
    return HerokuApp(**{**base, **{name: _value(name, value) for name, value in given.items()}})


def judge(case: dict[str, Any]) -> tuple[Imported, Preflight]:
    """Plans the import of a case and judges it, as the operation does."""
    checkout = None
    if "checkout" in case:
        checkout = Checkout(**{name: _value(name, value) for name, value in case["checkout"].items()})
    facts = completed(_app(case["facts"]), checkout) if "facts" in case else None
    if facts is None:
        assert checkout is not None
        facts = facts_of(checkout)
    development = completed(_app(case["development"]), checkout) if "development" in case else None
    imported = plan_import(facts, development, checkout)
    return imported, preflight(Subject(facts, imported, checkout, development, "2026-11-23"))
