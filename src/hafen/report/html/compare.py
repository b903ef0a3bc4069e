"""Two or more runs side by side, as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence

from hafen.measure.comparison import Comparison
from hafen.measure.rehearsal import DeployUnderLoad
from hafen.measure.result import LoadResult
from hafen.report.html.cards import comparison_cards
from hafen.report.html.environment import render
from hafen.report.html.measured import measured_page
from hafen.report.html.view import Banner, Page


def render_compare(comparison: Comparison, results: Sequence[LoadResult]) -> str:
    """results: those that the comparison was made from, in the same order."""
    page = comparison_page(comparison, results, title=_title(comparison), kind="Load tests compared")
    return render("compare.html.j2", page=page)


def comparison_page(
    comparison: Comparison,
    results: Sequence[LoadResult],
    *,
    title: str,
    kind: str,
    deploy: DeployUnderLoad | None = None,
) -> Page:
    page = measured_page(
        results,
        comparison.runs,
        title=title,
        kind=kind,
        headline=comparison.sentence,
        last=comparison.against[-1],
        deploy=deploy,
    )
    page.kicker = " against ".join(run.label for run in (comparison.runs[-1], comparison.runs[0]))
    page.cards = comparison_cards(comparison, page.runs)
    if comparison.verdict == "incomparable":
        text = "The runs stand side by side, but they do not say which is better."
        doubts = [doubt[0].upper() + doubt[1:] for doubt in comparison.doubts]
        page.banners = [*page.banners, Banner("No verdict", text, doubts, loud=False)]
    elif len(comparison.against) > 1 and comparison.trusted:
        page.others = [against.sentence for against in comparison.against[:-1]]
    return page


def _title(comparison: Comparison) -> str:
    return f"{comparison.runs[-1].label} against {comparison.runs[0].label}"
