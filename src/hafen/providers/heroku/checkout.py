"""What the files of a checkout say about an app: Procfile, app.json, heroku.yml, runtime files, a look at the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hafen.errors import Problem, SpecInvalid, UserError
from hafen.model.heroku import Checkout, Formation
from hafen.providers.heroku.app_json import AppJson, read_app_json
from hafen.providers.heroku.runtime import package_json, read_runtime
from hafen.providers.heroku.source import read_source

LARGEST_FILE_BYTES = 1024 * 1024
_LINE = re.compile(r"^(?P<name>[A-Za-z0-9_-]+):\s*(?P<command>\S.*)$")
_NAMES = ("Procfile", "app.json", "heroku.yml")


def is_checkout(folder: Path) -> bool:
    """Whether a folder holds anything that was made for Heroku."""
    return any((folder / name).is_file() for name in _NAMES)


def read_checkout(folder: Path) -> Checkout:
    """Raises UserError when a file cannot be read, SpecInvalid with every mistake of the Procfile."""
    if not folder.is_dir():
        raise UserError("there is no such folder", where=str(folder))
    app = read_app_json(folder)
    processes, release = _processes(folder)
    files = tuple(name for name in (*_NAMES, "Dockerfile", "Aptfile") if (folder / name).is_file())
    source = read_source(folder)
    return Checkout(
        folder=str(folder),
        name=app.name or folder.resolve().name,
        processes=processes,
        release_command=release,
        postdeploy=app.postdeploy,
        formation=_formation(app, processes),
        config_hints=app.env,
        addons=app.addons,
        buildpacks=app.buildpacks,
        stack=app.stack,
        runtime=read_runtime(folder),
        files=files,
        health_paths=source.health_paths,
        mentions=source.mentions,
        constants=source.constants,
    )


def read_text(path: Path) -> str | None:
    """A text file of at most a mebibyte; None when it is not there. Raises UserError for any other trouble."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=str(path)) from None
    if len(content) > LARGEST_FILE_BYTES:
        raise UserError("is larger than 1 MiB, so it is not what its name says", where=str(path))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("is not UTF-8 text", where=str(path), hint="save it as UTF-8") from None
    if "\0" in text:
        raise UserError("is a binary file", where=str(path))
    return text


def _processes(folder: Path) -> tuple[dict[str, str], str | None]:
    """Commands by process, and the release phase: of the Procfile, else heroku.yml, else what buildpacks assume."""
    text = read_text(folder / "Procfile")
    commands = parse_procfile(text, "Procfile") if text is not None else _heroku_yml(folder) or _assumed(folder)
    release = commands.pop("release", None)
    return commands, release


def parse_procfile(text: str, where: str) -> dict[str, str]:
    """Commands by process type. Comments and empty lines are skipped. Raises SpecInvalid with every mistake."""
    commands: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.match(line.strip())
        if not found:
            problems.append(Problem(f"{where}:{number}", "", "is not `process: command`", "web: ./start --port $PORT"))
        elif found["name"] in commands:
            problems.append(Problem(f"{where}:{number}", found["name"], "stands here a second time", "remove one"))
        else:
            commands[found["name"]] = found["command"].strip()
    if not problems and not commands:
        problems.append(Problem(where, "", "names no process", "web: ./start --port $PORT"))
    if problems:
        raise SpecInvalid(problems)
    return commands


def _heroku_yml(folder: Path) -> dict[str, str]:
    """`run:` of heroku.yml, and its release command. Commands as lists are joined as Heroku does."""
    text = read_text(folder / "heroku.yml")
    if text is None:
        return {}
    document = _yaml(text)
    commands = {str(name): _command(run) for name, run in _mapping(document.get("run")).items()}
    release = _mapping(document.get("release")).get("command")
    if release:
        commands["release"] = _command(release)
    return {name: command for name, command in commands.items() if command}


def _yaml(text: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return _mapping(YAML(typ="safe", pure=True).load(text))
    except (YAMLError, RecursionError, ValueError):
        raise UserError("is not valid YAML", where="heroku.yml") from None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _command(run: Any) -> str:
    command = run.get("command") if isinstance(run, dict) else run
    return " && ".join(map(str, command)) if isinstance(command, list) else str(command or "")


def _assumed(folder: Path) -> dict[str, str]:
    """Heroku's Node.js buildpack runs `npm start` as web when there is no Procfile."""
    start = _mapping(package_json(folder).get("scripts")).get("start")
    return {"web": "npm start"} if start else {}


def _formation(app: AppJson, processes: dict[str, str]) -> tuple[Formation, ...]:
    """Every process: as app.json says, else one web and none of the others, as at Heroku after a first deploy."""
    names = [*processes, *(name for name in app.formation if name not in processes and name != "release")]
    return tuple(
        Formation(name, processes.get(name, ""), *app.formation.get(name, (1 if name == "web" else 0, "")))
        for name in names
    )
