"""Reads what a script wants of answers: `capture`, `match`, `expect`."""

from __future__ import annotations

import re

from hafen.load.jsonpath import JsonPathInvalid, compile_jsonpath
from hafen.load.place import Place
from hafen.load.plan import Capture, Expectation, Find, Match
from hafen.load.reading import Reader
from hafen.load.template import Template

_CAPTURE_KEYS = ("json", "header", "regexp", "as", "strict", "group", "flags", "multiple")
_REFUSED_CAPTURES = {
    "xpath": "capture by json, header or regexp",
    "selector": "capture by json, header or regexp",
}
EXPECTATIONS = (
    "statusCode", "notStatusCode", "contentType", "hasProperty", "notHasProperty", "equals", "hasHeader",
    "headerEquals", "matchesRegexp",
)  # fmt: skip
_REFUSED_EXPECTATIONS = {
    "cdnHit": "use hasHeader or headerEquals",
    "jmespath": "use hasProperty or a capture with equals",
}


def find_by(place: Place) -> Find | None:
    try:
        return compile_jsonpath(place.text())
    except JsonPathInvalid as error:
        place.problem(str(error), "$.people[0].id")
        return None


def read_captures(reader: Reader, place: Place) -> tuple[Capture, ...]:
    made = []
    for entry in place.one_or_many():
        entry.mapping(_CAPTURE_KEYS, _REFUSED_CAPTURES)
        name = entry.at("as").text()
        if not name:
            entry.problem("does not say where the value goes", "as: token")
        reader.sets.add(name.partition(".")[0])
        made.append(_capture(reader, entry, name))
    return tuple(capture for capture in made if capture)


def _capture(reader: Reader, entry: Place, name: str) -> Capture | None:
    kinds = [kind for kind in ("json", "header", "regexp") if entry.at(kind).there]
    if len(kinds) != 1:
        if not any(key in _REFUSED_CAPTURES for key in entry.mapping()):
            entry.problem("wants one of json, header and regexp", "json: $.token")
        return None
    source = entry.at(kinds[0])
    return Capture(
        kind=kinds[0],
        name=name,
        source=source.text(),
        strict=entry.at("strict").flag(reader.http.strict_capture),
        find=find_by(source) if kinds[0] == "json" else None,
        pattern=_pattern(source, entry.at("flags").text()) if kinds[0] == "regexp" else None,
        group=_group(entry.at("group")),
        multiple=entry.at("multiple").flag(True),
    )


def _group(place: Place) -> str | int:
    text = place.text()
    return int(text) if text.isdigit() else text or 0


_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "g": 0, "u": 0}


def _pattern(place: Place, flags: str = "") -> re.Pattern[str] | None:
    """JavaScript's named groups (?<name>…) are written (?P<name>…) here."""
    chosen = 0
    for flag in flags:
        if flag not in _FLAGS:
            place.problem(f"the flag {flag!r} is not known", "i, m, s")
        chosen |= _FLAGS.get(flag, 0)
    try:
        return re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", place.text()), chosen)
    except (re.error, OverflowError, RecursionError) as error:
        place.problem(f"is not a regular expression: {error}", "id=([0-9]+)")
        return None


def read_matches(reader: Reader, place: Place) -> tuple[Match, ...]:
    made = []
    for entry in place.one_or_many():
        entry.mapping(("json", "regexp", "header", "value", "strict", "group", "flags"))
        capture = _capture(reader, entry, "")
        if capture:
            made.append(Match(capture, reader.template(entry.at("value")), entry.at("strict").flag(True)))
    return tuple(made)


def read_expectations(reader: Reader, place: Place) -> tuple[Expectation, ...]:
    made: list[Expectation] = []
    for entry in place.one_or_many():
        for kind, wanted in entry.mapping(EXPECTATIONS, _REFUSED_EXPECTATIONS).items():
            if kind in EXPECTATIONS:
                made.append(_expectation(reader, kind, wanted))
    return tuple(made)


def _expectation(reader: Reader, kind: str, place: Place) -> Expectation:
    wanted: tuple[Template, ...] = tuple(reader.template(value) for value in place.one_or_many())
    if not wanted:
        place.problem("wants a value")
    if kind == "headerEquals" and len(wanted) != 2:
        place.problem("wants a header and its value", "[content-type, text/html]")
    if kind in {"statusCode", "notStatusCode"}:
        for template, value in zip(wanted, place.one_or_many(), strict=True):
            if template.constant is not None and not re.fullmatch(r"[1-5]\d\d", template.constant):
                value.problem(f"{template.constant[:20]!r} is not a status code", "200")
    constants = [template.constant for template in wanted]
    fixed = tuple(text for text in constants if text is not None)
    pattern = _pattern(place) if kind == "matchesRegexp" else None
    return Expectation(kind, wanted, pattern, fixed if len(fixed) == len(wanted) else None)
