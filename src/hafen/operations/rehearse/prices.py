"""What the formations of a rehearsal cost where they are sold. Nothing here is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hafen.measure.rehearsal import PriceLine
from hafen.model.preflight import Preflight
from hafen.model.price import Price
from hafen.planning import seed_prices

HEROKU = "Heroku"
HETZNER = "Hetzner"
STAND_IN = "made up, by the stand-in for Heroku's API"


def price_of(size: str, replicas: int, *, moved: bool) -> Price | None:
    """moved: the formation stands for the cluster at Hetzner, not for dynos."""
    return seed_prices.cluster() if moved else seed_prices.dynos(size, replicas)


def price_lines(size: str, replicas: Sequence[int], preflight: Preflight, *, moved: bool) -> tuple[PriceLine, ...]:
    """Dynos for each count, then the cluster that the last stands for, and what Heroku asks now."""
    counts = replicas[:-1] if moved else replicas
    lines = [_dynos(size, count) for count in counts]
    if moved:
        lines += [
            PriceLine(
                f"{seed_prices.SERVERS} × CPX21 and a load balancer, for {replicas[-1]} replicas",
                HETZNER,
                seed_prices.cluster(),
                "three control-plane servers, two workers",
            ),
            PriceLine("3 × CX21 for Rancher", HETZNER, seed_prices.management(), "the article's; Hafen needs none"),
        ]
    now = [
        PriceLine(f"{line.count} × {line.what}", HEROKU, _named(line.total, preflight), "what the app costs there now")
        for line in preflight.costs
        if line.total is not None
    ]
    return tuple([line for line in lines if line] + now)


def _named(price: Price, preflight: Preflight) -> Price:
    """The stand-in's address says nothing to a reader of the report."""
    source = STAND_IN if price.source.startswith(preflight.origin) else price.source
    return replace(price, source=source)


def _dynos(size: str, count: int) -> PriceLine | None:
    price = seed_prices.dynos(size, count)
    return PriceLine(f"{count} × {size}", HEROKU, price) if price else None
