"""hafen.yaml to an App: every mistake at once, each with line, path, what is wrong and what to try."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from hafen.errors import Problem, SpecInvalid, UnknownName, UserError
from hafen.model.app import App, ConfigVar, Environment, EnvironmentName, Process
from hafen.spec.document import Document, read_document
from hafen.spec.words import problem_of


def load_app(path: Path, environment: str = "local") -> App:
    """The app as it is in one environment. Raises SpecInvalid, or UserError when there is no such file."""
    return in_environment(load_spec(path), environment, path.name)


def load_spec(path: Path) -> App:
    """The whole of hafen.yaml, overrides not applied."""
    if not path.exists():
        raise UserError(
            "there is no such file", where=str(path), hint="`hafen import heroku APP` or `--from .` makes it"
        )
    document = read_document(path)
    app = _validated(document) if document.data is not None else None
    if document.problems or app is None:
        raise SpecInvalid(sorted(document.problems, key=_line))
    return app


def in_environment(app: App, environment: str, file: str = "hafen.yaml") -> App:
    """Overrides applied; the result's `environments` holds only this one. `local` needs no entry."""
    if environment not in get_args(EnvironmentName) or (environment != "local" and environment not in app.environments):
        known = sorted({"local", *app.environments})
        raise UnknownName(f"there is no environment {environment!r}", where=file, hint=f"one of {', '.join(known)}")
    own = next((own for name, own in app.environments.items() if name == environment), Environment(target="local"))
    return app.model_copy(
        update={
            "processes": {name: _overridden(process, name, own) for name, process in app.processes.items()},
            "config": {**app.config, **own.config},
            "addons": {**app.addons, **own.addons},
            "domains": app.domains if own.domains is None else own.domains,
            "image": own.image or app.image,
            "environments": {environment: own},
        }
    )


def _overridden(process: Process, name: str, environment: Environment) -> Process:
    override = environment.processes.get(name)
    if override is None:
        return process
    return process.model_copy(
        update={key: value for key in override.model_fields_set if (value := getattr(override, key)) is not None}
    )


def _validated(document: Document) -> App | None:
    if not isinstance(document.data, dict):
        document.problem((), "is not a mapping of keys to values", "begin with `app: NAME`")
        return None
    _refuse_values(document)
    try:
        app = App.model_validate(document.data)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False, include_context=True):
            found = problem_of(error, document)
            if found not in document.problems:
                document.problems.append(found)
        return None
    _cross_check(app, document)
    return app


def _refuse_values(document: Document) -> None:
    """`SECRET_KEY: abc` under config is a value where only rules belong. The value itself is never repeated."""
    for path, config in _config_sections(document.data):
        for key, rules in config.items():
            if rules is None:
                config[key] = {}
            elif not isinstance(rules, dict):
                document.problem(
                    (*path, key), "a value stands here; values never stand in hafen.yaml", f"`hafen config set {key}`"
                )
                config[key] = {}


def _config_sections(data: dict[str, Any]) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    sections: list[tuple[tuple[str, ...], Any]] = [(("config",), data.get("config"))]
    environments = data.get("environments")
    if isinstance(environments, dict):
        for name, environment in environments.items():
            if isinstance(environment, dict):
                sections.append((("environments", name, "config"), environment.get("config")))
    return [(path, section) for path, section in sections if isinstance(section, dict)]


def _cross_check(app: App, document: Document) -> None:
    for environment, own in app.environments.items():
        for name in own.processes:
            if name not in app.processes:
                document.problem(
                    ("environments", environment, "processes", name),
                    f"there is no process {name!r}",
                    nearest(name, list(app.processes)),
                )
    for name, volume in app.volumes.items():
        if volume.variable == "PORT":
            document.problem(("volumes", name, "variable"), "PORT is the port of a process", "another variable")
    _check_generated(app.config, ("config",), document)
    for environment, own in app.environments.items():
        _check_generated(own.config, ("environments", environment, "config"), document)


def _check_generated(config: dict[str, ConfigVar], path: tuple[str, ...], document: Document) -> None:
    for key in config:
        if key == "PORT" or key.startswith("HEROKU_"):
            document.problem((*path, key), "is set by the platform, not by you", "remove it")


def nearest(word: str, known: list[str]) -> str:
    """What to try: the nearest valid name, or all of them when none is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return near[0] if near else ", ".join(known)


def _line(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0
