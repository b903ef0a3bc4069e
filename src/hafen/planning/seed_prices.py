"""What the article Hafen grew from paid, to set prices beside measurements. Its year stands beside each.

Source: E. Ngo, N. Brocker, B. Reuter, M. Koch, "Migrating from Heroku to Hetzner", 2021.
"""

from __future__ import annotations

from decimal import Decimal

from hafen.model.price import Price

SOURCE = "the article “Migrating from Heroku to Hetzner”"
DATE = "2021"
DYNO_EUR = {"standard-1x": Decimal("20.60"), "standard-2x": Decimal("41.30")}
SIZE_WORDS = {"standard-1x": "Standard-1X", "standard-2x": "Standard-2X"}
SERVERS = 5
SERVER_EUR = Decimal("8.21")
LOAD_BALANCER_EUR = Decimal("5.83")
MANAGEMENT_EUR = 3 * Decimal("5.83")


def dynos(size: str, count: int) -> Price | None:
    """A month of so many dynos; None for a size that the article does not name."""
    each = DYNO_EUR.get(size)
    return Price(each, "EUR", f"{SIZE_WORDS[size]} dynos in {SOURCE}", DATE).times(count) if each is not None else None


def cluster() -> Price:
    """A month of its production cluster: three control-plane servers, two workers with four pods, a load balancer."""
    amount = SERVERS * SERVER_EUR + LOAD_BALANCER_EUR
    return Price(amount, "EUR", f"{SERVERS} × CPX21 and an LB11 in {SOURCE}", DATE)


def management() -> Price:
    """A month of the Rancher cluster that it needed beside it, which Hafen does not."""
    return Price(MANAGEMENT_EUR, "EUR", f"3 × CX21 in {SOURCE}", DATE)
