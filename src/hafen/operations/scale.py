"""Changes how many replicas of a process run."""

from __future__ import annotations

from collections.abc import Mapping

from hafen.model.reporter import Reporter
from hafen.model.target import Target


def scale(target: Target, wanted: Mapping[str, int], say: Reporter) -> dict[str, int]:
    """wanted: replicas by process name; others stay. Answers all that is wanted now."""
    with target.deploy_lock(f"scale {' '.join(f'{name}={count}' for name, count in wanted.items())}"):
        before = target.formation()
        target.scale(wanted, say)
        after = target.formation()
    shown = ", ".join(f"{name}={count}" for name, count in after.items())
    if after == before:
        say.done(f"nothing to change: {shown}")
    elif target.url:
        say.done(f"now {shown}")
    else:
        say.done(f"kept {shown} for the next `hafen up`; it is down now")
    return after
