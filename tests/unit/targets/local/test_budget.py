"""The CPU budget that is told is the one in force."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hafen.model.reporter import Silent
from hafen.providers import cpu_budget
from hafen.providers.cpu_budget import CgroupParent, CpuBudget
from hafen.targets.local.folders import Folders
from hafen.targets.local.machinery import Machinery
from hafen.targets.local.settings import Limits, Settings

HALF_A_CORE = CpuBudget(0.5, "cgroup quota")
TWO_SHARED = CpuBudget(2.0, "affinity")
NOT_LIMITED = CpuBudget()
CASES = [
    (Limits(), {"quota", "affinity"}, NOT_LIMITED),
    (Limits(0.5), {"quota", "affinity"}, HALF_A_CORE),
    (Limits(0.5, (0, 1)), {"quota", "affinity"}, HALF_A_CORE),
    (Limits(0.5, (0, 1)), {"affinity"}, TWO_SHARED),
    (Limits(None, (0, 1)), {"quota", "affinity"}, TWO_SHARED),
    (Limits(0.5), {"affinity"}, NOT_LIMITED),
    (Limits(0.5, (0, 1)), set[str](), NOT_LIMITED),
    (Limits(None, (0, 1)), set[str](), NOT_LIMITED),
]


@pytest.mark.parametrize(("limits", "can", "told"), CASES)
def test_the_budget_told_is_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: Limits, can: set[str], told: CpuBudget
) -> None:
    """can: what the machine lets us do; macOS has no call for either."""
    parent = CgroupParent(tmp_path, 2) if "quota" in can else None
    monkeypatch.setattr(cpu_budget, "find_parent", lambda: parent)
    monkeypatch.setattr(os, "sched_setaffinity", lambda *_: None, raising=False)
    if "affinity" not in can:
        monkeypatch.delattr(os, "sched_setaffinity")
    budget, used = Machinery(Folders(tmp_path), limits)._budget(Silent())
    assert budget == told
    assert used == (parent if told == HALF_A_CORE else None)


def test_without_affinity_nobody_is_asked_to_stay_on_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no supervisord here to look up: it would be told."""
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    Machinery(Folders(tmp_path), Limits())._stay_on_cores(Settings(1, 2, tmp_path / "s", CpuBudget(), cores=(0,)))
