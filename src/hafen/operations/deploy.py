"""Releases the present source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
        with brought_up(target, say):
            release = release_source(target, app, folder, say)
    if previous and release.version == previous.version:
        say.done(f"nothing to deploy: v{release.version} has this source, config and hafen.yaml; it is at {target.url}")
    else:
        back = f"; `hafen rollback` returns to v{previous.version}" if previous else ""
        say.done(f"v{release.version} serves at {target.url}{back}")
    return release


@contextmanager
def brought_up(target: Target, say: Reporter, port: int | None = None) -> Iterator[bool]:
    """Answers whether it was down before; if so, and what follows fails, it is taken down again."""
    started = target.start(say, port=port)
    try:
        yield started
    except BaseException:
        if started:
            target.down(say)
        raise


def release_source(target: Target, app: App, folder: Path, say: Reporter) -> Release:
    """The recipe of a release; the caller holds the lock."""
    values = ensure_values(app, ConfigStore(folder, target.environment))
    previous = target.current_release()
    release = target.prepare(Change("Deploy", source=folder, config=values), say)
    if previous is None or release.version != previous.version:
        target.run_release_phase(release, say)
    target.roll_out(release, say)
    target.run_postdeploy(release, say)
    return release
