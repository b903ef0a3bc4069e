"""Numbers as people read them: two or three figures that carry meaning, and a unit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hafen.model.price import Price

NOTHING = "–"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def duration_text(ms: float | None) -> str:
    """Milliseconds as "0.42 ms", "4.2 ms", "180 ms", "4.2 s", "12 s", "1 min 5 s"; None as a dash."""
    if ms is None:
        return NOTHING
    if ms < 999.5:
        return f"{_figures(ms)} ms"
    seconds = ms / 1000
    if seconds < 59.5:
        return f"{_figures(seconds, small=1)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def limit_text(ms: float) -> str:
    """A limit that somebody chose, without figures that were not: "1 s", "250 ms"."""
    return f"{ms / 1000:g} s" if ms >= 1000 else f"{ms:g} ms"


def rate_text(per_s: float | None) -> str:
    """A rate without its unit: "0.42", "4.2", "118", "1,234"."""
    if per_s is None:
        return NOTHING
    return f"{per_s:,.0f}" if per_s >= 99.5 else _figures(per_s, large=1)


def percent_text(share: float | None) -> str:
    """A share of 0 to 1. "0 %" and "100 %" are said only of exactly none and all."""
    if share is None:
        return NOTHING
    percent = share * 100
    if 0 < percent < 0.005:
        return "<0.01 %"
    if 99.5 <= percent < 100:
        return f"{min(percent, 99.99):.2f} %"
    if percent in (0, 100):
        return f"{percent:.0f} %"
    return f"{_figures(percent)} %"


def ratio_text(ratio: float | None) -> str:
    """A ratio: "0.0047 ×", "0.42 ×", "3.1 ×", "23 ×"."""
    if ratio is None:
        return NOTHING
    return f"{ratio:.2g} ×" if 0 < ratio < 0.095 else f"{_figures(ratio)} ×"


def count_text(count: int) -> str:
    return f"{count:,}"


def money_text(price: Price) -> str:
    """A month's price in its own currency, cents shown: "41.30 €"."""
    amount = price.amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{amount:,} {_SIGNS.get(price.currency, price.currency)}"


def memory_text(count: int | None) -> str:
    """Bytes as "640 MiB" or "1.5 GiB"."""
    if count is None:
        return NOTHING
    mebibytes = count / 1024**2
    return f"{mebibytes:,.0f} MiB" if mebibytes < 1024 else f"{_figures(mebibytes / 1024)} GiB"


def _figures(value: float, *, small: int = 2, large: int = 0) -> str:
    """Below 1: `small` decimals; below 10: one; above: `large`."""
    if value < 0.995:
        return f"{value:.{small}f}"
    return f"{value:.1f}" if value < 9.95 else f"{value:.{large}f}"
