"""From a script's file to a plan. Every mistake is found before the first request, and all are told at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hafen.errors import ScriptInvalid, UnknownName
from hafen.load.config import (
    KEYS,
    REFUSED,
    read_ensure,
    read_http,
    read_phases,
    read_rules,
    read_target,
    substituted,
)
from hafen.load.flow import FlowReader
from hafen.load.payload import read_payloads
from hafen.load.place import Place
from hafen.load.plan import Http, Plan, Scenario, Step
from hafen.load.template import Surroundings
from hafen.spec.document import Document, Path_, read_document

_GIVEN = ("$uuid", "$loopCount", "$loopElement")


@dataclass(frozen=True)
class Options:
    """What a caller changes in a script. environment: one of config.environments. overrides: merged over the script.

    variables: over config.variables. phases: instead of the script's. insecure: certificates are not checked.
    """

    target: str | None = None
    environment: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)
    overrides: Mapping[str, Any] = field(default_factory=dict, repr=False)
    phases: Sequence[Mapping[str, Any]] | None = None
    insecure: bool = False


def read_script(path: Path, options: Options) -> Document:
    """The script as plain data with the caller's changes in it. Raises ScriptInvalid, UnknownName."""
    document = read_document(path)
    if document.problems:
        raise ScriptInvalid(document.problems)
    if not isinstance(document.data, dict):
        document.problem((), "is not a load script", "config: and scenarios: stand at the top")
        raise ScriptInvalid(document.problems)
    config = document.data.setdefault("config", {})
    if not isinstance(config, dict):
        document.problem(("config",), "must be a mapping", "config: {target: …}")
        raise ScriptInvalid(document.problems)
    if options.environment is not None:
        _merge(document, ("config",), ("config", "environments", options.environment), _environment(document, options))
    _merge(document, (), (), options.overrides)
    _apply(document.data["config"], options)
    return document


def _environment(document: Document, options: Options) -> Mapping[str, Any]:
    known = document.data["config"].get("environments")
    found = known.get(options.environment) if isinstance(known, dict) else None
    if not isinstance(found, dict):
        names = ", ".join(known) if isinstance(known, dict) and known else "none"
        raise UnknownName(
            f"the script has no environment {options.environment!r}", where=document.name, hint=f"it has: {names}"
        )
    return found


def _merge(document: Document, path: Path_, source: Path_, changes: Mapping[str, Any]) -> None:
    """Mappings are merged, everything else replaced; lines follow what was merged."""
    base: Any = document.data
    for part in path:
        base = base[part]
    for key, value in changes.items():
        where, came_from = (*path, key), (*source, key)
        if isinstance(value, Mapping) and isinstance(base.get(key), dict):
            _merge(document, where, came_from, value)
            continue
        base[key] = value
        for stale in [line for line in document.lines if line[: len(where)] == where]:
            del document.lines[stale]
        moved = {line: number for line, number in document.lines.items() if line[: len(came_from)] == came_from}
        document.lines.update({(*where, *line[len(came_from) :]): number for line, number in moved.items()})


def _apply(config: Any, options: Options) -> None:
    if not isinstance(config, dict):
        return
    if options.target is not None:
        config["target"] = options.target
    if options.phases is not None:
        config["phases"] = [dict(phase) for phase in options.phases]
    if options.variables:
        known = config.get("variables")
        config["variables"] = {**(known if isinstance(known, dict) else {}), **options.variables}
    if options.insecure:
        tls = config.get("tls")
        config["tls"] = {**(tls if isinstance(tls, dict) else {}), "rejectUnauthorized": False}


def build_plan(document: Document, folder: Path, environment: Mapping[str, str], *, environment_name: str = "") -> Plan:
    """folder: where payload files are looked for. environment: what $processEnvironment reads. Raises ScriptInvalid."""
    constants = {"$environment": environment_name, "$scenarioFile": document.name, "$dirname": str(folder)}
    around = Surroundings(environment, {**constants, "$testId": uuid.uuid4().hex})
    script = Place(document, (), document.data)
    script.mapping(("config", "scenarios", "before", "after"))
    plan = _plan(script, folder, around)
    if document.problems:
        raise ScriptInvalid(sorted(document.problems, key=_line_number))
    return plan


def _plan(script: Place, folder: Path, around: Surroundings) -> Plan:
    config = Place(script.document, ("config",), substituted(script.at("config").value, around))
    config.mapping(KEYS, REFUSED)
    target, origin, prefix = read_target(config.at("target"))
    reader = FlowReader(around, Http())
    reader.http = read_http(reader, config, reader.warnings)
    rules = read_rules(config, reader.warnings)
    reader.default_200 = rules.default_200
    payloads = read_payloads(config.at("payload"), folder)
    variables = {key: place.value for key, place in config.at("variables").mapping().items()}
    before = _once(reader, script.at("before"))
    scenarios = _scenarios(reader, script.at("scenarios"))
    fields = [name for payload in payloads for name in (*payload.fields, payload.load_all)]
    return Plan(
        name=script.document.name,
        target=target,
        origin=origin,
        prefix=prefix,
        phases=read_phases(config.at("phases")),
        scenarios=scenarios,
        payloads=payloads,
        variables=variables,
        http=reader.http,
        rules=rules,
        ensure=read_ensure(config),
        before=before,
        after=_once(reader, script.at("after")),
        warnings=(*reader.warnings, *reader.never_set([*_GIVEN, *variables, *fields])),
    )


def _scenarios(reader: FlowReader, place: Place) -> tuple[Scenario, ...]:
    if not isinstance(place.value, list) or not place.value:
        place.problem("there are no scenarios", "scenarios: [{flow: [{get: {url: /}}]}]")
        return ()
    made = tuple(reader.scenario(entry, index) for index, entry in enumerate(place.items()))
    if sum(scenario.weight for scenario in made) <= 0:
        place.problem("no scenario has a weight above 0", "weight: 1")
    return made


def _once(reader: FlowReader, place: Place) -> tuple[Step, ...]:
    """`before` or `after`."""
    if not place.there:
        return ()
    place.mapping(("flow", "engine"))
    return reader.flow(place.at("flow"))


def _line_number(problem: Any) -> int:
    number = problem.where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0
