"""A plot: lines over bands between two axes, as geometry that a template writes out.

The drawing area is 1000 × 1000 units that stretch to any width; text stands beside it, placed by percentages, so that
it keeps its size from a phone to a wall. Strokes do not stretch (`vector-effect: non-scaling-stroke`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hafen.report.charts.scale import Axis

UNITS = 1000
_LETTER_PX, _NARROW_PX, _HALF_PX = 6.5, 270, 390
Point = tuple[float, float | None]


@dataclass(frozen=True)
class Line:
    """style: number of the run's colour and dash, or "asked" for what was wanted. None in points leaves a gap."""

    label: str
    style: str
    points: Sequence[Point]
    steps: bool = False


@dataclass(frozen=True)
class Band:
    """A stretch of the x axis with a name, as a phase of the load."""

    label: str
    start: float
    end: float


@dataclass(frozen=True)
class Mark:
    """A place on the x axis where something happened, and how long it took there."""

    label: str
    start: float
    end: float


@dataclass(frozen=True)
class Plot:
    """name: unique on the page, an HTML id. text: the chart in words, for those who do not see it. height_px: of the
    drawing area. unit: how the reader shows values: "ms", "/s", "cores", "users". read: the x axis' kind for the
    reader, "time" or "percentile"."""

    name: str
    title: str
    text: str
    x: Axis
    y: Axis
    lines: Sequence[Line]
    unit: str
    height_px: int = 240
    bands: Sequence[Band] = ()
    marks: Sequence[Mark] = ()
    read: str = "time"

    def path(self, line: Line) -> str:
        """SVG path data; a gap starts anew, a lonely point is a dot under a round line cap."""
        parts: list[str] = []
        pen_down, last_y = False, 0.0
        for x, y in line.points:
            if y is None:
                pen_down = False
                continue
            at_x, at_y = round(self.x.at(x) * UNITS, 1), round((1 - self.y.at(y)) * UNITS, 1)
            if not pen_down:
                parts.append(f"M{at_x:g} {at_y:g}h0")
            elif line.steps and at_y != last_y:
                parts.append(f"H{at_x:g}V{at_y:g}")
            else:
                parts.append(f"L{at_x:g} {at_y:g}")
            pen_down, last_y = True, at_y
        return "".join(parts)

    def band_boxes(self) -> list[dict[str, Any]]:
        return [self._box(band.label, band.start, band.end) for band in self.bands]

    def mark_boxes(self) -> list[dict[str, Any]]:
        return [self._box(mark.label, mark.start, mark.end) for mark in self.marks]

    def data(self) -> dict[str, Any]:
        """What the read-out shows: per line the positions (0 to 1), the x values and the y values."""
        return {
            "read": self.read,
            "unit": self.unit,
            "lines": [
                {
                    "label": line.label,
                    "style": line.style,
                    "at": [round(self.x.at(x), 4) for x, y in line.points if y is not None],
                    "x": [round(x, 3) for x, y in line.points if y is not None],
                    "y": [float(f"{y:.4g}") for _, y in line.points if y is not None],
                }
                for line in self.lines
            ],
        }

    def _box(self, label: str, start: float, end: float) -> dict[str, Any]:
        """Percents of the width. tight, snug: the label does not fit on a phone, or in a plot of half the page."""
        left, right = self.x.at(start) * 100, self.x.at(end) * 100
        width = right - left
        return {
            "label": label,
            "left": round(left, 2),
            "width": round(width, 2),
            "tight": len(label) * _LETTER_PX > width / 100 * _NARROW_PX,
            "snug": len(label) * _LETTER_PX > width / 100 * _HALF_PX,
        }
