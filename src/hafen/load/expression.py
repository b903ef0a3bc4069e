"""The small language of `ifTrue` and of `ensure` conditions (filtrex): `a.b > 3 and not (c == "x")`.

An expression is parsed once into functions of a lookup. What is undefined compares false with everything.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from typing import Any

Lookup = Callable[[str], Any]
Evaluate = Callable[[Lookup], Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"\\]|\\.)*\")|'(?P<quoted>(?:[^'\\]|\\.)*)'"
    r"|(?P<name>[A-Za-z$_][\w.$]*)|(?P<sign>==|!=|<=|>=|~=|[-+*/%^<>()?:,]))"
)
_MAX_DEPTH = 60


class ExpressionInvalid(ValueError):
    """Not in the language; the message says where."""


def parse_expression(text: str) -> Evaluate:
    """Raises ExpressionInvalid."""
    return _Parser(text).parse()


def _compare(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compared(left: Any, right: Any) -> bool:
        try:
            return compare(left, right)
        except TypeError:
            return False

    return compared


def _same(left: Any, right: Any) -> bool:
    """Numbers that came as text equal numbers, as in JavaScript."""
    if isinstance(left, str) != isinstance(right, str):
        return str(left) == str(right)
    return bool(left == right)


def _matches(left: Any, right: Any) -> bool:
    return re.search(str(right), str(left)) is not None


def _modulo(left: float, right: float) -> float:
    return math.fmod(left, right) if right else math.nan


def _divide(left: float, right: float) -> float:
    return left / right if right else math.nan


def _power(left: float, right: float) -> float:
    try:
        return float(math.pow(left, right))
    except (OverflowError, ValueError):
        return math.nan


_LEVELS: tuple[dict[str, Callable[[Any, Any], Any]], ...] = (
    {
        "==": _same,
        "!=": lambda left, right: not _same(left, right),
        "<": _compare(operator.lt),
        "<=": _compare(operator.le),
        ">": _compare(operator.gt),
        ">=": _compare(operator.ge),
        "~=": _matches,
    },
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": _divide, "%": _modulo},
    {"^": _power},
)
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "round": round,
    "sqrt": math.sqrt,
    "log": math.log,
    "min": min,
    "max": max,
}


class _Parser:
    """Recursive descent; one method a level."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.index = 0
        self.depth = 0

    def parse(self) -> Evaluate:
        made = self._choice()
        if self.index < len(self.tokens):
            raise ExpressionInvalid(f"{self.tokens[self.index][1]!r} was not expected")
        return made

    def _peek(self) -> str:
        kind, text = self.tokens[self.index] if self.index < len(self.tokens) else ("", "")
        return text if kind in {"sign", "name"} else ""

    def _take(self, *texts: str) -> str:
        found = self._peek()
        if found in texts:
            self.index += 1
            return found
        return ""

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise ExpressionInvalid(f"{text!r} is missing")

    def _choice(self) -> Evaluate:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ExpressionInvalid("it is nested too deep")
        made = self._or()
        if self._take("?"):
            then = self._choice()
            self._expect(":")
            made = _conditional(made, then, self._choice())
        self.depth -= 1
        return made

    def _or(self) -> Evaluate:
        made = self._and()
        while self._take("or"):
            made = _either(made, self._and())
        return made

    def _and(self) -> Evaluate:
        made = self._not()
        while self._take("and"):
            made = _both(made, self._not())
        return made

    def _not(self) -> Evaluate:
        if self._take("not"):
            inner = self._unary(self._not)
            return lambda look: not inner(look)
        return self._binary(0)

    def _unary(self, parse: Callable[[], Evaluate]) -> Evaluate:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ExpressionInvalid("it is nested too deep")
        made = parse()
        self.depth -= 1
        return made

    def _binary(self, level: int) -> Evaluate:
        if level == len(_LEVELS):
            return self._value()
        made = self._binary(level + 1)
        while sign := self._take(*_LEVELS[level]):
            made = _apply(_LEVELS[level][sign], made, self._binary(level + 1))
        return made

    def _value(self) -> Evaluate:
        if self._take("-"):
            inner = self._unary(self._value)
            return _apply(operator.sub, lambda _look: 0, inner)
        if self._take("("):
            made = self._choice()
            self._expect(")")
            return made
        if self.index >= len(self.tokens):
            raise ExpressionInvalid("it ends too early")
        kind, text = self.tokens[self.index]
        self.index += 1
        if kind == "name" and self._peek() == "(":
            return self._call(text)
        return _atom(kind, text)

    def _call(self, name: str) -> Evaluate:
        function = _FUNCTIONS.get(name)
        if function is None:
            raise ExpressionInvalid(f"the function {name}() is not known")
        self._expect("(")
        arguments = [self._choice()]
        while self._take(","):
            arguments.append(self._choice())
        self._expect(")")
        return _applied(function, arguments)


def _tokens(text: str) -> list[tuple[str, str]]:
    made = []
    end = 0
    text = text.rstrip()
    while end < len(text):
        match = _TOKEN.match(text, end)
        if not match:
            raise ExpressionInvalid(f"{text[end : end + 10].strip()!r} is not understood")
        kind = match.lastgroup or ""
        made.append((kind, match.group(kind)))
        end = match.end()
    return made


def _atom(kind: str, text: str) -> Evaluate:
    if kind == "number":
        number = float(text)
        return lambda _look: number
    if kind == "text":
        word = text[1:-1].replace('\\"', '"')
        return lambda _look: word
    if kind in {"name", "quoted"} and text not in {"and", "or", "not"}:
        constant = {"true": True, "false": False}.get(text)
        return (lambda look: look(text)) if constant is None else (lambda _look: constant)
    raise ExpressionInvalid(f"{text!r} was not expected")


def _conditional(condition: Evaluate, then: Evaluate, otherwise: Evaluate) -> Evaluate:
    return lambda look: then(look) if condition(look) else otherwise(look)


def _either(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda look: bool(left(look)) or bool(right(look))


def _both(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda look: bool(left(look)) and bool(right(look))


def _apply(function: Callable[[Any, Any], Any], left: Evaluate, right: Evaluate) -> Evaluate:
    return _applied(function, [left, right])


def _applied(function: Callable[..., Any], arguments: list[Evaluate]) -> Evaluate:
    def value(look: Lookup) -> Any:
        try:
            return function(*(argument(look) for argument in arguments))
        except (TypeError, ValueError, OverflowError, re.error):
            return math.nan

    return value
