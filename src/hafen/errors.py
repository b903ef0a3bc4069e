"""Every error that Hafen raises on purpose.

HafenError
├── UserError                    exit 1: the user can mend it
│   ├── SpecInvalid              hafen.yaml, every mistake at once
│   ├── ScriptInvalid            a load script, every mistake at once
│   ├── UnknownName              no such app, process, environment, release, config key
│   ├── AlreadyThere             would overwrite or start a second time
│   ├── Locked                   somebody else changes the same environment now
│   └── CheckFailed              the app or a threshold failed, not the tool
│       ├── BuildFailed
│       ├── ReleasePhaseFailed
│       └── Unhealthy            never became healthy, or crashes in a loop
├── Untrusted                    exit 3: a measurement that must not be trusted
└── ProviderError                exit 4: a provider refused or is out of reach
    ├── Unauthorized
    ├── Refused
    ├── AnswerInvalid            not the protocol, or only half of it
    └── TemporaryProviderError   trying again makes sense
        ├── Unreachable
        ├── RateLimited
        └── ServerFault

Anything else that reaches the command line is a fault of ours: exit 70 and a log file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in a file of the user's.

    where: "hafen.yaml:12", line counted from 1; or just the file's name.
    path: the key's path, "processes.web.replicas"; "" for the whole file.
    what: what is wrong. hint: what to try, or "".
    """

    where: str
    path: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        head = " ".join(part for part in (self.where, f"{self.path}:" if self.path else "") if part)
        line = f"{head} {self.what}" if self.path else f"{head}: {self.what}"
        return f"{line}\n  try: {self.hint}" if self.hint else line


class HafenError(Exception):
    """Base of all. what: one line; where: file, path or address; hint: what next."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line}\n  try: {self.hint}" if self.hint else line


class UserError(HafenError):
    exit_code = 1


class _Invalid(UserError):
    """A file with mistakes; `problems` holds all of them, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class SpecInvalid(_Invalid):
    pass


class ScriptInvalid(_Invalid):
    pass


class UnknownName(UserError):
    pass


class AlreadyThere(UserError):
    pass


class Locked(UserError):
    pass


class CheckFailed(UserError):
    pass


class BuildFailed(CheckFailed):
    pass


class ReleasePhaseFailed(CheckFailed):
    pass


class Unhealthy(CheckFailed):
    pass


class Untrusted(HafenError):
    exit_code = 3


class ProviderError(HafenError):
    exit_code = 4


class Unauthorized(ProviderError):
    pass


class Refused(ProviderError):
    pass


class AnswerInvalid(ProviderError):
    pass


class TemporaryProviderError(ProviderError):
    """retry_after_s: how long the provider asks to wait, None when it does not say."""

    retry_after_s: float | None = None


class Unreachable(TemporaryProviderError):
    pass


class RateLimited(TemporaryProviderError):
    pass


class ServerFault(TemporaryProviderError):
    pass
