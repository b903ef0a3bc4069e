"""app.json: what an app says of itself. Source: devcenter.heroku.com/articles/app-json-schema."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hafen.errors import UserError
from hafen.model.heroku import ConfigHint

LARGEST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class AppJson:
    """formation: quantity and size by process, size "" when not said. env: by config key."""

    name: str = ""
    stack: str = ""
    postdeploy: str | None = None
    env: dict[str, ConfigHint] = field(default_factory=dict)
    formation: dict[str, tuple[int, str]] = field(default_factory=dict)
    addons: tuple[str, ...] = ()
    buildpacks: tuple[str, ...] = ()


def read_app_json(folder: Path) -> AppJson:
    """Empty when there is no file. Raises UserError when it is not JSON; a field of another kind is left out."""
    path = folder / "app.json"
    try:
        content = path.read_bytes()[: LARGEST_BYTES + 1]
    except FileNotFoundError:
        return AppJson()
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=str(path)) from None
    data = _parsed(content, str(path))
    return AppJson(
        name=_text(data.get("name")),
        stack=_text(data.get("stack")),
        postdeploy=_postdeploy(data),
        env={key: _hint(value) for key, value in _object(data.get("env")).items()},
        formation={name: _process(value) for name, value in _object(data.get("formation")).items()},
        addons=tuple(filter(None, map(_addon, _list(data.get("addons"))))),
        buildpacks=tuple(filter(None, (_text(_object(one).get("url")) for one in _list(data.get("buildpacks"))))),
    )


def _parsed(content: bytes, where: str) -> dict[str, Any]:
    if len(content) > LARGEST_BYTES:
        raise UserError("is larger than 1 MiB, so it is not what its name says", where=where)
    try:
        data = json.loads(content.decode("utf-8-sig"))
        json.dumps(data, ensure_ascii=False).encode()  # no half characters, which nothing could write or print
    except json.JSONDecodeError as error:
        raise UserError(f"is not JSON: {error.msg}", where=f"{where}:{error.lineno}") from None
    except (UnicodeError, RecursionError, ValueError):
        raise UserError("is not JSON in UTF-8", where=where) from None
    if not isinstance(data, dict):
        raise UserError("is not one JSON object", where=where)
    return data


def _hint(value: Any) -> ConfigHint:
    """`"KEY": "value"` is short for `"KEY": {"value": "value"}`. What is not said to be optional is required."""
    if isinstance(value, str):
        return ConfigHint(required=True, value=value)
    said = _object(value)
    return ConfigHint(
        description=" ".join(_text(said.get("description")).split()),
        required=said.get("required") is not False and said.get("required") != "false",
        generate=said.get("generator") == "secret",
        value=None if said.get("value") is None else str(said["value"]),
    )


def _process(value: Any) -> tuple[int, str]:
    said = _object(value)
    quantity = said.get("quantity", 1)
    return (quantity if isinstance(quantity, int) and quantity >= 0 else 1), _text(said.get("size"))


def _postdeploy(data: dict[str, Any]) -> str | None:
    said = _object(data.get("scripts")).get("postdeploy")
    return (_text(said) or _text(_object(said).get("command"))) or None


def _addon(value: Any) -> str:
    return _text(value) or _text(_object(value).get("plan"))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
