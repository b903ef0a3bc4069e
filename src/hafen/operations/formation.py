"""Describes what a load run measures: which replicas, with what CPU budget, at what price."""

from __future__ import annotations

from collections.abc import Mapping

from hafen.measure.result import Formation, ProcessFormation
from hafen.model.app import App
from hafen.model.price import Price
from hafen.model.size import SIZES
from hafen.planning.heroku_sizes import dyno_price, is_eco
from hafen.targets.local.target import LocalTarget


def formation_of(
    target: LocalTarget, app: App, replicas: Mapping[str, int], *, label: str, machine: str, price: Price | None
) -> Formation:
    """replicas: by process name. The CPU budget is the one in force, which the target knows while it is up."""
    budget = target.cpu_budget
    processes = {
        name: ProcessFormation(
            count,
            size=app.processes[name].size,
            cpu_budget_cores=budget.cores,
            cpu_budget_by=budget.by,
            memory_bytes=SIZES[app.processes[name].size].memory_bytes,
        )
        for name, count in replicas.items()
    }
    return Formation(label, target.environment, "local", machine, processes, price)


def list_price(app: App, replicas: Mapping[str, int]) -> Price | None:
    """A month of the same dynos at Heroku, by its list; None when a size has no list price."""
    total: Price | None = None
    for name, count in replicas.items():
        size = app.processes[name].size
        each = dyno_price(size, (), "", "")
        if each is None:
            return None
        part = each if is_eco(size) else each.times(count)
        total = part if total is None else Price(total.amount + part.amount, part.currency, part.source, part.date)
    return total
