"""The templates, with style and script put inside the page, and the filters that they use."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from jinja2 import Environment

_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:×|%|€|\$|ms\b|s\b|min\b|MiB\b|GiB\b))|(?<=\d.min) (?=\d)")
_NO_BREAK = "\u00a0"


def render(template: str, **context: Any) -> str:
    """Everything in `context` is escaped. The page's policy lets only this one script run, by its hash."""
    script = _asset("report.js").strip()
    digest = b64encode(sha256(script.encode()).digest()).decode()
    page = _environment().get_template(template)
    return page.render(
        **context, css=_trusted(_asset("report.css")), js=_trusted(script), script_hash=f"sha256-{digest}"
    )


def units(text: object) -> str:
    """A number and its unit stay on one line."""
    return _BEFORE_UNIT.sub(_NO_BREAK, str(text))


def code(text: str) -> Any:
    """Escaped; what stands between backticks is set as code."""
    from markupsafe import Markup, escape

    parts = [escape(units(part)) for part in text.split("`")]
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def day(moment: str) -> str:
    """ISO 8601 as "23 November 2026, 21:00 UTC"; what is no date stays as it is."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    zone = f" {parsed.tzname()}" if parsed.tzinfo else ""
    return f"{parsed.day} {parsed:%B %Y, %H:%M}{zone}"


def address(url: str) -> str:
    """A URL without user name, password, query and fragment, which can hold secrets."""
    try:
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return "an address that cannot be read"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("hafen", "templates/report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(units=units, code=code, day=day, address=address)
    return made


@cache
def _asset(name: str) -> str:
    from importlib.resources import files

    return (files("hafen") / "templates" / "report" / name).read_text(encoding="utf-8")


def _trusted(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  our own files, not input
