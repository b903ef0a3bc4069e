"""Faults on purpose: which call goes wrong, and how. For tests, and for people who want to see what happens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, get_args

from hafen.errors import UserError

Kind = Literal["401", "403", "404", "429", "500", "503", "half", "garbage", "stall", "drip"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_ENTRY = re.compile(r"^(?P<call>\d+|\*)(?:-(?P<until>\d+))?:(?P<kind>\w+)(?:@(?P<path>\S+))?$")


@dataclass(frozen=True)
class Fault:
    """kind: a status; half: half a body, then the connection closes; garbage: a body that is not JSON;
    stall: silence until the client gives up; drip: one byte a second. path: only calls whose path ends so.
    retry_after_s: header of a 429 or 503."""

    kind: Kind
    path: str = ""
    retry_after_s: int = 1


@dataclass
class FaultPlan:
    """faults: by number of the call, counted from 1 over all calls; 0 stands for every call."""

    faults: dict[int, Fault] = field(default_factory=dict)
    calls: int = 0

    def next(self, path: str) -> Fault | None:
        """The fault of the call that comes in now."""
        self.calls += 1
        for number in (self.calls, 0):
            fault = self.faults.get(number)
            if fault and path.endswith(fault.path):
                return fault
        return None

    @classmethod
    def parse(cls, text: str) -> FaultPlan:
        """ "3:503,5-7:429,*:stall@/domains": the third call, calls 5 to 7, every call to a path. Raises UserError."""
        plan = cls()
        for entry in filter(None, (part.strip() for part in text.split(","))):
            found = _ENTRY.match(entry)
            kind = next((kind for kind in KINDS if found and kind == found["kind"]), None)
            if not found or not kind:
                raise UserError(
                    f"{entry!r} is not a fault",
                    where="--faults",
                    hint=f"CALL:KIND as 3:503, 5-7:429, *:stall@/domains; kinds: {', '.join(KINDS)}",
                )
            fault = Fault(kind, found["path"] or "")
            first = 0 if found["call"] == "*" else int(found["call"])
            plan.faults.update(dict.fromkeys(range(first, int(found["until"] or first) + 1), fault))
        return plan
