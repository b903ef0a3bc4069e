"""hafen.yaml to an App: every mistake at once, each with line, path, what is wrong and what to try."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from hafen.errors import Problem, SpecInvalid, UnknownName, UserError
from hafen.model.app import App, Environment, EnvironmentName, Process
from hafen.spec.checks import check_names, refuse_values
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
    check_names(document)
    refuse_values(document)
    try:
        return App.model_validate(document.data)
    except ValidationError as invalid:
        document.problems.extend(
            problem_of(error, document) for error in invalid.errors(include_url=False, include_context=True)
        )
        return None


def _line(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0
