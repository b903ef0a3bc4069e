"""The part that every report shares: plots, tables, trust and method of one run or of several."""

from __future__ import annotations

from collections.abc import Sequence

from hafen import __version__
from hafen.measure.comparison import Against, Run
from hafen.measure.numbers import count_text, duration_text, memory_text, money_text, percent_text
from hafen.measure.rehearsal import DeployUnderLoad
from hafen.measure.result import Formation, LoadResult
from hafen.measure.sentence import formation_text
from hafen.report.charts.runs import RunPlots, Series, series_of
from hafen.report.html.environment import address, day
from hafen.report.html.figures import number_groups
from hafen.report.html.tables import (
    MOST_ENDPOINTS,
    check_rows,
    endpoint_rank,
    error_rows,
    error_samples,
    trust_rows,
)
from hafen.report.html.view import Banner, Chip, Fact, Named, Page, Price, drawn

_PRICES_LEDE = (
    "A month's price of each formation, as its seller asks it. Prices are not measured: they stand apart from the "
    "figures above."
)


def names_of(series: Sequence[Series]) -> list[Named]:
    """With its formation, unless the label says that already."""
    made = []
    for one in series:
        formation = formation_text(one.result.formation) if one.result.formation else ""
        made.append(Named(one.label, one.style, "" if one.label in formation else formation))
    return made


def measured_page(
    results: Sequence[LoadResult],
    runs: Sequence[Run],
    *,
    title: str,
    kind: str,
    headline: str,
    last: Against | None = None,
    deploy: DeployUnderLoad | None = None,
) -> Page:
    """A page with all that was measured. The caller adds cards, banners of its own, and what came before and after."""
    series = series_of(results, [run.label for run in runs])
    names = names_of(series)
    ranks, scale = endpoint_rank(results, names)
    page = Page(
        title=title,
        kind=kind,
        kicker="",
        headline=headline,
        date=results[-1].started_at,
        version=__version__,
        runs=names,
        chips=_chips(runs),
        banners=banners(runs),
        endpoints=ranks[:MOST_ENDPOINTS],
        endpoints_scale=scale if ranks else "",
        endpoints_left_out=max(0, len(ranks) - MOST_ENDPOINTS),
        errors=error_rows(runs, results),
        samples=error_samples(results, names),
        budgets=_budgets(runs),
        numbers=number_groups(runs, results, last),
        numbers_lede=_numbers_lede(runs),
        trust=trust_rows(results),
        checks=check_rows(results),
        facts=_facts(results, runs),
        prices=_prices(runs),
        prices_lede=_PRICES_LEDE,
    )
    _draw(page, RunPlots(series, deploy), over_time=any(result.seconds for result in results))
    return page


def _draw(page: Page, plots: RunPlots, *, over_time: bool) -> None:
    """over_time: there are seconds to draw."""
    percentiles = plots.percentiles()
    page.percentiles = drawn(percentiles) if percentiles else None
    if over_time:
        page.latency = [drawn(plot) for plot in plots.latency()]
        page.traffic = [drawn(plot) for plot in plots.traffic()]
        page.cpu = [drawn(plot) for plot in plots.cpu()]


def banners(runs: Sequence[Run]) -> list[Banner]:
    """Loud: a run that must not be trusted. Mild: a run that ended early."""
    made = []
    bad = [run for run in runs if not run.trusted]
    if bad:
        reasons = [f"{run.label}: {reason}" for run in bad for reason in run.reasons]
        text = "The load generator fell behind, so the figures below describe it at least as much as the app."
        made.append(Banner("Do not trust these numbers", text, reasons))
    early = [f"{run.label}: {run.stopped_early}" for run in runs if run.stopped_early]
    if early:
        made.append(Banner("Stopped early", "The run ended before its plan did.", early, loud=False))
    return made


def _chips(runs: Sequence[Run]) -> list[Chip]:
    trusted = all(run.trusted for run in runs)
    total = sum(run.requests for run in runs)
    made = [
        Chip("✓ The load generator kept up", "good") if trusted else Chip("✗ The load generator fell behind", "bad"),
        Chip(f"{count_text(total)} requests measured"),
    ]
    machines = {run.formation.machine for run in runs if run.formation}
    return made + [Chip(machine[0].upper() + machine[1:]) for machine in sorted(machines) if machine]


def _numbers_lede(runs: Sequence[Run]) -> str:
    if len(runs) < 2:
        return "Percentiles by nearest rank, from a histogram with less than 0.8 % error."
    return (
        f"Percentiles by nearest rank, from histograms with less than 0.8 % error. The last column sets "
        f"“{runs[-1].label}” against “{runs[0].label}”: 0.5 × is half, 2 × is twice."
    )


def _budgets(runs: Sequence[Run]) -> str:
    said = [f"{run.label}: {budget}" for run in runs if run.formation and (budget := budget_text(run.formation))]
    return f"Budget: {'; '.join(said)}." if said else ""


def budget_text(formation: Formation) -> str:
    """ "4 × 0.4 cores for web, by cgroup quota"."""
    return ", ".join(
        f"{process.replicas} × {process.cpu_budget_cores:.2g} cores for {name}"
        + (f", by {process.cpu_budget_by}" if process.cpu_budget_by else "")
        for name, process in formation.processes.items()
        if process.cpu_budget_cores
    )


def _facts(results: Sequence[LoadResult], runs: Sequence[Run]) -> list[Fact]:
    first = results[0]
    facts = [
        Fact("Script", first.script),
        Fact("Target", ", ".join(dict.fromkeys(address(result.target) for result in results))),
        *(Fact(run.label, _run_text(result, run)) for result, run in zip(results, runs, strict=True)),
        Fact("Phases", "; ".join(f"{p.name or 'unnamed'} {duration_text(p.duration_s * 1000)}" for p in first.phases)),
        Fact("Scenarios", _scenarios(first)),
        Fact("Good to know", "; ".join(dict.fromkeys(warning for result in results for warning in result.warnings))),
    ]
    return [fact for fact in facts if fact.text]


def _run_text(result: LoadResult, run: Run) -> str:
    parts = [f"started {day(result.started_at)}"]
    if run.formation:
        parts.insert(0, formation_text(run.formation))
        parts += [budget_text(run.formation)]
    parts += [
        f"{name} used at most {memory_text(used)} of memory" for name, used in sorted(result.memory_bytes.items())
    ]
    return "; ".join(part for part in parts if part)


def _scenarios(result: LoadResult) -> str:
    total = sum(result.users_by_scenario.values())
    if not total:
        return ""
    return "; ".join(
        f"{name} {percent_text(count / total)} of users" for name, count in sorted(result.users_by_scenario.items())
    )


def _prices(runs: Sequence[Run]) -> list[Price]:
    return [
        Price(
            formation_text(run.formation) if run.formation else run.label,
            "",
            money_text(run.price),
            run.price.source,
            run.price.date,
            run.label,
        )
        for run in runs
        if run.price
    ]
