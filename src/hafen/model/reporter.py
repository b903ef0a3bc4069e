"""How an operation tells a person what it does, without knowing about terminals."""

from __future__ import annotations

from typing import Protocol


class Reporter(Protocol):
    """Progress goes to stderr or nowhere; results are what an operation returns."""

    def step(self, text: str) -> None:
        """Something begins or was done; one line that stays."""

    def progress(self, text: str) -> None:
        """The state of what goes on now; replaces the line before where that is possible."""

    def warn(self, text: str) -> None:
        """Something that the user should know and that stops nothing."""

    def done(self, text: str) -> None:
        """The last line of an operation that went well."""


class Silent:
    """A reporter for tests and callers that do not listen."""

    def step(self, text: str) -> None: ...

    def progress(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...

    def done(self, text: str) -> None: ...
