"""Numbers in words: no figure is claimed that was not measured, none and all are said only when they are exact."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hafen.measure.numbers import (
    duration_text,
    limit_text,
    memory_text,
    money_text,
    percent_text,
    rate_text,
    ratio_text,
)
from hafen.model.price import Price


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (None, "–"), (0, "0.00 ms"), (0.424, "0.42 ms"), (0.997, "1.0 ms"), (4.21, "4.2 ms"), (9.96, "10 ms"),
        (180.4, "180 ms"), (999.4, "999 ms"), (999.6, "1.0 s"), (4200, "4.2 s"), (9960, "10 s"), (12_300, "12 s"),
        (59_600, "1 min"), (65_000, "1 min 5 s"), (3_600_000, "60 min"),
    ],
)  # fmt: skip
def test_durations(ms: float | None, text: str) -> None:
    assert duration_text(ms) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "–"), (0, "0 %"), (1, "100 %"), (0.00001, "<0.01 %"), (0.0004, "0.04 %"), (0.0123, "1.2 %"),
        (0.12, "12 %"), (0.994, "99 %"), (0.99999, "99.99 %"), (0.996, "99.60 %"), (2.5, "250 %"),
    ],
)  # fmt: skip
def test_shares(share: float | None, text: str) -> None:
    assert percent_text(share) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(None, "–"), (0, "0.00 ×"), (0.0047, "0.0047 ×"), (0.42, "0.42 ×"), (3.14, "3.1 ×"), (23.4, "23 ×")],
)
def test_ratios(ratio: float | None, text: str) -> None:
    assert ratio_text(ratio) == text


def test_rates_limits_memory_and_money() -> None:
    assert [rate_text(value) for value in (0.42, 4.21, 62.5, 99.6, 1234.5)] == ["0.42", "4.2", "62.5", "100", "1,234"]
    assert [limit_text(value) for value in (1000, 1500, 250)] == ["1 s", "1.5 s", "250 ms"]
    assert [memory_text(value * 1024**2) for value in (182, 1536)] == ["182 MiB", "1.5 GiB"]
    assert money_text(Price(Decimal("1041.3"), "EUR", "a list", "2021-06")) == "1,041.30 €"
    assert money_text(Price(Decimal("50"), "CHF", "a list", "2021-06")) == "50.00 CHF"
