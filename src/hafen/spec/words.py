"""The validator's errors in words for people. A value is repeated only where it cannot be a secret."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from hafen.errors import Problem
from hafen.model.app import CONFIG_KEY, DOMAIN, NAME, App
from hafen.spec.document import Document, dotted

_PATTERNS = {
    NAME: ("lower-case letters, digits and hyphens, at most 30, a letter first", "web"),
    CONFIG_KEY: ("letters, digits and _, no digit first", "SECRET_KEY"),
    DOMAIN: ("a host name", "www.example.com"),
    r"^/\S*$": ("a path", "/readyz"),
    r"^\S+ \S+ \S+ \S+ \S+$": ("five fields: minute, hour, day, month, weekday", "30 4 * * *"),
}


def problem_of(error: ErrorDetails, document: Document) -> Problem:
    path = tuple(part for part in error["loc"] if part != "[key]")
    words = _WORDS.get(error["type"], _plain)
    what, hint = words(error, path)
    return Problem(document.where(path), dotted(path), what, hint)


Words = tuple[str, str]
PathOf = tuple[str | int, ...]


def _unknown_key(_error: ErrorDetails, path: PathOf) -> Words:
    known = _keys_at(path[:-1])
    near = get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    return "is not a key that Hafen knows", near[0] if near else f"one of {', '.join(known)}"


def _keys_at(path: PathOf) -> list[str]:
    """Keys that are valid at a path of hafen.yaml."""
    annotation: Any = App
    for part in path:
        annotation = _below(annotation, str(part))
    return list(annotation.model_fields) if _is_model(annotation) else []


def _below(annotation: Any, part: str) -> Any:
    """The type of what stands under a key, in a type of the spec."""
    if _is_model(annotation):
        field = annotation.model_fields.get(part)
        return field.annotation if field else None
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    models = [option for option in get_args(annotation) if _is_model(option)]  # Model | None
    return _below(models[0], part) if models else None


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _missing(_error: ErrorDetails, path: PathOf) -> Words:
    example = {"app": "app: my-app", "processes": "processes: {web: {command: …}}", "command": "command: …"}
    return "is missing", example.get(str(path[-1]), f"{path[-1]}: …")


def _choice(error: ErrorDetails, _path: PathOf) -> Words:
    expected = [word.strip(" '") for word in str(error["ctx"]["expected"]).replace(" or ", ", ").split(",")]
    given = str(error["input"])
    near = get_close_matches(given.lower(), expected, n=1, cutoff=0.5)
    return f"{given!r} is not known here", near[0] if near else f"one of {', '.join(expected)}"


def _pattern(error: ErrorDetails, _path: PathOf) -> Words:
    what, example = _PATTERNS.get(str(error["ctx"]["pattern"]), ("of another form", ""))
    return f"must be {what}", example


def _limit(sign: str) -> Callable[[ErrorDetails, PathOf], Words]:
    def words(error: ErrorDetails, _path: PathOf) -> Words:
        context = error["ctx"]
        bound = next(iter(value for key, value in context.items() if key in {"ge", "gt", "le", "lt"}))
        return f"{error['input']} is out of range", f"{sign} {bound}"

    return words


def _type(kind: str) -> Callable[[ErrorDetails, PathOf], Words]:
    def words(error: ErrorDetails, _path: PathOf) -> Words:
        found = {dict: "a mapping", list: "a list", str: "a text", int: "a number", bool: "true or false"}
        return f"must be {kind}, not {found.get(type(error['input']), 'nothing')}", ""

    return words


def _plain(error: ErrorDetails, _path: PathOf) -> Words:
    return error["msg"][:1].lower() + error["msg"][1:], ""


_WORDS: dict[str, Callable[[ErrorDetails, PathOf], Words]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "greater_than_equal": _limit("at least"),
    "greater_than": _limit("more than"),
    "less_than_equal": _limit("at most"),
    "less_than": _limit("less than"),
    "int_type": _type("a whole number"),
    "int_from_float": _type("a whole number"),
    "float_type": _type("a number"),
    "float_parsing": _type("a number"),
    "bool_type": _type("true or false"),
    "bool_parsing": _type("true or false"),
    "string_type": _type("a text"),
    "dict_type": _type("a mapping"),
    "model_type": _type("a mapping"),
    "model_attributes_type": _type("a mapping"),
    "tuple_type": _type("a list"),
    "too_short": lambda _error, _path: ("needs at least one entry", ""),
    "string_too_short": lambda _error, _path: ("is empty", ""),
}
