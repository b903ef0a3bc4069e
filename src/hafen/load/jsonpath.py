"""JSONPath of captures: plain paths as `$.people[0].id` run without a library, everything else by jsonpath-ng."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from hafen.load.plan import Find
from hafen.load.template import UNDEFINED, dig

_PLAIN = re.compile(r"^\$?((?:\.?[A-Za-z_][\w-]*)|(?:\.?\[(?:\d+|'[^'\]]+'|\"[^\"\]]+\")\]))*$")
_PART = re.compile(r"([A-Za-z_][\w-]*)|\[(?:(\d+)|'([^'\]]+)'|\"([^\"\]]+)\")\]")


class JsonPathInvalid(ValueError):
    """Not a JSONPath."""


@cache
def compile_jsonpath(path: str) -> Find:
    """A function from a document to the list of what is found, empty when nothing is. Raises JsonPathInvalid."""
    text = path.strip()
    if not text:
        raise JsonPathInvalid("is empty")
    if _PLAIN.match(text):
        return _plain(text)
    return _general(text)


def _plain(text: str) -> Find:
    steps: list[str | int] = []
    for word, index, single, double in _PART.findall(text.lstrip("$")):
        steps.append(int(index) if index else word or single or double)
    parts = tuple(steps)

    def find(document: Any) -> list[Any]:
        found = dig(document, parts)
        return [] if found is UNDEFINED else [found]

    return find


def _general(text: str) -> Find:
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.ext.parser import parse

    text = text if text.startswith("$") else f"$.{text}"
    text = text.replace("$.[", "$[")
    try:
        expression = parse(text)
    except (JSONPathError, ValueError, AttributeError, TypeError, IndexError, KeyError, RecursionError) as error:
        raise JsonPathInvalid(f"is not a JSONPath ({str(error)[:60]})") from None

    def find(document: Any) -> list[Any]:
        try:
            return [match.value for match in expression.find(document)]
        except (TypeError, ValueError, AttributeError, KeyError, IndexError, ArithmeticError, RecursionError):
            return []  # a filter that does not fit this document finds nothing

    return find
