"""An App as the text of a hafen.yaml that a person likes to read, and that loads again as the same App."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hafen.model.app import App, Environment, Value

_PLAIN = re.compile(r"^(?:\./|[A-Za-z/$])(?:[A-Za-z0-9_ ./$+=@%^~()-]|:(?=[^ ]))*$")
_TAKEN = re.compile(r"^(?:y|n|yes|no|on|off|true|false|null|nan|inf|infinity)$", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_COMMENTS = {
    "processes": "What runs, as in a Procfile. `hafen scale web=4` changes what runs, not this file.",
    "release": "Runs before each rollout; when it fails, the old release keeps serving.",
    "postdeploy": "Runs once, after an environment's first release.",
    "config": "Config vars. Values never stand here: `hafen config` lists and sets them.",
    "addons": "What came with Heroku, and what takes its place.",
    "domains": "Host names that are served.",
    "volumes": "Folders that outlive releases; the config var tells the app the path.",
    "schedules": "Jobs by the clock, in UTC.",
    "environments": "Where the app runs, and what is different there.",
}
_SCHEDULES = """\
# Jobs by the clock, in UTC. The API does not show Heroku Scheduler's: open its dashboard and write each one here.
# schedules:
#   nightly-report:
#     command: python -m app report
#     cron: "30 4 * * *"
"""


def write_app(app: App, *, head: str = "", notes: Mapping[str, str] | None = None, ask_schedules: bool = False) -> str:
    """head: comment at the top. notes: comments by dotted path, as "environments.local.config.MONGODB_URI".

    Defaults are left out. ask_schedules: an example of `schedules:` as a comment, where the app has none.
    """
    text = "".join(f"# {_printable(line)}\n" for line in head.splitlines())
    for name, value in _fields(app):
        comment = f"# {_COMMENTS[name]}\n" if name in _COMMENTS else ""
        text += ("\n" if comment else "") + comment + "".join(_entry(name, value, 0, name, notes or {}))
    if ask_schedules and not app.schedules:
        text += f"\n{_SCHEDULES}"
    return text


def _fields(value: Value) -> Iterator[tuple[str, Any]]:
    """Fields that differ from their default, in the model's order; an environment's target is always said."""
    for name, field in type(value).model_fields.items():
        found = getattr(value, name)
        shown = field.is_required() or (isinstance(value, Environment) and name == "target")
        if shown or found != field.get_default(call_default_factory=True):
            yield name, found


def _entry(key: str, value: Any, depth: int, path: str, notes: Mapping[str, str]) -> Iterator[str]:
    """A key with what stands under it, as lines; short values on the key's own line."""
    indent = "  " * depth
    if path in notes:
        yield from (f"{indent}# {_printable(line)}\n" for line in notes[path].splitlines())
    below = list(_below(value))
    if isinstance(value, Value | dict) and below:
        yield f"{indent}{_scalar(key)}:\n"
        for name, one in below:
            yield from _entry(name, one, depth + 1, f"{path}.{name}", notes)
    elif isinstance(value, Value | dict):
        yield f"{indent}{_scalar(key)}: {{}}\n"
    elif isinstance(value, tuple):
        yield f"{indent}{_scalar(key)}: [{', '.join(map(_scalar, value))}]\n"
    else:
        yield f"{indent}{_scalar(key)}: {_scalar(value)}\n"


def _below(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Value):
        yield from _fields(value)
    elif isinstance(value, dict):
        yield from value.items()


def _scalar(value: Any) -> str:
    """Plain where that reads as the same text, else in double quotes, which JSON and YAML share."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    if _PLAIN.match(value) and not _TAKEN.match(value) and not value.endswith(" ") and " #" not in value:
        return str(value)
    quoted = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())
