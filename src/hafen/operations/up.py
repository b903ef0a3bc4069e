"""Brings an environment up: the current release, or the first one from the present source."""

from __future__ import annotations

from pathlib import Path

from hafen.model.app import App
from hafen.model.release import Release
from hafen.model.reporter import Reporter
from hafen.model.target import Target
from hafen.operations.deploy import brought_up, release_source


def up(target: Target, app: App, folder: Path, say: Reporter, port: int | None = None) -> Release:
    """folder: where hafen.yaml stands. port: that the app is served on, None: the one it had, or any.

    When nothing can serve, what was started for it is taken down again.
    """
    with target.deploy_lock("up"), brought_up(target, say, port) as started:
        release = _serve(target, app, folder, say)
    say.done(f"{'up' if started else 'it was up already'}: v{release.version} at {target.url}")
    return release


def _serve(target: Target, app: App, folder: Path, say: Reporter) -> Release:
    current = target.current_release()
    if current is None:
        return release_source(target, app, folder, say)
    target.roll_out(current, say)
    target.run_postdeploy(current, say)
    if target.differs():
        say.step(f"the source or hafen.yaml differs from v{current.version}; `hafen deploy` releases it")
    return current
