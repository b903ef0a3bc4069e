"""Stops what `up` started."""

from __future__ import annotations

from hafen.model.reporter import Reporter
from hafen.model.target import Target


def down(target: Target, say: Reporter) -> bool:
    """False when nothing ran. Releases, config, logs and volumes stay."""
    with target.deploy_lock("down"):
        stopped = target.down(say)
    say.done("down; releases, config and volumes are kept" if stopped else "nothing to do: it was down")
    return stopped
