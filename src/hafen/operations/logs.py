"""The processes' output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hafen.model.target import LogLine, Target


def logs(target: Target, *, follow: bool, lines: int, processes: Sequence[str] = ()) -> Iterator[LogLine]:
    """processes: "web" or "web.1"; none: all. Raises UnknownName."""
    return target.logs(follow=follow, lines=lines, processes=processes)
