"""From Heroku's facts to an App and to the values of each environment. Pure: nothing is read or written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from hafen.model.app import (
    AddOn,
    App,
    ConfigVar,
    Environment,
    EnvironmentName,
    Health,
    Process,
    ProcessOverride,
    Volume,
)
from hafen.model.heroku import AddOnFact, Checkout, Formation, HerokuApp
from hafen.planning.heroku_addons import replacement
from hafen.planning.heroku_config import Decision, decide, why_not_local
from hafen.planning.heroku_names import app_name, split_domains, unique_names, without_folder_word
from hafen.planning.heroku_sizes import size_name

MOST_REPLICAS = 100
_READ_BY_FRAMEWORKS = frozenset({"DATABASE_URL", "SECRET_KEY_BASE", "RAILS_MASTER_KEY"})


@dataclass(frozen=True)
class Imported:
    """app: what hafen.yaml will say. values: by environment and key, never shown. decisions: for every key, by name.

    not_local: why a value is kept out of `local`, by key. process_names: in hafen.yaml, by Heroku's name.
    unserved: domains that cannot stand in hafen.yaml.
    """

    app: App
    values: Mapping[EnvironmentName, Mapping[str, str]] = field(repr=False)
    decisions: tuple[Decision, ...]
    not_local: Mapping[str, str]
    process_names: Mapping[str, str]
    unserved: tuple[str, ...]


def facts_of(checkout: Checkout) -> HerokuApp:
    """What a checkout alone tells, in the shape of an app at Heroku."""
    addons = [addon.partition(":") for addon in checkout.addons]
    return HerokuApp(
        name=checkout.name,
        origin=checkout.folder,
        stack=checkout.stack,
        formation=checkout.formation,
        release_command=checkout.release_command,
        postdeploy=checkout.postdeploy,
        config={key: hint.value for key, hint in checkout.config_hints.items() if hint.value is not None},
        config_hints=checkout.config_hints,
        addons=tuple(
            AddOnFact(service, service, plan, config_vars=replacement(service).config) for service, _, plan in addons
        ),
        buildpacks=checkout.buildpacks,
        runtime=checkout.runtime,
        from_api=False,
    )


def completed(app: HerokuApp, checkout: Checkout | None) -> HerokuApp:
    """An app from the API, with what only its source tells: descriptions, generated secrets, postdeploy, runtime."""
    if checkout is None:
        return app
    formation = tuple(
        one if one.command else replace(one, command=checkout.processes.get(one.process, "")) for one in app.formation
    )
    return replace(
        app,
        formation=formation,
        release_command=app.release_command or checkout.release_command,
        postdeploy=checkout.postdeploy,
        config_hints=checkout.config_hints,
        runtime=checkout.runtime,
    )


def plan_import(facts: HerokuApp, development: HerokuApp | None, checkout: Checkout | None) -> Imported:
    """facts: of production, completed. development: the pipeline's sibling, completed, or None."""
    names = unique_names(one.process for one in facts.formation)
    decisions = decisions_for(facts)
    domains, unserved = split_domains(facts.domains)
    volumes = unique_names((one.key for one in decisions if one.fate == "volume"), without_folder_word)
    app = App(
        app=app_name(facts.name),
        processes={names[one.process]: _process(one, facts, checkout) for one in facts.formation},
        release=facts.release_command,
        postdeploy=facts.postdeploy,
        config={one.key: _config_var(one, facts) for one in decisions if one.fate == "keep"},
        addons=_addons(facts.addons),
        domains=domains,
        volumes={name: Volume(variable=key) for key, name in volumes.items()},
        environments={},
    )
    values: dict[EnvironmentName, Mapping[str, str]] = {"production": _kept(facts, decisions)}
    environments: dict[EnvironmentName, Environment] = {"production": Environment(target="kubernetes")}
    if development is not None:
        theirs = decisions_for(development)
        environments["development"] = _development(app, development, theirs, names)
        values["development"] = _kept(development, theirs)
    there = [one for one in decisions if one.fate == "keep" and (one.key in facts.config or one.hint.generate)]
    not_local = {one.key: reason for one in there if (reason := why_not_local(one))}
    environments["local"] = _local(app, decisions, not_local, _dispensable(facts, decisions, checkout))
    values["local"] = _local_values(facts, decisions, not_local)
    return Imported(
        app.model_copy(update={"environments": environments}), values, decisions, not_local, names, unserved
    )


def decisions_for(facts: HerokuApp) -> tuple[Decision, ...]:
    owners = {key: addon.name for addon in facts.addons for key in addon.config_vars}
    keys = sorted(facts.config.keys() | facts.config_hints.keys())
    return tuple(decide(key, facts.config.get(key), facts.config_hints.get(key), owners.get(key, "")) for key in keys)


