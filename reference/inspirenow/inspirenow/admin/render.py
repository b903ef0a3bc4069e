"""Pages from templates."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.responses import HTMLResponse

from .charts import bars
from .visit import AdminVisit

FOLDER = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def _date(epoch_s: int | None) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%d %b %Y") if epoch_s else "not yet"


def _number(value: int) -> str:
    return f"{value:,}"


_templates = Environment(loader=FileSystemLoader(FOLDER / "templates"), autoescape=True)
_templates.filters |= {"date": _date, "number": _number}
_templates.globals |= {"bars": bars}


def page(template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> HTMLResponse:
    """Values are escaped: a name may hold markup."""
    return HTMLResponse(_templates.get_template(template).render(values), status, HEADERS)


def page_for(visit: AdminVisit, template: str, **values: object) -> HTMLResponse:
    """A page that knows who looks at it."""
    return page(template, HTTPStatus.OK, email=visit.session.email, form_token=visit.form_token, **values)
