"""What a report's templates are given: text that is ready to show, and plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hafen.report.charts.labels import Label, direct_labels
from hafen.report.charts.plot import Plot


@dataclass(frozen=True)
class Drawn:
    plot: Plot
    labels: Sequence[Label]


@dataclass(frozen=True)
class Named:
    """A run in legends and table heads."""

    label: str
    style: str
    formation: str = ""


@dataclass(frozen=True)
class Chip:
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Banner:
    title: str
    text: str
    reasons: Sequence[str] = ()
    loud: bool = True


@dataclass(frozen=True)
class CardRow:
    """bar: 0 to 100."""

    label: str
    style: str
    value: str
    bar: float


@dataclass(frozen=True)
class Card:
    title: str
    figure: str
    word: str
    tone: str
    rows: Sequence[CardRow]


@dataclass(frozen=True)
class EndpointRow:
    label: str
    style: str
    p95: str
    bar: float
    requests: str
    failed: str


@dataclass(frozen=True)
class EndpointRank:
    name: str
    rows: Sequence[EndpointRow]


@dataclass(frozen=True)
class Cell:
    text: str = ""
    count: str = ""
    share: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    title: str
    cells: Sequence[Cell]
    note: str = ""
    total: bool = False


@dataclass(frozen=True)
class NumberRow:
    title: str
    cells: Sequence[str]
    ratio: str = ""
    tone: str = ""


@dataclass(frozen=True)
class NumberGroup:
    title: str
    rows: Sequence[NumberRow]


@dataclass(frozen=True)
class Sample:
    label: str
    style: str
    kind: str
    message: str


@dataclass(frozen=True)
class Fact:
    title: str
    text: str


@dataclass(frozen=True)
class Price:
    what: str
    sold_by: str
    amount: str
    source: str
    date: str
    note: str = ""


@dataclass
class Page:
    """All that `page.html.j2` shows."""

    title: str
    kind: str
    kicker: str
    headline: str
    date: str
    version: str
    runs: Sequence[Named]
    others: Sequence[str] = ()
    chips: Sequence[Chip] = ()
    banners: Sequence[Banner] = ()
    cards: Sequence[Card] = ()
    latency: Sequence[Drawn] = ()
    traffic: Sequence[Drawn] = ()
    percentiles: Drawn | None = None
    endpoints: Sequence[EndpointRank] = ()
    endpoints_scale: str = ""
    endpoints_left_out: int = 0
    errors: Sequence[Row] = ()
    samples: Sequence[Sample] = ()
    cpu: Sequence[Drawn] = ()
    budgets: str = ""
    numbers: Sequence[NumberGroup] = ()
    numbers_lede: str = ""
    trust: Sequence[Row] = ()
    checks: Sequence[Row] = ()
    facts: Sequence[Fact] = field(default_factory=list)
    prices: Sequence[Price] = ()
    prices_lede: str = ""
    prices_sellers: bool = False


def drawn(plot: Plot) -> Drawn:
    return Drawn(plot, direct_labels(plot))
