"""What Heroku says about an app: facts, read from its API or from the files of a checkout."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class DynoSize:
    """name: "Standard-2X". price_usd_month: None where the source does not tell. memory_gb: None likewise."""

    name: str
    price_usd_month: Decimal | None = None
    memory_gb: Decimal | None = None


@dataclass(frozen=True)
class Formation:
    """One process type. command: from the slug or the Procfile. size: Heroku's spelling, "" when not told."""

    process: str
    command: str
    quantity: int
    size: str


@dataclass(frozen=True)
class AddOnFact:
    """service: "heroku-redis". plan: "mini". price_usd_month: None when not told. config_vars: that it sets.

    name: "redis-slippery-12345". owner: the app that pays, where that is another one.
    """

    name: str
    service: str
    plan: str
    price_usd_month: Decimal | None = None
    config_vars: tuple[str, ...] = ()
    owner: str = ""


@dataclass(frozen=True)
class ConfigHint:
    """What app.json says about a config var. required: None when it does not say."""

    description: str = ""
    required: bool | None = None
    generate: bool = False
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PipelineApp:
    """Another app of the same pipeline. stage: development, staging, production, review or test."""

    name: str
    stage: str


@dataclass(frozen=True)
class HerokuApp:
    """config: values by key; never printed. release_command: release phase. origin: API address or folder.

    from_api: False when only a checkout's files were read.
    unread: what could not be read, each with the reason, "log drains: 403, no permission".
    space: name of its Private Space. log_drains: addresses without credentials. features: enabled ones, by name.
    """

    name: str
    origin: str
    region: str = ""
    stack: str = ""
    formation: tuple[Formation, ...] = ()
    release_command: str | None = None
    postdeploy: str | None = None
    config: dict[str, str] = field(default_factory=dict, repr=False)
    config_hints: dict[str, ConfigHint] = field(default_factory=dict, repr=False)
    domains: tuple[str, ...] = ()
    addons: tuple[AddOnFact, ...] = ()
    buildpacks: tuple[str, ...] = ()
    dyno_sizes: tuple[DynoSize, ...] = ()
    pipeline: str = ""
    pipeline_stage: str = ""
    siblings: tuple[PipelineApp, ...] = ()
    release_version: int | None = None
    runtime: str = ""
    acm: bool | None = None
    space: str = ""
    log_drains: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    from_api: bool = True


@dataclass(frozen=True)
class SourceMention:
    """A word that the checkout's code uses. where: "app/settings.py:12"."""

    word: str
    where: str


@dataclass(frozen=True)
class Checkout:
    """What the files of a checkout say. None or empty: the file is not there or does not say.

    processes: command by Procfile name, without the release phase. health_paths: routes that look made for checks,
    the best guess first. mentions: Heroku's own config vars that the code reads. formation: app.json's.
    runtime: "python 3.12". addons: services as in app.json, "heroku-redis:mini". constants: words of the code in
    capitals, which the names of config vars that it reads are among; None when the code was not looked at.
    """

    folder: str
    name: str = ""
    processes: dict[str, str] = field(default_factory=dict)
    release_command: str | None = None
    postdeploy: str | None = None
    formation: tuple[Formation, ...] = ()
    config_hints: dict[str, ConfigHint] = field(default_factory=dict, repr=False)
    addons: tuple[str, ...] = ()
    buildpacks: tuple[str, ...] = ()
    stack: str = ""
    runtime: str = ""
    files: tuple[str, ...] = ()
    health_paths: tuple[SourceMention, ...] = ()
    mentions: tuple[SourceMention, ...] = ()
    constants: frozenset[str] | None = field(default=None, repr=False)
