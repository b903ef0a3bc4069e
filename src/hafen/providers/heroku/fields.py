"""Reading parsed JSON without trusting it: a field of another kind is an AnswerInvalid that names the field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hafen.errors import AnswerInvalid


def texts(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise AnswerInvalid("is not an object of texts", where=where)
    return value


def text(item: Any, *path: str) -> str:
    found = _at(item, path)
    if not isinstance(found, str):
        raise AnswerInvalid(f"Heroku's answer has no text at {'.'.join(path)}")
    return found


def text_or(default: str, item: Any, *path: str) -> str:
    found = _at(item, path)
    return found if isinstance(found, str) else default


def whole(item: Any, *path: str) -> int:
    found = _at(item, path)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise AnswerInvalid(f"Heroku's answer has no whole number at {'.'.join(path)}")
    return found


def dollars(price: Any) -> Decimal | None:
    """A month's price from {cents, unit, contract?}; None for a contract, another unit, or no price."""
    if not isinstance(price, dict) or price.get("contract") or price.get("unit") != "month":
        return None
    cents = price.get("cents")
    return Decimal(cents) / 100 if isinstance(cents, int) and not isinstance(cents, bool) else None


def _at(item: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        item = item.get(key) if isinstance(item, dict) else None
    return item
