"""Where a line's own name can stand inside a plot: next to its line and clear of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hafen.report.charts.plot import Line, Plot

_WIDTH = 0.27
_HEIGHT_PX = 18
_OFFSET_PX = 5
_TOP_PX = 4
_STEPS = 46
_NEAR_ENOUGH_PX = 24.0
_PLENTY_PX = 1000.0


@dataclass(frozen=True)
class Label:
    """left: percent of the plot's width. top_px: from the plot's top."""

    text: str
    style: str
    left: float
    top_px: float


@dataclass(frozen=True)
class _Box:
    """strays: pixels that the line's farthest point above or below the label is away from its nearest."""

    left: float
    top: float
    strays: float

    @property
    def bottom(self) -> float:
        return self.top + _HEIGHT_PX

    def gap(self, top: float, bottom: float) -> float:
        """Pixels between this box and something from `top` to `bottom` below or above it; negative: they overlap."""
        return max(self.top - bottom, top - self.bottom)


def direct_labels(plot: Plot) -> list[Label]:
    """One for each line that has room for it; a line without keeps its entry in the legend."""
    drawn = [(line, _pixels(plot, line)) for line in plot.lines if line.style != "asked"]
    others = [_pixels(plot, line) for line in plot.lines if line.style == "asked"]
    placed: list[_Box] = []
    labels = []
    for line, points in drawn:
        rest = [other for _, other in drawn if other is not points] + others
        free = [(room, box) for box in _places(points, plot.height_px) if (room := _room(box, rest, placed)) > 0]
        if free:
            _, box = max(free, key=lambda found: min(found[0], _NEAR_ENOUGH_PX) - found[1].strays)
            placed.append(box)
            labels.append(Label(line.label, line.style, round(box.left * 100, 1), round(box.top, 1)))
    return labels


def _pixels(plot: Plot, line: Line) -> list[tuple[float, float]]:
    """(0 to 1 across, pixels from the top) of the points that are there."""
    return [(plot.x.at(x), (1 - plot.y.at(y)) * plot.height_px) for x, y in line.points if y is not None]


def _span(points: Sequence[tuple[float, float]], left: float) -> tuple[float, float] | None:
    """Highest and lowest place of a line under a label that begins at `left`."""
    inside = [top for across, top in points if left - 0.01 <= across <= left + _WIDTH]
    return (min(inside), max(inside)) if inside else None


def _places(points: Sequence[tuple[float, float]], height_px: int) -> list[_Box]:
    boxes = []
    for step in range(_STEPS):
        left = 0.02 + step / _STEPS * (1 - _WIDTH - 0.02)
        span = _span(points, left)
        if span is None:
            continue
        strays = span[1] - span[0]
        above, below = span[0] - _OFFSET_PX - _HEIGHT_PX, span[1] + _OFFSET_PX
        if above >= _TOP_PX:
            boxes.append(_Box(left, above, strays))
        if below + _HEIGHT_PX <= height_px:
            boxes.append(_Box(left, below, strays))
    return boxes


def _room(box: _Box, others: Sequence[Sequence[tuple[float, float]]], placed: Sequence[_Box]) -> float:
    """Pixels between a label and whatever else is nearest above or below it; 0 or less: they overlap."""
    gaps = [_PLENTY_PX]
    for points in others:
        span = _span(points, box.left)
        if span is not None:
            gaps.append(box.gap(*span))
    gaps += [box.gap(other.top, other.bottom) for other in placed if abs(other.left - box.left) < _WIDTH]
    return min(gaps)
