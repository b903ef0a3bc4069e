"""A rehearsal's report: the comparison with the journey before it, the preflight and the prices after it.

The figures were measured on one machine and compare formations there. No provider is credited with them, and no price
is divided by them: prices stand in a table of their own, with source and date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hafen.measure.compare import compare
from hafen.measure.comparison import Comparison
from hafen.measure.numbers import count_text, duration_text, memory_text, money_text, rate_text
from hafen.measure.rehearsal import DeployUnderLoad, Rehearsal
from hafen.model.preflight import Finding
from hafen.report.compare_json import comparison_json, price_json
from hafen.report.html.compare import comparison_page
from hafen.report.html.environment import render
from hafen.report.html.view import Chip, Fact, Page, Price

SEVERITIES = ("action", "note", "ok")


@dataclass(frozen=True)
class _Step:
    """start, width: percent of the whole journey's time."""

    name: str
    what: str
    took: str
    start: float
    width: float


@dataclass(frozen=True)
class _Around:
    """What stands before and after the measurement."""

    journey: Sequence[_Step]
    total: str
    findings: Sequence[Finding]
    findings_lede: str


def render_rehearsal(rehearsal: Rehearsal) -> str:
    comparison = compare(rehearsal.runs)
    page = comparison_page(
        comparison,
        rehearsal.runs,
        title=f"{rehearsal.app}: {' / '.join(run.label for run in comparison.runs)}",
        kind="Rehearsal",
        deploy=rehearsal.deploy,
    )
    page.date, page.version = rehearsal.date, rehearsal.hafen_version
    page.kicker = f"{rehearsal.app}, rehearsed on one machine"
    page.chips = [*page.chips, *_deploy_chip(rehearsal.deploy)]
    page.facts = [*_facts(rehearsal), *page.facts]
    _set_prices(page, rehearsal)
    return render("rehearsal.html.j2", page=page, rehearsal=_around(rehearsal))


def rehearsal_json(rehearsal: Rehearsal) -> dict[str, Any]:
    """The same for machines; the comparison within is that of `hafen compare --json`."""
    comparison: Comparison = compare(rehearsal.runs)
    machine, deploy, calibration = rehearsal.machine, rehearsal.deploy, rehearsal.calibration
    return {
        "hafen_rehearsal": 1,
        "app": rehearsal.app,
        "date": rehearsal.date,
        "hafen_version": rehearsal.hafen_version,
        "machine": asdict(machine),
        "journey": [step._asdict() for step in rehearsal.journey],
        "preflight": [asdict(finding) for finding in rehearsal.findings],
        "comparison": comparison_json(comparison),
        "deploy_under_load": asdict(deploy) if deploy else None,
        "calibration": asdict(calibration) if calibration else None,
        "overhead_memory_bytes": rehearsal.overhead_memory_bytes,
        "prices": [
            {"what": line.what, "sold_by": line.sold_by, **price_json(line.price), "note": line.note}
            for line in rehearsal.prices
        ],
    }


def _around(rehearsal: Rehearsal) -> _Around:
    total = sum(step.took_s for step in rehearsal.journey) or 1.0
    steps, start = [], 0.0
    for step in rehearsal.journey:
        width = 100 * step.took_s / total
        took = duration_text(step.took_s * 1000)
        steps.append(_Step(step.name, step.what, took, round(min(start, 99), 2), round(max(1, width), 2)))
        start += width
    order = {severity: at for at, severity in enumerate(SEVERITIES)}
    findings = sorted(rehearsal.findings, key=lambda finding: order.get(finding.severity, 0))
    return _Around(steps, duration_text(total * 1000), findings, _findings_lede(findings))


def _findings_lede(findings: Sequence[Finding]) -> str:
    """How many there are of each: "2 to act on, 5 to know, 9 carried over as they are."."""
    words = {"action": "to act on", "note": "to know", "ok": "carried over as they are"}
    counts = {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITIES}
    return ", ".join(f"{count} {words[severity]}" for severity, count in counts.items() if count) + "."


def _deploy_chip(deploy: DeployUnderLoad | None) -> list[Chip]:
    if deploy is None:
        return []
    if deploy.failed_requests:
        return [Chip(f"✗ Deploy under load lost {count_text(deploy.failed_requests)} requests", "bad")]
    return [Chip("✓ Deploy under load lost no request", "good")]


def _facts(rehearsal: Rehearsal) -> list[Fact]:
    machine, facts = rehearsal.machine, []
    cores = f"{machine.cores} cores" if machine.cores != 1 else "1 core"
    facts.append(
        Fact("Machine", f"{cores}, {memory_text(machine.memory_bytes)}, {machine.kernel}, Python {machine.python}")
    )
    if rehearsal.calibration:
        found = rehearsal.calibration
        text = (
            f"the first formation took {rate_text(found.capacity_users_per_s)} new users per second; the peak was set "
            f"to {rate_text(found.peak_users_per_s)}"
        )
        facts.append(Fact("Calibration", f"{text} ({found.how})" if found.how else text))
    if rehearsal.deploy:
        facts.append(Fact("Deploy", _deploy_text(rehearsal.deploy)))
    if rehearsal.overhead_memory_bytes is not None:
        facts.append(Fact("Overhead", f"{memory_text(rehearsal.overhead_memory_bytes)} of memory for all but the app"))
    return facts


def _deploy_text(deploy: DeployUnderLoad) -> str:
    failed = f"{count_text(deploy.failed_requests)} failed" if deploy.failed_requests else "none failed"
    of = (
        f"of {count_text(deploy.requests)} requests from then on "
        if deploy.requests is not None
        else "of the requests from then on "
    )
    return (
        f"in the middle of the last run, {duration_text(deploy.at_s * 1000)} after its start, in "
        f"{duration_text(deploy.took_s * 1000)}; {of}{failed}"
    )


def _set_prices(page: Page, rehearsal: Rehearsal) -> None:
    page.prices = [
        Price(line.what, line.sold_by, money_text(line.price), line.price.source, line.price.date, line.note)
        for line in rehearsal.prices
    ] or page.prices
    page.prices_sellers = bool(rehearsal.prices)
    page.prices_lede = (
        "Prices are not measured: nothing here ran at a provider, so no figure above says what a provider's machine "
        "would do, and none may be set off against these prices. To measure that, run the same script "
        "against both sides."
    )
