"""What Heroku says about an app: facts, read from its API or from the files of a checkout."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class DynoSize:
    """name: "Standard-2X". price_usd_month: None where the source does not tell. Source of each is said beside it."""

    name: str
    price_usd_month: Decimal | None = None


@dataclass(frozen=True)
class Formation:
    """One process type. command: from the slug or the Procfile."""

    process: str
    command: str
    quantity: int
    size: str


@dataclass(frozen=True)
class AddOnFact:
    """service: "heroku-redis". plan: "mini". price_usd_month: None when not told. config_vars: that it sets."""

    name: str
    service: str
    plan: str
    price_usd_month: Decimal | None = None
    config_vars: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConfigHint:
    """What app.json says about a config var."""

    description: str = ""
    required: bool = True
    generate: bool = False
    value: str | None = None


@dataclass(frozen=True)
class HerokuApp:
    """config: values by key; never printed. release_command: release phase. origin: API address or folder."""

    name: str
    origin: str
    region: str = ""
    stack: str = ""
    formation: tuple[Formation, ...] = ()
    release_command: str | None = None
    postdeploy: str | None = None
    config: dict[str, str] = field(default_factory=dict, repr=False)
    config_hints: dict[str, ConfigHint] = field(default_factory=dict)
    domains: tuple[str, ...] = ()
    addons: tuple[AddOnFact, ...] = ()
    buildpacks: tuple[str, ...] = ()
    dyno_sizes: tuple[DynoSize, ...] = ()
    pipeline: str = ""
    pipeline_stage: str = ""
    siblings: tuple[str, ...] = ()
    release_version: int | None = None
    runtime: str = ""
