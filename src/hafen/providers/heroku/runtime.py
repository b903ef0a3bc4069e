"""Which language and version a checkout wants, from the files that Heroku's buildpacks read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

LARGEST_BYTES = 1024 * 1024


def read_runtime(folder: Path) -> str:
    """As "python 3.12", "node 20.x", "ruby"; several joined by " + "; "" when nothing tells."""
    return " + ".join(filter(None, (_python(folder), _node(folder), _ruby(folder), _others(folder))))


def package_json(folder: Path) -> dict[str, Any]:
    """Empty when there is none or it is damaged: then the app's own tools will say so."""
    try:
        data = json.loads(_first(folder / "package.json"))
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _python(folder: Path) -> str:
    version = _line(folder / ".python-version") or _line(folder / "runtime.txt").removeprefix("python-")
    known = any((folder / name).is_file() for name in ("requirements.txt", "Pipfile", "poetry.lock", "uv.lock"))
    return f"python {version}".strip() if version or known else ""


def _node(folder: Path) -> str:
    if not (folder / "package.json").is_file():
        return ""
    engines = package_json(folder).get("engines")
    version = engines.get("node") if isinstance(engines, dict) else None
    return f"node {version}" if isinstance(version, str) else "node"


def _ruby(folder: Path) -> str:
    if not (folder / "Gemfile").is_file():
        return ""
    said = re.search(r"""^\s*ruby\s+["']([^"']+)["']""", _first(folder / "Gemfile"), re.MULTILINE)
    return f"ruby {said[1]}" if said else "ruby"


def _others(folder: Path) -> str:
    files = {"go.mod": "go", "pom.xml": "java", "build.gradle": "java", "composer.json": "php", "mix.exs": "elixir"}
    return " + ".join(dict.fromkeys(name for file, name in files.items() if (folder / file).is_file()))


def _line(path: Path) -> str:
    """The first line that is not a comment, at most 40 characters."""
    lines = (line.strip() for line in _first(path).splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")[:40]


def _first(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
