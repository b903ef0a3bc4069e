"""Which releases there are, and which one serves."""

from __future__ import annotations

from dataclasses import dataclass

from hafen.model.release import Release
from hafen.model.target import Target


@dataclass(frozen=True)
class Listed:
    """current: it serves, or will at the next `up`."""

    release: Release
    current: bool


def releases(target: Target) -> list[Listed]:
    """Newest first."""
    current = target.current_release()
    newest_first = sorted(target.releases(), key=lambda release: release.version, reverse=True)
    return [Listed(release, bool(current and release.version == current.version)) for release in newest_first]
