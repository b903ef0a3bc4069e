"""The arithmetic of the article's bills."""

from __future__ import annotations

from decimal import Decimal

from hafen.planning import seed_prices


def test_the_sums_are_the_articles() -> None:
    two, eight = seed_prices.dynos("standard-2x", 2), seed_prices.dynos("standard-2x", 8)
    assert two is not None
    assert eight is not None
    assert two.amount == Decimal("82.60")
    assert round(eight.amount, -1) == Decimal(330)
    assert seed_prices.cluster().amount == Decimal("46.88")
    assert seed_prices.management().amount == Decimal("17.49")
    assert seed_prices.cluster().amount + seed_prices.management().amount == Decimal("64.37")


def test_a_size_that_the_article_does_not_name_has_no_price() -> None:
    assert seed_prices.dynos("performance-l", 1) is None
