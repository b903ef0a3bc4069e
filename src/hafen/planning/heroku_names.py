"""Heroku's names as hafen.yaml takes them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from hafen.model.app import DOMAIN

LONGEST_NAME = 30


def app_name(text: str) -> str:
    """A name that hafen.yaml accepts: "InspireNow API" becomes "inspirenow-api"."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:LONGEST_NAME].strip("-")
    return name if name[:1].isalpha() else f"app-{name}".strip("-")[:LONGEST_NAME]


def unique_names(names: Iterable[str], short: Callable[[str], str] = str) -> dict[str, str]:
    """Name in hafen.yaml by Heroku's, each only once: "Mail_Worker" becomes "mail-worker"."""
    taken: dict[str, str] = {}
    for name in names:
        wanted, number = app_name(short(name)), 2
        while wanted in taken.values():
            wanted, number = f"{app_name(short(name))[: LONGEST_NAME - 3]}-{number}", number + 1
        taken[name] = wanted
    return taken


def split_domains(domains: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that hafen.yaml can hold, and the others."""
    lower = [domain.lower() for domain in domains]
    served = tuple(domain for domain in lower if re.fullmatch(DOMAIN, domain))
    return served, tuple(domain for domain in lower if domain not in served)


def without_folder_word(key: str) -> str:
    """ "DATA_DIR" becomes "DATA"."""
    return re.sub(r"_(DIR|DIRECTORY|FOLDER|PATH|ROOT)$", "", key, flags=re.IGNORECASE)
