"""Runs load scripts in tests: in this process for what the engine does, with worker processes for the whole."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

from hafen.errors import Problem, ScriptInvalid
from hafen.load.engine import Engine
from hafen.load.ledger import Ledger
from hafen.load.plan import Plan
from hafen.load.script import Options, build_plan, read_script
from hafen.measure.result import Errors

ONE_USER = "phases: [{duration: 0.01, arrivalCount: 1}]"


def write_script(folder: Path, text: str) -> Path:
    path = folder / "script.yml"
    path.write_text(text, encoding="utf-8")
    return path


def plan_of(folder: Path, text: str, options: Options | None = None, environment: dict[str, str] | None = None) -> Plan:
    path = write_script(folder, text)
    return build_plan(read_script(path, options or Options()), folder, environment or {})


def problems_of(folder: Path, text: str, options: Options | None = None) -> tuple[Problem, ...]:
    try:
        plan_of(folder, text, options)
    except ScriptInvalid as invalid:
        return invalid.problems
    return ()


def script(url: str, *steps: str, config: str = "") -> str:
    """One user who does the steps. config: lines below `config:`, instead of one user."""
    flow = "\n".join(f"      - {step}" for step in steps)
    lines = "\n".join(f"  {line}" for line in (config or ONE_USER).splitlines())
    return f"config:\n  target: {url}\n{lines}\nscenarios:\n  - name: s\n    flow:\n{flow}\n"


def run_plan(plan: Plan, *, most_connections: int = 1000, deadline_s: float = 20) -> Ledger:
    """In this process; everything that was counted."""
    engine = Engine(plan, seed=1, most_connections=most_connections)
    ledger = Ledger(plan, seed=1, workers=1)

    def take(second: int) -> None:
        message: dict[str, Any] = {"second": second, "active": len(engine.users), **engine.recorder.take()}
        ledger.add(_through_json(message))

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
        await asyncio.wait_for(engine.run(time.perf_counter(), take), deadline_s)
        take(engine.second)

    faults: list[dict[str, Any]] = []
    asyncio.run(run())
    assert not faults, faults
    ledger.finish(time.perf_counter() - engine.start_at)
    return ledger


def _through_json(message: dict[str, Any]) -> dict[str, Any]:
    import json

    made: dict[str, Any] = json.loads(json.dumps(message))
    return made


def run_steps(
    folder: Path, url: str, *steps: str, config: str = "", environment: dict[str, str] | None = None
) -> Ledger:
    return run_plan(plan_of(folder, script(url, *steps, config=config), environment=environment))


def errors_of(ledger: Ledger) -> Errors:
    """Of all endpoints together."""
    total = Errors()
    for endpoint in ledger.total.endpoints.values():
        total.explicit += endpoint.errors.explicit
        total.implicit += endpoint.errors.implicit
        total.policy += endpoint.errors.policy
        total.client += endpoint.errors.client
        for kind, count in endpoint.errors.network.items():
            total.network[kind] = total.network.get(kind, 0) + count
    return total


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted, not read
