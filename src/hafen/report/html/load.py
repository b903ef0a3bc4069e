"""One run, as one HTML file."""

from __future__ import annotations

from hafen.measure.compare import run_of
from hafen.measure.result import LoadResult
from hafen.measure.sentence import single_sentence
from hafen.report.html.cards import single_cards
from hafen.report.html.environment import render
from hafen.report.html.measured import measured_page


def render_load(result: LoadResult) -> str:
    """The same parts as a comparison, with one series."""
    run = run_of(result, result.formation.label if result.formation else "this run")
    script = result.script.replace("\\", "/").rsplit("/", 1)[-1]
    page = measured_page([result], [run], title=script, kind="Load test", headline=single_sentence(run))
    page.kicker = script
    page.cards = single_cards(run, page.runs[0])
    return render("load.html.j2", page=page)
