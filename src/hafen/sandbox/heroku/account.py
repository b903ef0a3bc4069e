"""What the stand-in knows: an account with its apps and pipelines, read from a JSON file or a dict."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from hafen.errors import UserError

DEFAULT_ACCOUNT = "inspirenow.json"


@dataclass
class AddOnState:
    """price_cents: a month, None for a contract. config_vars: that it has set on the app."""

    name: str
    service: str
    plan: str
    price_cents: int | None = None
    config_vars: list[str] = field(default_factory=list)


@dataclass
class ReleaseState:
    """slug: it has a slug of its own or an inherited one; the first release of an app has none."""

    version: int
    description: str
    created_at: str
    slug: bool = True


@dataclass
class ProcessState:
    quantity: int
    size: str


@dataclass
class AppState:
    """One app. process_types: of its present slug, `release` among them. Changed by PATCH requests."""

    name: str
    created_at: str = "2019-09-02T08:00:00Z"
    region: str = "eu"
    stack: str = "heroku-24"
    commit: str = ""
    process_types: dict[str, str] = field(default_factory=dict)
    formation: dict[str, ProcessState] = field(default_factory=dict)
    config_vars: dict[str, str] = field(default_factory=dict, repr=False)
    domains: list[str] = field(default_factory=list)
    addons: list[AddOnState] = field(default_factory=list)
    buildpacks: list[str] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    log_drains: list[str] = field(default_factory=list)
    releases: list[ReleaseState] = field(default_factory=list)
    acm: bool = False

    def release(self, description: str, created_at: str) -> ReleaseState:
        """Every change of config or add-ons makes one, as at Heroku."""
        made = ReleaseState(self.releases[-1].version + 1 if self.releases else 1, description, created_at)
        self.releases.append(made)
        return made


@dataclass
class Account:
    """pipelines: stage by app name, by pipeline name."""

    email: str
    apps: dict[str, AppState]
    pipelines: dict[str, dict[str, str]] = field(default_factory=dict)


def load_account(source: Mapping[str, Any] | Path | None) -> Account:
    """source: None for InspireNow's. Raises UserError when the file is not there or not an account."""
    where = str(source) if isinstance(source, Path) else "account"
    try:
        return _account(_data(source))
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=where) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise UserError(
            f"is not a sandbox account: {what}", where=where, hint="docs/import.md shows one, with every key"
        ) from None


def default_account() -> dict[str, Any]:
    """InspireNow's account as data, to change in a test."""
    text = resources.files(__package__).joinpath("accounts", DEFAULT_ACCOUNT).read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def _data(source: Mapping[str, Any] | Path | None) -> Mapping[str, Any]:
    if source is None:
        return default_account()
    data = json.loads(source.read_text(encoding="utf-8")) if isinstance(source, Path) else source
    if not isinstance(data, Mapping):
        raise TypeError("the file is not one JSON object")
    return data


def _account(data: Mapping[str, Any]) -> Account:
    apps = [_app(app) for app in data["apps"]]
    pipelines = {name: dict(stages) for name, stages in data.get("pipelines", {}).items()}
    named = {app.name: app for app in apps}
    for pipeline, stages in pipelines.items():
        if unknown := set(stages) - set(named):
            raise ValueError(f"pipeline {pipeline} names apps that are not there: {', '.join(sorted(unknown))}")
    return Account(str(data["email"]), named, pipelines)


def _app(data: Mapping[str, Any]) -> AppState:
    lists: dict[str, Any] = {
        "formation": {name: ProcessState(**process) for name, process in data.get("formation", {}).items()},
        "addons": [AddOnState(**addon) for addon in data.get("addons", [])],
        "releases": [ReleaseState(**release) for release in data.get("releases", [])],
    }
    return AppState(**{**json.loads(json.dumps(data)), **lists})
