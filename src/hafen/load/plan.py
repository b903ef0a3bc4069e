"""A load script as frozen values: what was read, checked and compiled before the first request is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from hafen.load.expression import Evaluate
from hafen.load.schedule import Phase
from hafen.load.template import Piece, Template

Find = Callable[[Any], list[Any]]


@dataclass(frozen=True, eq=False)
class Origin:
    """Where a connection leads. Made by `origin_of`, so that the same place is the same object and quick to look up."""

    scheme: str
    host: str
    port: int

    @cached_property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


@cache
def origin_of(scheme: str, host: str, port: int) -> Origin:
    return Origin(scheme, host, port)


@dataclass(frozen=True)
class Capture:
    """kind: json, header or regexp. find: JSON document or None → matches. strict: nothing found ends the user."""

    kind: str
    name: str
    source: str
    strict: bool = True
    find: Find | None = None
    pattern: re.Pattern[str] | None = None
    group: str | int = 0
    multiple: bool = True


@dataclass(frozen=True)
class Match:
    """Artillery's old `match`: what is found must equal `value`."""

    capture: Capture
    value: Template
    strict: bool = True


@dataclass(frozen=True)
class Expectation:
    """type: Artillery's name, as "statusCode". wanted: templates rendered when it is judged; fixed: their texts, when
    they do not depend on variables."""

    type: str
    wanted: tuple[Template, ...]
    pattern: re.Pattern[str] | None = None
    fixed: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Body:
    """What a request sends. pieces: join to the body's text."""

    pieces: tuple[Piece, ...]
    content_type: str = ""


@dataclass(frozen=True)
class Request:
    """url: templated, absolute or a path of the target. endpoint: name it is counted under, "" when it is templated."""

    method: str
    url: Template
    name: Template
    headers: tuple[tuple[str, Template], ...] = ()
    query: tuple[tuple[str, Template], ...] = ()
    body: Body | None = None
    cookies: tuple[tuple[str, Template], ...] = ()
    captures: tuple[Capture, ...] = ()
    matches: tuple[Match, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    condition: Evaluate | None = None
    probability: float = 100.0
    gzip: bool = True
    follow_redirects: bool = True
    where: str = ""


@dataclass(frozen=True)
class Think:
    """seconds: as templated. jitter: (spread, True when it is a percentage), None: none."""

    seconds: Template
    jitter: tuple[float, bool] | None = None
    where: str = ""


@dataclass(frozen=True)
class Log:
    text: Template


@dataclass(frozen=True)
class Loop:
    """One of count ("3", "1-5", templated) and over (values or a variable's name)."""

    steps: tuple[Step, ...]
    count: Template | None = None
    over: tuple[Any, ...] | str | None = None
    value_name: str = "$loopCount"
    element_name: str = "$loopElement"


@dataclass(frozen=True)
class Parallel:
    """Steps at the same time, at most `limit` of them."""

    steps: tuple[Step, ...]
    limit: int = 100


Step = Request | Think | Log | Loop | Parallel


@dataclass(frozen=True)
class Scenario:
    name: str
    weight: float
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Payload:
    """rows: one value a field. sequence: row after row and over again; else at random.

    load_all: the name under which each user sees all rows, "" when it gets one.
    """

    fields: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...] = field(repr=False)
    sequence: bool = False
    load_all: str = ""


@dataclass(frozen=True)
class Http:
    """timeout_s: for a whole request. pool: connections that all users share, None: one for each user.

    verify: check certificates. headers, cookies: sent with each request.
    """

    timeout_s: float = 10.0
    pool: int | None = None
    verify: bool = True
    headers: tuple[tuple[str, Template], ...] = ()
    cookies: tuple[tuple[str, Template], ...] = ()
    strict_capture: bool = True
    think_jitter: tuple[float, bool] | None = None


@dataclass(frozen=True)
class Rules:
    """What counts as an error besides 5xx. implicit: documents that hold one of these, in an answer below 400.

    policy_limit_s: slower than that. failed_expectation_ends: it ends its user, as an error.
    default_200: each request without a statusCode expectation must answer 200.
    """

    implicit: tuple[tuple[str, Find], ...] = ()
    policy_limit_s: float = 1.0
    failed_expectation_ends: bool = False
    default_200: bool = False


@dataclass(frozen=True)
class Threshold:
    """One `ensure` rule. text: as it is shown."""

    text: str
    holds: Evaluate
    strict: bool = True


@dataclass(frozen=True)
class Plan:
    """origin: of the target. prefix: path of the target that stands before each path."""

    name: str
    target: str
    origin: Origin
    prefix: str
    phases: tuple[Phase, ...]
    scenarios: tuple[Scenario, ...]
    payloads: tuple[Payload, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)
    http: Http = field(default_factory=Http)
    rules: Rules = field(default_factory=Rules)
    ensure: tuple[Threshold, ...] = ()
    warnings: tuple[str, ...] = ()
    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()
