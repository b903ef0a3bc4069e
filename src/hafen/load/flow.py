"""Reads scenarios: what a virtual user does, step after step."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from hafen.load.answers import read_captures, read_expectations, read_matches
from hafen.load.expression import Evaluate, ExpressionInvalid, parse_expression
from hafen.load.place import Place, as_number
from hafen.load.plan import Body, Log, Loop, Parallel, Request, Scenario, Step, Think
from hafen.load.reading import Reader
from hafen.load.template import Template, TemplateInvalid, json_pieces

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
REQUEST_KEYS = (
    "url", "uri", "name", "headers", "qs", "json", "body", "form", "cookie", "auth", "gzip", "followRedirect",
    "capture", "match", "expect", "ifTrue", "probability", "setContentLengthHeader",
)  # fmt: skip
HOOK = "hooks in JavaScript do not run here; leave the hook out or write the step in YAML"
REFUSED_KEYS = {
    "beforeRequest": HOOK,
    "afterResponse": HOOK,
    "formData": "uploads are not sent yet; use body or form",
}
REFUSED_STEPS = {
    "function": HOOK,
}
_STEP_EXTRAS = {
    "think": ("jitter",),
    "loop": ("count", "over", "loopValue", "loopElement"),
    "log": (),
    "parallel": ("limit",),
}


@dataclass
class FlowReader(Reader):
    """Reads steps. default_200: a request without a statusCode expectation must answer 200."""

    default_200: bool = False

    def scenario(self, place: Place, index: int) -> Scenario:
        refused = dict.fromkeys(("beforeScenario", "afterScenario", "beforeRequest", "afterResponse", "onError"), HOOK)
        place.mapping(("name", "weight", "flow", "engine"), refused)
        if place.at("engine").there and place.at("engine").value != "http":
            place.at("engine").problem("only the http engine is supported", "engine: http, or leave it out")
        name = place.at("name").text() or str(index)
        return Scenario(name, place.at("weight").number(1), self.flow(place.at("flow")))

    def flow(self, place: Place) -> tuple[Step, ...]:
        if not isinstance(place.value, list) or not place.value:
            place.problem("must be a list of steps", "- get: {url: /}")
            return ()
        return tuple(step for entry in place.items() if (step := self.step(entry)))

    def step(self, place: Place) -> Step | None:
        keys = place.mapping()
        kind = next((key for key in keys if key in (*METHODS, *_STEP_EXTRAS, *REFUSED_STEPS)), "")
        if kind in REFUSED_STEPS:
            place.at(kind).problem("is not supported by Hafen", REFUSED_STEPS[kind])
            return None
        if not kind:
            place.problem("is not a step", f"one of {', '.join(METHODS[:-1])}, think, loop, parallel, log")
            return None
        place.mapping((kind, *_STEP_EXTRAS.get(kind, ())), {"whileTrue": HOOK})
        if kind in METHODS:
            return self.request(kind.upper(), place.at(kind))
        read: dict[str, Callable[[Place], Step | None]] = {
            "think": self.think,
            "loop": self.loop,
            "parallel": self.parallel,
            "log": lambda step: Log(self.template(step.at("log"))),
        }
        return read[kind](place)

    def parallel(self, place: Place) -> Parallel:
        return Parallel(self.flow(place.at("parallel")), place.at("limit").whole(100, least=1))

    def think(self, place: Place) -> Think:
        seconds = self.template(place.at("think"))
        constant = seconds.constant
        if constant is not None:
            seconds = self.template_of(place, f"{place.at('think').seconds(0):.9g}")
            if as_number(constant) not in {None, float(int(as_number(constant) or 0))}:
                self.warnings.append(f"{place.line}: think: {constant} waits {constant} s; Artillery barely waits")
        jitter = place.at("jitter")
        return Think(seconds, read_jitter(jitter) if jitter.there else self.http.think_jitter, place.line)

    def loop(self, place: Place) -> Loop | None:
        count, over = place.at("count"), place.at("over")
        value_name = place.at("loopValue").text("$loopCount")
        element_name = place.at("loopElement").text("$loopElement")
        self.sets |= {value_name, element_name}
        steps = self.flow(place.at("loop"))
        if count.there == over.there:
            place.problem("a loop wants one of count and over", "count: 10")
            return None
        if over.there:
            return Loop(steps, None, self._over(over), value_name, element_name)
        return Loop(steps, self._count(count), None, value_name, element_name)

    def _over(self, place: Place) -> tuple[Any, ...] | str:
        if isinstance(place.value, str):
            self.note([place.value.partition(".")[0].partition("[")[0]], place)
            return place.value
        if not isinstance(place.value, list):
            place.problem("must be a list, or the name of a variable that holds one", "over: ids")
            return ()
        return tuple(place.value)

    def _count(self, place: Place) -> Template:
        made = self.template(place)
        if made.constant is not None and count_range(made.constant) is None:
            place.problem(f"{made.constant[:40]!r} is not a count", '10, or "1-10", or "{{ n }}"')
        return made

    def request(self, method: str, place: Place) -> Request | None:
        if isinstance(place.value, str):
            place.problem("must be a mapping", f"{method.lower()}: {{url: {place.value[:60]}}}")
            return None
        place.mapping(REQUEST_KEYS, REFUSED_KEYS)
        url = place.at("url") if place.at("url").there else place.at("uri")
        if not url.there:
            place.problem("has no url", "url: /")
            return None
        expectations = read_expectations(self, place.at("expect"))
        if self.default_200 and not any("tatusCode" in expectation.type for expectation in expectations):
            expectations += read_expectations(self, Place(place.document, place.path, {"statusCode": 200}))
        return Request(
            method=method,
            url=self.template(url),
            name=self.template(place.at("name")),
            headers=(*self.named(place.at("headers")), *self._auth(place.at("auth"))),
            query=self._query(place.at("qs")),
            body=self._body(place),
            cookies=self.named(place.at("cookie")),
            captures=read_captures(self, place.at("capture")),
            matches=read_matches(self, place.at("match")),
            expectations=expectations,
            condition=self._condition(place.at("ifTrue")),
            probability=place.at("probability").number(100, most=100),
            gzip=place.at("gzip").flag(True),
            follow_redirects=place.at("followRedirect").flag(True),
            where=place.line,
        )

    def _query(self, place: Place) -> tuple[tuple[str, Template], ...]:
        made = []
        for key, entry in place.mapping().items():
            made += [(key, self.template(value)) for value in entry.one_or_many()]
        return tuple(made)

    def _auth(self, place: Place) -> tuple[tuple[str, Template], ...]:
        if not place.there:
            return ()
        place.mapping(("user", "pass"))
        user, word = self.template(place.at("user")), self.template(place.at("pass"))

        def credentials(variables: dict[str, Any]) -> str:
            from base64 import b64encode

            pair = f"{user.text(variables)}:{word.text(variables)}"
            return f"Basic {b64encode(pair.encode('utf-8', 'surrogatepass')).decode()}"

        return (("authorization", Template("", (credentials,), None, user.names | word.names)),)

    def _condition(self, place: Place) -> Evaluate | None:
        if not place.there:
            return None
        try:
            return parse_expression(place.text())
        except ExpressionInvalid as error:
            place.problem(f"is not a condition that Hafen understands: {error}", 'name == "x" and n > 3')
            return None

    def _body(self, place: Place) -> Body | None:
        given = [key for key in ("json", "body", "form") if place.at(key).there]
        if len(given) > 1:
            place.problem(f"has {' and '.join(given)}", "keep one of them")
        if "json" in given:
            return self._json(place.at("json"))
        if "form" in given:
            return self._form(place.at("form"))
        if "body" in given:
            body = place.at("body")
            made = self.template_of(body, body.value if isinstance(body.value, str) else json.dumps(body.value))
            return Body(made.pieces)
        return None

    def _json(self, place: Place) -> Body:
        try:
            pieces, names = json_pieces(place.value, self.around)
        except TemplateInvalid as error:
            place.problem(str(error), error.hint)
            return Body(())
        self.note(names, place)
        return Body(tuple(pieces), "application/json")

    def _form(self, place: Place) -> Body:
        fields = self._query(place)

        def encoded(variables: dict[str, Any]) -> str:
            return urlencode([(key, value.text(variables)) for key, value in fields], errors="surrogatepass")

        return Body((encoded,), "application/x-www-form-urlencoded")


def read_jitter(place: Place) -> tuple[float, bool] | None:
    """ "20%" of the time, or a number of milliseconds."""
    text = place.text()
    number = as_number(text.removesuffix("%")) if text else None
    if number is None or number < 0:
        place.problem("is not a jitter", '"20%"')
        return None
    return (number / 100, True) if text.endswith("%") else (number / 1000, False)


def count_range(text: str) -> tuple[int, int] | None:
    """ "5" is 0 to 5, "2-5" is 2 to 5, the end not included; -1 has no end. None: not a count."""
    first, dash, last = text.strip().partition("-")
    try:
        if not dash:
            return 0, int(first)
        return (0, -1) if not first and int(last) == 1 else (int(first), int(last))
    except ValueError:
        return None
