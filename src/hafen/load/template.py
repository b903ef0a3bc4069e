"""Artillery's templates: `{{ a.b[0] }}`, `{{ $randomNumber(1, 9) }}`; parsed once, rendered for each request.

A template that stands alone keeps its value's type; inside a text objects become JSON and what is missing
becomes "undefined".
"""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

Variables = dict[str, Any]
Getter = Callable[[Variables], Any]
Piece = str | Callable[[Variables], str]


class TemplateInvalid(ValueError):
    """A template that cannot be understood. hint: what can."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


class Undefined:
    """A variable that has no value."""

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False


UNDEFINED = Undefined()


@dataclass(frozen=True)
class Surroundings:
    """What is fixed for a run. environment: $processEnvironment and $env. constants: $environment, $testId …"""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """pieces: constant texts and functions of the variables, to be joined. lone: getter if it is one expression only.

    names: variables it reads, to warn of those that nothing sets.
    """

    source: str
    pieces: tuple[Piece, ...]
    lone: Getter | None = None
    names: frozenset[str] = frozenset()

    @property
    def constant(self) -> str | None:
        """The text, when it does not depend on variables."""
        return "".join(map(str, self.pieces)) if all(isinstance(piece, str) for piece in self.pieces) else None

    def text(self, variables: Variables) -> str:
        return join(self.pieces, variables)

    def value(self, variables: Variables) -> Any:
        return self.lone(variables) if self.lone else join(self.pieces, variables)


def join(pieces: Iterable[Piece], variables: Variables) -> str:
    return "".join([piece if piece.__class__ is str else piece(variables) for piece in pieces])  # type: ignore[operator]


_EXPRESSION = re.compile(r"\{\{\{?([^{}]*)\}?\}\}")
_CALL = re.compile(r"^(\$\w+)\s*\(\s*([\w\s,.'\"-]*)\)$")
_STEP = re.compile(r"\.?([^.\[\]\s'\"]+)|\[\s*(?:'([^']*)'|\"([^\"]*)\"|(-?\d+)|([\w$]+))\s*\]")
_ENVIRONMENTS = ("$processEnvironment", "$env")


def parse(source: str, around: Surroundings) -> Template:
    """Raises TemplateInvalid."""
    pieces: list[Piece] = []
    names: set[str] = set()
    lone: Getter | None = None
    end = 0
    for match in _EXPRESSION.finditer(source):
        pieces.append(source[end : match.start()])
        getter, name = _expression(match.group(1).strip(), around)
        names.update({name} if name else ())
        pieces.append(getter if isinstance(getter, str) else _as_piece(getter))
        if match.group(0) == source and not isinstance(getter, str):
            lone = getter
        end = match.end()
    pieces.append(source[end:])
    if "{{" in source[end:]:
        raise TemplateInvalid("a template is opened with {{ and not closed", "{{ name }}")
    return Template(source, tuple(merged(pieces)), lone, frozenset(names))


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbouring texts as one, empty ones gone."""
    made: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and made and isinstance(made[-1], str):
            made[-1] += piece
        elif piece != "":
            made.append(piece)
    return made


def _expression(text: str, around: Surroundings) -> tuple[Getter | str, str]:
    """A getter, or the text when it is known already; and the variable it reads, or ""."""
    call = _CALL.match(text)
    if call:
        return _call(call.group(1), [word.strip(" '\"") for word in call.group(2).split(",") if word.strip()]), ""
    path = _path(text)
    name = str(path[0])
    if name in _ENVIRONMENTS:
        if len(path) != 2:
            raise TemplateInvalid(f"{name} wants the name of a variable", f"{name}.API_KEY")
        return around.environment.get(str(path[1]), "undefined"), ""
    if name in around.constants and len(path) == 1:
        return around.constants[name], ""
    return _path_getter(path), name


@lru_cache(maxsize=4096)
def _path(text: str) -> tuple[str | int, ...]:
    path: list[str | int] = []
    end = 0
    for match in _STEP.finditer(text):
        if match.start() != end:
            break
        word, single, double, index, bare = match.groups()
        path.append(int(index) if index is not None else next(w for w in (word, single, double, bare) if w is not None))
        end = match.end()
    if end != len(text) or not path:
        raise TemplateInvalid(f"{{{{ {text[:40]} }}}} is not a template that Hafen knows", "{{ a.b[0] }}, {{ $uuid }}")
    return tuple(path)


