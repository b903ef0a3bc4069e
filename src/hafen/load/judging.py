"""What an answer is worth: the script's rules, expectations, captures and matches."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from hafen.load.connection import Call
from hafen.load.plan import Capture, Expectation, Match, Request, Rules
from hafen.load.recorder import Recorder
from hafen.load.template import UNDEFINED, has
from hafen.load.user import StepFailed, User

FAILED_CAPTURE = "Failed capture or match"
_UNREAD = object()


class Answer:
    """An answer that is read as text or JSON only if somebody asks. document: None when it is not JSON."""

    __slots__ = ("_document", "_raw", "call")

    def __init__(self, call: Call) -> None:
        self.call = call
        self._raw: bytes | None = None
        self._document: Any = _UNREAD

    @property
    def raw(self) -> bytes:
        if self._raw is None:
            self._raw = self.call.body()
        return self._raw

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "replace")

    @property
    def document(self) -> Any:
        if self._document is _UNREAD:
            try:
                self._document = json.loads(self.raw.decode())  # quicker than from bytes
            except (ValueError, RecursionError):
                self._document = _from_bytes(self.raw)
        return self._document


def _from_bytes(raw: bytes) -> Any:
    """JSON with a byte order mark, or in UTF-16 or UTF-32; None when it is none."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


class Judge:
    """Called with a user and its answered call; raises StepFailed when that ends the user."""

    def __init__(self, request: Request, rules: Rules, recorder: Recorder) -> None:
        self.request, self.rules, self.counters = request, rules, recorder.counters
        self.expectations = [(item, _CHECKS[item.type], f"plugins.expect.ok.{item.type}",
                              f"plugins.expect.failed.{item.type}") for item in request.expectations]  # fmt: skip
        reading = {"contentType", "hasProperty", "notHasProperty", "matchesRegexp"}
        self.wants_body = bool(
            rules.implicit
            or request.captures
            or request.matches
            or any(item.type in reading for item in request.expectations)
        )
        self.idle = not (self.wants_body or self.expectations)

    def __call__(self, user: User, call: Call) -> None:
        if self.idle:
            return
        answer = Answer(call)
        wrong = self._rules(call, answer)
        failed = self._captures(user, answer)
        unmet = self._expectations(user, answer) if self.expectations else ""
        wrong = wrong or failed or unmet
        if wrong and call.status < 400 and user.endpoint is not None:
            user.endpoint.said_no(wrong)
        if failed:
            raise StepFailed(FAILED_CAPTURE)
        if unmet and self.rules.failed_expectation_ends:
            raise StepFailed(f"Failed expectations for request {user.endpoint.name if user.endpoint else ''}")

    def _rules(self, call: Call, answer: Answer) -> str:
        if call.status < 400:
            for path, find in self.rules.implicit:
                if any(find(answer.document)):
                    return f"the body has {path}"
        return ""

    def _expectations(self, user: User, answer: Answer) -> str:
        """What was not met, "" when all was. Counts as Artillery's plugin does."""
        unmet = ""
        for expectation, check, counted_ok, counted_failed in self.expectations:
            if check(expectation, user, answer):
                self.counters["plugins.expect.ok"] += 1
                self.counters[counted_ok] += 1
            else:
                self.counters["plugins.expect.failed"] += 1
                self.counters[counted_failed] += 1
                unmet = unmet or f"expected {expectation.type} {', '.join(t.source for t in expectation.wanted)}"
        return unmet

    def _captures(self, user: User, answer: Answer) -> str:
        """What was not found though it must be, "" when all was. Nothing is stored then, as in Artillery."""
        if not (self.request.captures or self.request.matches):
            return ""
        values = []
        for capture in self.request.captures:
            value = _captured(capture, answer)
            if value is UNDEFINED or value == "":
                if capture.strict:
                    return f"no {capture.source} to capture"
                value = UNDEFINED
            values.append((capture.name, value))
        for match in self.request.matches:
            if not _matches(match, user, answer) and match.strict:
                return f"{match.capture.source} does not match"
        for name, value in values:
            _store(user.variables, name, value)
        return ""


def _store(variables: dict[str, Any], name: str, value: Any) -> None:
    first, _, rest = name.partition(".")
    if not rest:
        variables[name] = value
        return
    inner = variables.get(first)
    variables[first] = inner if isinstance(inner, dict) else {}
    _store(variables[first], rest, value)


def _captured(capture: Capture, answer: Answer) -> Any:
    if capture.find is not None:
        document = answer.document
        found = capture.find(document) if isinstance(document, dict | list) else []
        if len(found) > 1:
            return random.choice(found) if capture.multiple else found[0]  # noqa: S311 - load, not secrets
        return found[0] if found else UNDEFINED
    if capture.kind == "header":
        value = answer.call.header(capture.source.lower().encode())
        return UNDEFINED if value is None else value
    match = capture.pattern.search(answer.text) if capture.pattern else None
    if match is None:
        return UNDEFINED
    try:
        return match[capture.group] or UNDEFINED
    except IndexError:
        return UNDEFINED


def _matches(match: Match, user: User, answer: Answer) -> bool:
    return bool(_captured(match.capture, answer) == match.value.value(user.variables))


def _texts(expectation: Expectation, user: User) -> Sequence[str]:
    if expectation.fixed is not None:
        return expectation.fixed
    return [template.text(user.variables) for template in expectation.wanted]


def _status(expectation: Expectation, user: User, answer: Answer) -> bool:
    return str(answer.call.status) in _texts(expectation, user)


def _not_status(expectation: Expectation, user: User, answer: Answer) -> bool:
    return not _status(expectation, user, answer)


def _content_type(expectation: Expectation, user: User, answer: Answer) -> bool:
    found = (answer.call.header(b"content-type") or "").lower()
    for wanted in _texts(expectation, user):
        if wanted == "json":
            if "application/json" in found and answer.document is not None:
                return True
        elif found == wanted.lower() or found.partition(";")[0].strip() == wanted.lower():
            return True
    return False


def _has_property(expectation: Expectation, user: User, answer: Answer) -> bool:
    return all(has(answer.document, path) for path in _texts(expectation, user))


def _has_no_property(expectation: Expectation, user: User, answer: Answer) -> bool:
    return not any(has(answer.document, path) for path in _texts(expectation, user))


def _equals(expectation: Expectation, user: User, answer: Answer) -> bool:
    return len(set(_texts(expectation, user))) == 1


def _has_header(expectation: Expectation, user: User, answer: Answer) -> bool:
    return all(answer.call.header(name.lower().encode()) is not None for name in _texts(expectation, user))


def _header_equals(expectation: Expectation, user: User, answer: Answer) -> bool:
    name, wanted = _texts(expectation, user)
    return answer.call.header(name.lower().encode()) == wanted


def _matches_pattern(expectation: Expectation, user: User, answer: Answer) -> bool:
    return expectation.pattern is not None and expectation.pattern.search(answer.text) is not None


_CHECKS = {
    "statusCode": _status,
    "notStatusCode": _not_status,
    "contentType": _content_type,
    "hasProperty": _has_property,
    "notHasProperty": _has_no_property,
    "equals": _equals,
    "hasHeader": _has_header,
    "headerEquals": _header_equals,
    "matchesRegexp": _matches_pattern,
}
