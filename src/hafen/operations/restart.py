"""Gives replicas a fresh start."""

from __future__ import annotations

from collections.abc import Sequence

from hafen.model.reporter import Reporter
from hafen.model.target import Target


def restart(target: Target, names: Sequence[str], say: Reporter) -> None:
    """names: "web" or "web.1"; none: all."""
    with target.deploy_lock(f"restart {' '.join(names)}".strip()):
        target.restart(names, say)
    say.done(f"restarted {', '.join(names) or 'all'}")