def _path_getter(path: tuple[str | int, ...]) -> Getter:
    name = str(path[0])
    if len(path) == 1:
        return lambda variables: variables.get(name, UNDEFINED)
    rest = path[1:]
    return lambda variables: dig(variables.get(name, UNDEFINED), rest)


def dig(value: Any, path: Iterable[str | int]) -> Any:
    """What stands in lists and mappings at a path; UNDEFINED when nothing does."""
    for part in path:
        if isinstance(value, dict):
            value = value.get(part, UNDEFINED) if part in value else value.get(str(part), UNDEFINED)
        elif isinstance(value, list) and str(part).isdigit():
            value = value[int(part)] if int(part) < len(value) else UNDEFINED
        elif isinstance(value, list | str) and part == "length":
            value = len(value)
        else:
            return UNDEFINED
    return value


def has(value: Any, dotted: str) -> bool:
    """Is there something at "a.b[0]", null included?"""
    try:
        return dig(value, _path(dotted)) is not UNDEFINED
    except TemplateInvalid:
        return False


def dig_dotted(value: Any, dotted: str) -> Any:
    """What stands at "a.b[0]"; UNDEFINED when nothing does."""
    try:
        return dig(value, _path(dotted))
    except TemplateInvalid:
        return UNDEFINED


def _as_piece(getter: Getter) -> Callable[[Variables], str]:
    def piece(variables: Variables) -> str:
        value = getter(variables)
        return value if value.__class__ is str else as_text(value)

    return piece


def as_text(value: Any) -> str:
    """As JavaScript writes it into a text, except that objects are JSON."""
    if value.__class__ is int:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return to_json(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return str(value)


def to_json(value: Any) -> str:
    """Compact JSON, as JSON.stringify; what is undefined becomes the text "undefined"."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)


_MOST_LETTERS = 1_000_000
_LETTERS = string.ascii_letters + string.digits


def _random_number(words: list[str]) -> Getter:
    low, high = (int(word) for word in (words or ["0", "100"]))
    low, high = min(low, high), max(low, high)
    return lambda _variables: random.randint(low, high)  # noqa: S311 - load, not secrets


def _random_string(words: list[str]) -> Getter:
    (length,) = (int(word) for word in (words or ["10"]))
    if not 0 <= length <= _MOST_LETTERS:
        raise ValueError(length)
    return lambda _variables: "".join(random.choices(_LETTERS, k=length))  # noqa: S311 - load, not secrets


FUNCTIONS: dict[str, Callable[[list[str]], Getter]] = {
    "$randomNumber": _random_number,
    "$randomString": _random_string,
}


def _call(name: str, words: list[str]) -> Getter:
    if name not in FUNCTIONS:
        raise TemplateInvalid(f"the function {name}() is not supported", ", ".join(FUNCTIONS))
    try:
        return FUNCTIONS[name](words)
    except (ValueError, TypeError):
        hint = "$randomNumber(1,9), $randomString(8)"
        raise TemplateInvalid(f"{name}() has arguments it cannot take", hint) from None


def json_pieces(value: Any, around: Surroundings) -> tuple[list[Piece], frozenset[str]]:
    """Pieces that join to the JSON text of a structure with templates in it, and the variables they read.

    A lone template keeps its value's type. Raises TemplateInvalid.
    """
    if isinstance(value, str):
        return _json_text(parse(value, around))
    names: frozenset[str] = frozenset()
    pieces: list[Piece] = []
    if isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else ((None, entry) for entry in value)
        for index, (key, entry) in enumerate(entries):
            pieces.append("," if index else "")
            if key is not None:
                key_template = parse(str(key), around)
                pieces += [*_quoted(key_template), ":"]
                names |= key_template.names
            inner, inner_names = json_pieces(entry, around)
            pieces += inner
            names |= inner_names
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        return merged([opening, *pieces, closing]), names
    return [to_json(value)], names


def _json_text(template: Template) -> tuple[list[Piece], frozenset[str]]:
    getter = template.lone
    if getter is None:
        return _quoted(template), template.names

    def piece(variables: Variables) -> str:
        return to_json(getter(variables))

    return [piece], template.names


def _quoted(template: Template) -> list[Piece]:
    if template.constant is not None:
        return [to_json(template.constant)]
    return [lambda variables: to_json(template.text(variables))]
