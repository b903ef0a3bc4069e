"""Loads an environment that runs here, and records what it is and what it used."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hafen.errors import UserError
from hafen.measure.result import LoadResult
from hafen.model.app import App
from hafen.operations.formation import formation_of, list_price
from hafen.operations.load import run_load
from hafen.operations.meter import Meter
from hafen.targets.local.target import LocalTarget


def load_environment(target: LocalTarget, app: App, script: Path, /, **options: Any) -> LoadResult:
    """options: as `run_load`'s. The script sees the environment's config vars as $processEnvironment.

    Raises UserError when the environment is down.
    """
    if not target.url:
        raise UserError(f"{target.environment} is down", hint="`hafen up`")
    meter = Meter(target)
    replicas = {name: count for name, count in target.formation().items() if count}
    formation = formation_of(
        target,
        app,
        replicas,
        label=_label(replicas),
        machine=f"this machine, {os.cpu_count()} cores",
        price=list_price(app, replicas),
    )
    options = {**options, "target": options.get("target") or target.url}
    return run_load(
        script,
        process_environment=target.config(),
        formation=formation,
        sampler=meter.cpu_seconds,
        memory_sampler=meter.memory_bytes,
        **options,
    )


def _label(replicas: Mapping[str, int]) -> str:
    return " ".join(f"{name}={count}" for name, count in replicas.items())
