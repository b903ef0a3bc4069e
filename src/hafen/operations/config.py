"""Config vars: list, set and unset values; make those that are generated; refuse a deploy that lacks one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from hafen.errors import UnknownName, UserError
from hafen.model.app import App
from hafen.model.release import Release
from hafen.model.reporter import Reporter
from hafen.model.target import Change, Target
from hafen.providers.config_store import ConfigStore

PLATFORM_KEYS = frozenset({"PORT", "DYNO"})
GENERATED_BYTES = 32


def ensure_values(app: App, store: ConfigStore) -> dict[str, str]:
    """All values an environment runs with. Makes the generated ones that are missing, once, and keeps them.

    Raises UserError that names every required key without a value.
    """
    values = store.read()
    made = {
        key: secrets.token_urlsafe(GENERATED_BYTES)
        for key, rules in app.config.items()
        if rules.generate and key not in values
    }
    if made:
        values |= made
        store.replace(values)
    missing = [key for key, rules in app.config.items() if rules.required and key not in values]
    missing = [key for key in missing if key not in volume_variables(app)]
    if missing:
        raise UserError(
            f"no value for {', '.join(sorted(missing))}",
            where=str(store.path.parent.parent.parent / "hafen.yaml"),
            hint=f"`hafen config set {' '.join(sorted(missing))}`, which asks for each; or `required: false`",
        )
    return values


def volume_variables(app: App) -> set[str]:
    """Variables that the target sets to a volume's folder."""
    return {volume.variable for volume in app.volumes.values()}


def is_secret(app: App, key: str) -> bool:
    """A key that hafen.yaml does not know is taken for a secret."""
    return app.config[key].secret if key in app.config else True


def get_value(store: ConfigStore, key: str) -> str:
    values = store.read()
    if key not in values:
        raise UnknownName(f"{key} is not set", hint="`hafen config` lists what is")
    return values[key]


def set_values(target: Target, app: App, store: ConfigStore, new: Mapping[str, str], say: Reporter) -> Release | None:
    """Keeps the values and, where the app was deployed, releases them. None: nothing changed or nothing deployed.

    After a failure the values are kept and not released; the same call again releases them.
    """
    _refuse_platform_keys(app, new)
    with target.deploy_lock(f"config set {' '.join(sorted(new))}"):
        _keep(store, {**store.read(), **new})
        return _release(target, app, store, f"Set {', '.join(sorted(new))} config vars", say)


def unset_values(target: Target, app: App, store: ConfigStore, keys: Sequence[str], say: Reporter) -> Release | None:
    """Forgets values and, where the app was deployed, releases that. As `set_values` otherwise."""
    with target.deploy_lock(f"config unset {' '.join(sorted(keys))}"):
        _keep(store, {key: value for key, value in store.read().items() if key not in keys})
        return _release(target, app, store, f"Unset {', '.join(sorted(keys))} config vars", say)


def _keep(store: ConfigStore, values: Mapping[str, str]) -> None:
    if values != store.read():
        store.replace(values)


def _refuse_platform_keys(app: App, new: Mapping[str, str]) -> None:
    refused = PLATFORM_KEYS | volume_variables(app)
    for key in new:
        if key in refused:
            raise UserError(f"{key} is set by the target, not by you", hint=f"leave {key} out")
        if not key.replace("_", "a").isalnum() or key[0].isdigit() or not key.isascii():
            raise UserError(f"{key!r} is not a name for a config var", hint="letters, digits and _, no digit first")


def _release(target: Target, app: App, store: ConfigStore, description: str, say: Reporter) -> Release | None:
    """What runs is compared with what is kept, not what was kept before: so a release that failed is made up for."""
    current = target.current_release()
    if current is None:
        say.done("kept; nothing is deployed yet, the first release will have it")
        return None
    release = target.prepare(Change(description, config=ensure_values(app, store)), say)
    if release.version == current.version:
        say.done(f"nothing to change: v{current.version} runs with these values")
        return None
    target.run_release_phase(release, say)
    target.roll_out(release, say)
    say.done(f"v{release.version} {'serves' if target.url else 'is kept for the next `hafen up`'}: {description}")
    return release
