"""Makes virtual users: which scenario, with which data. The same seed gives the same sequence."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import accumulate
from typing import Any
from uuid import UUID

from hafen.load.plan import Payload, Plan
from hafen.load.template import Variables
from hafen.load.user import User


class People:
    """Of one shard: of a payload it deals the rows shard, shard + shards, …, so that no two shards deal the same.

    given: variables that every user has besides, as `before` left them.
    """

    def __init__(
        self, plan: Plan, *, seed: int, shard: int = 0, shards: int = 1, given: Mapping[str, Any] | None = None
    ) -> None:
        self.plan = plan
        self.dice = random.Random(f"{seed}:users:{shard}")  # noqa: S311 - load, not secrets
        self.weights = list(accumulate(scenario.weight for scenario in plan.scenarios))
        self.indexes = range(len(plan.scenarios))
        self.fixed = {name: value for name, value in plan.variables.items() if not isinstance(value, list)}
        self.drawn = [(name, value) for name, value in plan.variables.items() if isinstance(value, list) and value]
        self.fixed |= {payload.load_all: _as_mappings(payload) for payload in plan.payloads if payload.load_all}
        self.fixed |= given or {}
        self.dealt = [payload for payload in plan.payloads if not payload.load_all]
        self.rows = [payload.rows[shard::shards] or payload.rows for payload in self.dealt]
        self.made = 0

    def next(self, due: float) -> tuple[int, User]:
        """The next user and the index of its scenario."""
        index = self.dice.choices(self.indexes, cum_weights=self.weights)[0]
        variables: Variables = dict(self.fixed)
        for name, values in self.drawn:
            variables[name] = self.dice.choice(values)
        for payload, rows in zip(self.dealt, self.rows, strict=True):
            row = rows[self.made % len(rows)] if payload.sequence else self.dice.choice(rows)
            variables.update(zip(payload.fields, row, strict=False))
        variables["$uuid"] = str(UUID(int=random.getrandbits(128), version=4))
        self.made += 1
        return index, User(self.plan.scenarios[index].name, variables, due)


def _as_mappings(payload: Payload) -> list[Any]:
    return [dict(zip(payload.fields, row, strict=False)) if payload.fields else list(row) for row in payload.rows]
