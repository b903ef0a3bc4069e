"""What a person must know before an app leaves Heroku."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hafen.model.price import Price

Severity = Literal["ok", "note", "action"]
Area = Literal["processes", "release", "config", "add-ons", "domains", "schedules", "build", "behaviour", "source"]


@dataclass(frozen=True)
class Finding:
    """severity: ok, it is carried over; note, it differs; action, somebody must do something.

    subject: what it is about, "DATA_DIR". what: one sentence. next: what to do, "" when nothing.
    """

    severity: Severity
    area: Area
    subject: str
    what: str
    next: str = ""


@dataclass(frozen=True)
class CostLine:
    """One thing that is paid for. unit: price of one a month, None when nobody tells. flat: not times `count`."""

    what: str
    count: int
    unit: Price | None
    flat: bool = False

    @property
    def total(self) -> Price | None:
        if self.unit is None or self.flat:
            return self.unit
        return self.unit.times(self.count)


@dataclass(frozen=True)
class Preflight:
    """costs: what is paid at Heroku now. sizes: what one dyno of each size costs there."""

    app: str
    origin: str
    findings: tuple[Finding, ...]
    costs: tuple[CostLine, ...] = ()
    sizes: tuple[CostLine, ...] = ()

    def of(self, severity: Severity) -> Sequence[Finding]:
        return [finding for finding in self.findings if finding.severity == severity]

    @property
    def total(self) -> Price | None:
        """Sum of what is known; None when nothing is. The source names all sources."""
        known = [line.total for line in self.costs if line.total is not None]
        if not known:
            return None
        sources = "; ".join(dict.fromkeys(price.source for price in known))
        amount = sum((price.amount for price in known), start=known[0].amount * 0)
        return Price(amount, known[0].currency, sources, max(price.date for price in known))
