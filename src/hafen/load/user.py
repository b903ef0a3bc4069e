"""One virtual user while it lives."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from hafen.load.connection import Call, Connection
from hafen.load.cookies import Jar
from hafen.load.plan import Origin
from hafen.load.recorder import EndpointRecorder
from hafen.load.template import Variables

if TYPE_CHECKING:
    from hafen.load.parallel import Branches

Flow = Generator["Call | Branches | float", Any, None]
"""Yields calls and gets them back answered; yields branches to go on after, or a moment to be resumed at."""


class StepFailed(Exception):
    """A step that ends its user. kind: as it is counted under `errors.`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class User:
    """due: the moment its next request was due, from which latency counts. turns: calls and waits so far.

    branches: those that it is one of, None when it is a whole user.
    """

    __slots__ = (
        "branches",
        "connections",
        "due",
        "endpoint",
        "flow",
        "jar",
        "scenario",
        "started_at",
        "turns",
        "variables",
    )

    def __init__(self, scenario: str, variables: Variables, due: float) -> None:
        self.scenario, self.variables, self.due = scenario, variables, due
        self.started_at = due
        self.connections: dict[Origin, Connection] = {}
        self.jar: Jar | None = None
        self.flow: Flow | None = None
        self.endpoint: EndpointRecorder | None = None
        self.branches: Branches | None = None
        self.turns = 0
