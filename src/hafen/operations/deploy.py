"""Releases the present source."""

from __future__ import annotations

from pathlib import Path

from hafen.model.app import App
from hafen.model.release import Release
from hafen.model.reporter import Reporter
from hafen.model.target import Change, Target
from hafen.operations.config import ensure_values
from hafen.providers.config_store import ConfigStore


def deploy(target: Target, app: App, folder: Path, say: Reporter) -> Release:
    """folder: where hafen.yaml stands. Starts the environment when it is down.

    Raises BuildFailed, ReleasePhaseFailed, Unhealthy: what served before still does.
    """
    with target.deploy_lock("deploy"):
        previous = target.current_release()
        target.start(say)
        release = release_source(target, app, folder, say)
    if previous and release.version == previous.version:
        say.done(f"nothing to deploy: v{release.version} has this source, config and hafen.yaml; it is at {target.url}")
    else:
        back = f"; `hafen rollback` returns to v{previous.version}" if previous else ""
        say.done(f"v{release.version} serves at {target.url}{back}")
    return release


def release_source(target: Target, app: App, folder: Path, say: Reporter) -> Release:
    """The recipe of a release; the caller holds the lock."""
    values = ensure_values(app, ConfigStore(folder, target.environment))
    previous = target.current_release()
    release = target.prepare(Change(_description(app, folder), source=folder, config=values), say)
    if previous is None or release.version != previous.version:
        target.run_release_phase(release, say)
    target.roll_out(release, say)
    target.run_postdeploy(release, say)
    return release


def _description(app: App, folder: Path) -> str:
    """As at Heroku: what was deployed is told by the release's commit."""
    return f"Deploy {folder.resolve().name}" if folder.resolve().name != app.app else "Deploy"
