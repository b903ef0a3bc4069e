"""Where environments run. The only place that knows which target it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hafen.errors import UserError

if TYPE_CHECKING:
    from hafen.model.app import App
    from hafen.targets.local.target import LocalTarget


def open_target(
    app: App,
    folder: Path,
    environment: str = "local",
    *,
    cpu_budget_cores: float | None = None,
    cores: Sequence[int] = (),
) -> LocalTarget:
    """Nothing is started or made yet.

    app: with the environment's overrides. folder: where hafen.yaml stands. cpu_budget_cores: what each replica may
    use; cores: that supervisor, proxy and replicas stay on; both count when the target is started, for as long as it
    is up. Raises UserError for a target that cannot be used yet.
    """
    if _kind(app, environment) == "kubernetes":
        raise UserError(
            f"the environment {environment} is on Kubernetes, which this version cannot deploy to yet",
            hint="`-e local`, or `target: local` in hafen.yaml",
        )
    from hafen.targets.local.settings import Limits
    from hafen.targets.local.target import LocalTarget

    return LocalTarget(app, folder, environment, Limits(cpu_budget_cores, tuple(cores)))


def _kind(app: App, environment: str) -> str:
    """`local` is on this machine unless it says otherwise."""
    own = next((own for name, own in app.environments.items() if name == environment), None)
    if environment == "local" and (own is None or "target" not in own.model_fields_set):
        return "local"
    return own.target if own else "kubernetes"
