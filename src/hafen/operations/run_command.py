"""A one-off command with the app's code and config."""

from __future__ import annotations

from collections.abc import Sequence

from hafen.model.target import Target


def run_command(target: Target, command: Sequence[str]) -> int:
    """On the caller's terminal; answers its exit code."""
    return target.run(command)
