"""Bar charts as SVG, drawn here: no script, and they print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 600
HEIGHT = 160
GAP = 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in the chart's own units, and the words that tell of it."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int


def bars(values: Sequence[tuple[str, int]]) -> list[Bar]:
    """The highest bar fills the height; what is not nothing can be seen."""
    top = max((value for _, value in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    return [_bar(number * step, step, label, value, top) for number, (label, value) in enumerate(values)]


def _bar(x: float, step: float, label: str, value: int, top: int) -> Bar:
    height = max(HEIGHT * value / top, 1 if value else 0)
    return Bar(
        round(x + step * GAP / 2, 2),
        round(HEIGHT - height, 2),
        round(step * (1 - GAP), 2),
        round(height, 2),
        label,
        value,
    )
