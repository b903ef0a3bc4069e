"""`parallel`: steps of one user that run at the same time, each on connections of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Protocol

from hafen.load.cookies import Jar
from hafen.load.user import Flow, User


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
