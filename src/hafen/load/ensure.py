"""Judges the script's `ensure` rules, once, on the whole run's merged numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hafen.load.plan import Threshold
from hafen.measure.dotted import flat
from hafen.measure.result import Check, LoadResult

_COUNTERS = ("vusers.created", "vusers.failed", "vusers.completed", "vusers.skipped", "http.codes.", "errors.")


def judge_ensure(thresholds: Sequence[Threshold], result: LoadResult) -> list[Check]:
    """A counter that never counted is 0; any other number that is missing fails its rule."""
    numbers = flat(result)

    def look(name: str) -> Any:
        return numbers.get(name, 0 if name.startswith(_COUNTERS) else math.nan)

    return [Check(rule.text, rule.holds(look) is True, rule.strict) for rule in thresholds]
