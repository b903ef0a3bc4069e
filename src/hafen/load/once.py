"""`before` and `after`: one user each, outside the schedule and outside what is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from hafen.errors import CheckFailed
from hafen.load.engine import Engine
from hafen.load.plan import Plan, Scenario, Step
from hafen.load.schedule import Phase
from hafen.load.user import User


async def run_once(plan: Plan, name: str, steps: Sequence[Step], given: Mapping[str, Any]) -> dict[str, Any]:
    """Runs the steps of `name` once and answers the variables that its user had at the end.

    given: variables that stand already. Raises CheckFailed when the user did not come to its end.
    """
    alone = replace(plan, scenarios=(Scenario(name, 1, tuple(steps)),), phases=(Phase(name, 0, count=1),))
    ended: list[tuple[User, str]] = []
    engine = Engine(alone, seed=1, given=given, on_end=lambda user, error: ended.append((user, error)))
    await engine.run(perf_counter(), lambda _second: None)
    if not ended or ended[0][1]:
        why = ended[0][1] if ended else "it did not end"
        raise CheckFailed(f"`{name}` failed: {why}", where=plan.name, hint=f"is {plan.target} up?")
    return ended[0][0].variables
