"""Heroku's dyno sizes: what they are called here, and what they cost there when the API does not tell.

List prices: the table in npm `heroku` 10.17.0, command `ps:type`; devcenter.heroku.com/articles/usage-and-billing
(2024-10) says the same. Eco is one flat price for an account's pool of 1,000 hours.
"""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from hafen.model.app import SizeName
from hafen.model.heroku import DynoSize
from hafen.model.price import Price
from hafen.model.size import SIZES

PRICE_SOURCE = "devcenter.heroku.com/articles/usage-and-billing"
PRICE_DATE = "2024-10-11"
ECO_POOL_USD = Decimal(5)
LIST_PRICES_USD = {
    "eco": ECO_POOL_USD,
    "basic": Decimal(7),
    "standard-1x": Decimal(25),
    "standard-2x": Decimal(50),
    "performance-m": Decimal(250),
    "performance-l": Decimal(500),
    "performance-l-ram": Decimal(500),
    "performance-xl": Decimal(750),
    "performance-2xl": Decimal(1500),
    "private-s": Decimal(225),
    "private-m": Decimal(450),
    "private-l": Decimal(900),
    "shield-s": Decimal(270),
    "shield-m": Decimal(540),
    "shield-l": Decimal(1080),
}
_SAME_AS: dict[str, SizeName] = {
    "free": "eco",
    "hobby": "basic",
    "1x": "standard-1x",
    "2x": "standard-2x",
    "px": "performance-l",
    "performance": "performance-l",
    "private-s": "standard-2x",
    "private-m": "performance-m",
    "private-l": "performance-l",
    "private-memory-l": "performance-l-ram",
    "private-memory-xl": "performance-xl",
    "private-memory-2xl": "performance-2xl",
}
_GIB = 1024**3


def size_name(heroku_size: str, told: tuple[DynoSize, ...] = ()) -> SizeName:
    """The size that stands in hafen.yaml: the same, or the smallest with as much memory; standard-1x when unknown."""
    name = heroku_size.lower().replace("shield-", "private-")
    for known in get_args(SizeName):
        if name == known:
            return _checked(known)
    if name in _SAME_AS:
        return _SAME_AS[name]
    memory_gb = next((size.memory_gb for size in told if size.name.lower() == heroku_size.lower()), None)
    enough = [size for size in SIZES.values() if memory_gb and size.memory_bytes >= memory_gb * _GIB]
    shared = [size for size in enough if size.name not in ("eco", "basic")]
    return _checked(min(shared, key=lambda size: size.memory_bytes).name) if shared else "standard-1x"


def _checked(name: str) -> SizeName:
    found: SizeName = next(known for known in get_args(SizeName) if known == name)
    return found


def dyno_price(heroku_size: str, told: tuple[DynoSize, ...], origin: str, today: str) -> Price | None:
    """A month of one dyno: as the API says, else the list price, else None. today: ISO day."""
    if is_eco(heroku_size):
        return Price(ECO_POOL_USD, "USD", PRICE_SOURCE, PRICE_DATE)
    for size in told:
        if size.name.lower() == heroku_size.lower() and size.price_usd_month is not None:
            return Price(size.price_usd_month, "USD", f"{origin}/dyno-sizes", today)
    listed = LIST_PRICES_USD.get(heroku_size.lower())
    return None if listed is None else Price(listed, "USD", PRICE_SOURCE, PRICE_DATE)


def is_eco(heroku_size: str) -> bool:
    """Eco dynos sleep, and are paid for by one flat price an account."""
    return heroku_size.lower() in ("eco", "free")
