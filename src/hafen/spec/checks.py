"""What the model cannot say by itself: names that must match elsewhere, and values where only rules belong.

They look at plain data, so that they are told beside the model's own findings, not after them.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from hafen.spec.document import Document, Path_


def check_names(document: Document) -> None:
    _check_overrides(document)
    _check_platform_keys(document)


def _check_overrides(document: Document) -> None:
    processes = list(_mapping(document.data.get("processes")))
    for environment, own in _mapping(document.data.get("environments")).items():
        for name in _mapping(_mapping(own).get("processes")):
            if name not in processes:
                path = ("environments", environment, "processes", name)
                document.problem(path, f"there is no process {name!r}", _nearest(name, processes))


def _check_platform_keys(document: Document) -> None:
    for section, config in _config_sections(document.data):
        for key in config:
            if key == "PORT" or key.startswith("HEROKU_"):
                document.problem((*section, key), "is set by the platform, not by you", "remove it")
    for name, volume in _mapping(document.data.get("volumes")).items():
        if _mapping(volume).get("variable") == "PORT":
            document.problem(("volumes", name, "variable"), "PORT is the port of a process", "another variable")


def refuse_values(document: Document) -> None:
    """`SECRET_KEY: abc` under config is a value where only rules belong. The value itself is never repeated."""
    for path, config in _config_sections(document.data):
        for key, rules in config.items():
            if rules is not None and not isinstance(rules, dict):
                what = "a value stands here; values never stand in hafen.yaml"
                document.problem((*path, key), what, f"`hafen config set {key}`")
            if not isinstance(rules, dict):
                config[key] = {}


def _config_sections(data: dict[str, Any]) -> Iterator[tuple[Path_, dict[str, Any]]]:
    yield ("config",), _mapping(data.get("config"))
    for name, environment in _mapping(data.get("environments")).items():
        yield ("environments", name, "config"), _mapping(_mapping(environment).get("config"))


def _mapping(value: Any) -> dict[str, Any]:
    """The value when it is a mapping; else an empty one, since the model tells what is wrong with it."""
    return value if isinstance(value, dict) else {}


def _nearest(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return near[0] if near else ", ".join(known)