def _process(one: Formation, facts: HerokuApp, checkout: Checkout | None) -> Process:
    paths = checkout.health_paths if checkout and one.process == "web" else ()
    return Process(
        command=one.command,
        replicas=min(one.quantity, MOST_REPLICAS),
        size=size_name(one.size or _usual_size(facts), facts.dyno_sizes),
        health=Health(path=paths[0].word) if paths else None,
    )


def _usual_size(facts: HerokuApp) -> str:
    """Heroku runs a new process type at the size of the others."""
    return next((one.size for one in facts.formation if one.size), "standard-1x")


def _config_var(one: Decision, facts: HerokuApp) -> ConfigVar:
    """A key that Heroku runs without cannot be required, whatever app.json says, unless it can be made."""
    there = one.key in facts.config or one.hint.generate or not facts.from_api
    required = there if one.hint.required is None else there and one.hint.required
    return ConfigVar(
        secret=bool(one.secret), required=required, generate=one.hint.generate, description=one.hint.description
    )


def _addons(facts: Iterable[AddOnFact]) -> dict[str, AddOn]:
    facts = list(facts)
    names = unique_names(one.name for one in facts)
    short = unique_names(one.service for one in facts)
    single = len(short) == len(facts)
    return {
        short[one.service] if single else names[one.name]: AddOn(
            was=f"{one.service}:{one.plan}".rstrip(":"),
            replacement=replacement(one.service).what,
            config=tuple(key for key in one.config_vars if not key.startswith("HEROKU_")),
        )
        for one in facts
    }


def _kept(facts: HerokuApp, decisions: Iterable[Decision]) -> dict[str, str]:
    return {one.key: facts.config[one.key] for one in decisions if one.fate == "keep" and one.key in facts.config}


def _development(app: App, facts: HerokuApp, decisions: Iterable[Decision], names: Mapping[str, str]) -> Environment:
    """What differs there: replicas, sizes, commands, keys that only one side has, domains."""
    running = {names.get(one.process, app_name(one.process)): one for one in facts.formation}
    processes = {
        name: override
        for name, process in app.processes.items()
        if (override := _override(process, running.get(name), facts)).model_fields_set
    }
    theirs = {one.key: _config_var(one, facts) for one in decisions if one.fate == "keep"}
    config = {key: var for key, var in theirs.items() if key not in app.config}
    config |= {
        key: var.model_copy(update={"required": False})
        for key, var in app.config.items()
        if key not in facts.config and var.required and not var.generate
    }
    domains, _ = split_domains(facts.domains)
    return Environment(target="kubernetes", processes=processes, config=config, domains=domains)


def _override(process: Process, running: Formation | None, facts: HerokuApp) -> ProcessOverride:
    if running is None:
        return ProcessOverride(replicas=0)
    size = size_name(running.size or _usual_size(facts), facts.dyno_sizes)
    replicas = min(running.quantity, MOST_REPLICAS)
    differs = {
        "command": running.command if running.command and running.command != process.command else None,
        "replicas": replicas if replicas != process.replicas else None,
        "size": size if size != process.size else None,
    }
    return ProcessOverride.model_validate({key: value for key, value in differs.items() if value is not None})


def _local(
    app: App, decisions: Iterable[Decision], not_local: Mapping[str, str], dispensable: Iterable[str]
) -> Environment:
    """One replica of what runs more often, no domains; what was kept away is not demanded if the app can do without."""
    processes = {name: ProcessOverride(replicas=1) for name, process in app.processes.items() if process.replicas > 1}
    demanded = {one.key for one in decisions if one.hint.required}
    relaxed = [key for key in dispensable if key in not_local and key not in demanded]
    config = {
        key: app.config[key].model_copy(update={"required": False})
        for key in relaxed
        if app.config[key].required and not app.config[key].generate
    }
    return Environment(target="local", processes=processes, config=config, domains=() if app.domains else None)


def _dispensable(facts: HerokuApp, decisions: Iterable[Decision], checkout: Checkout | None) -> list[str]:
    """Keys that a local run can do without: the code does not name them, or an add-on without data sets them."""
    stateless = {key for one in facts.addons if not replacement(one.service).state for key in one.config_vars}
    named = checkout.constants if checkout else None
    unused = {one.key for one in decisions if named is not None and one.key not in named | _READ_BY_FRAMEWORKS}
    return sorted(unused | stateless)


def _local_values(facts: HerokuApp, decisions: Iterable[Decision], not_local: Mapping[str, str]) -> dict[str, str]:
    """Plain values as they are; app.json's own value where production's is kept away or missing."""
    values: dict[str, str] = {}
    for one in decisions:
        value = facts.config.get(one.key) if one.key not in not_local else None
        value = one.hint.value if value is None and not one.hint.generate else value
        if one.fate == "keep" and value is not None:
            values[one.key] = value
    return values
