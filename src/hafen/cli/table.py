"""Columns for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines with columns as wide as their widest cell, colours not counted. Only the head when there are none."""
    cells = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(click.unstyle(row[column])) for row in cells) for column in range(len(head))]
    for row in cells:
        padded = (cell + " " * (width - len(click.unstyle(cell))) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()
