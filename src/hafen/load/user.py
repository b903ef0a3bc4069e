"""One virtual user while it lives, and its branches: steps of `parallel`, each on connections of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from typing import Any, Protocol

from hafen.load.connection import Call, Connection
from hafen.load.cookies import Jar
from hafen.load.plan import Origin
from hafen.load.recorder import EndpointRecorder
from hafen.load.template import Variables

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


class Startable(Protocol):
    def run(self, user: User) -> Flow: ...


class Branches:
    """Yielded to the engine, which resumes the user when every branch has come to its end, or fails it as the first
    branch that failed did. Branches share their user's variables and cookies. limit: how many run at once."""

    __slots__ = ("failure", "limit", "running", "user", "waiting")

    def __init__(self, user: User, steps: Iterable[Startable], limit: int) -> None:
        self.user, self.limit = user, limit
        self.waiting = deque(steps)
        self.running: set[User] = set()
        self.failure = ""
        user.jar = user.jar or Jar()

    def next(self) -> User | None:
        """The next branch to begin, None when none may."""
        if self.failure or not self.waiting or len(self.running) >= self.limit:
            return None
        branch = User(self.user.scenario, self.user.variables, self.user.due)
        branch.jar, branch.branches = self.user.jar, self
        branch.flow = self.waiting.popleft().run(branch)
        self.running.add(branch)
        return branch

    def ended(self, branch: User, error: str) -> None:
        self.running.discard(branch)
        self.failure = self.failure or error
        self.user.due = max(self.user.due, branch.due)

    @property
    def over(self) -> bool:
        return not self.running and (not self.waiting or bool(self.failure))
