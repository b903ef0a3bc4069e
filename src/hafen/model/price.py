"""Money that somebody asks for, with the day it was asked and where."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Price:
    """amount: a month's price in `currency` (ISO 4217). source: who said so. date: ISO day it was read."""

    amount: Decimal
    currency: str
    source: str
    date: str

    def times(self, count: int) -> Price:
        return Price(self.amount * count, self.currency, self.source, self.date)
