"""The rehearsal's rules: local figures credit no provider and are never divided by money; prices stand apart."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from hafen.measure.rehearsal import DeployUnderLoad, Rehearsal
from hafen.report.html.rehearsal import rehearsal_json, render_rehearsal
from report_pages import after, before, rehearsal, section, text_of, three_formations, untrusted

MONEY = re.compile(r"[\d.,]+ (?:€|\$|EUR|USD)|(?:€|\$) ?[\d.,]+")
PROVIDER = re.compile("heroku|hetzner", re.IGNORECASE)
MEASURED = ("latency", "traffic", "percentiles", "endpoints", "errors", "cpu", "numbers", "trust", "method")
REHEARSALS = {"two": rehearsal(), "three": three_formations(), "untrusted": rehearsal(untrusted(), after())}
every_rehearsal = pytest.mark.parametrize("made", REHEARSALS.values(), ids=REHEARSALS.keys())


@every_rehearsal
def test_no_measured_figure_is_credited_to_a_provider(made: Rehearsal) -> None:
    page = render_rehearsal(made)
    hero = text_of(page[page.index('<div class="hero">') : page.index('<section id="journey">')])
    assert not PROVIDER.search(hero)
    for name in MEASURED:
        assert not PROVIDER.search(text_of(section(page, name)))
    assert not PROVIDER.search(rehearsal_json(made)["comparison"]["sentence"])


@every_rehearsal
def test_money_stands_only_in_the_price_table_with_source_and_date(made: Rehearsal) -> None:
    page = render_rehearsal(made)
    prices = section(page, "prices")
    shown = MONEY.findall(text_of(prices))
    assert shown == ["41.30 €", "165.20 €", "46.88 €"]
    assert not MONEY.search(text_of(page.replace(prices, "")))
    rows = re.findall(r"<tr>(.*?)</tr>", prices, re.DOTALL)[1:]
    assert len(rows) == 3
    for row in rows:
        assert "the article on the move" in text_of(row)
        assert "2021" in text_of(row)


@every_rehearsal
def test_no_figure_is_divided_by_money(made: Rehearsal) -> None:
    """Neither in words, nor as a number: no quotient of a run's figures and a price turns up anywhere."""
    page = text_of(render_rehearsal(made))
    assert not re.search(
        r"(€|\$|EUR|USD|euros?|cents?) ?(/|per|a|for each) ?(request|user|1,000|thousand)", page, re.IGNORECASE
    )
    assert not re.search(r"(requests?|users?)[^.]{0,20} (per|for each|for a) (€|\$|EUR|euro|cent)", page, re.IGNORECASE)
    keys = re.findall(r'"(\w+)":', json.dumps(rehearsal_json(made)))
    assert not [key for key in keys if re.search("per_eur|per_request|eur_per|cost_per|price_per", key)]


def test_the_page_tells_the_whole_journey() -> None:
    page = render_rehearsal(rehearsal())
    journey, preflight = text_of(section(page, "journey")), text_of(section(page, "preflight"))
    assert "Load: after 6,337 requests in four phases, a deploy in their middle 1 min 24 s" in journey
    assert "3 min 26 s" in journey
    assert preflight.index("add-on mongolab") < preflight.index("Heroku Scheduler") < preflight.index("process web")
    assert "1 to act on, 1 to know, 1 carried over as they are." in preflight
    assert "Next: Point MONGODB_URI at a database of yours." in preflight
    method = text_of(section(page, "method"))
    for fact in (
        "2 cores, 8.0 GiB, Linux 6.1.0, Python 3.11.7",
        "143 MiB",
        "6.7 new users per second",
        "4 × 0.4 cores",
    ):
        assert fact in method


def test_the_order_of_the_page() -> None:
    page = render_rehearsal(rehearsal())
    places = [page.index(part) for part in ("<h1>", 'id="journey"', 'id="latency"', 'id="prices"', 'id="preflight"')]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("failed", "chip"), [(0, "✓ Deploy under load lost no request"), (3, "✗ Deploy under load lost 3 requests")]
)
def test_the_deploy_under_load_is_said_and_drawn(failed: int, chip: str) -> None:
    page = render_rehearsal(replace(rehearsal(), deploy=DeployUnderLoad(45, 3.4, failed, 412)))
    assert chip in text_of(page)
    assert "deploy in “after”" in page
    assert 'class="mark"' in section(page, "latency")
    assert 'class="mark"' not in section(render_rehearsal(replace(rehearsal(), deploy=None)), "latency")


def test_three_formations_have_a_sentence_each() -> None:
    page = render_rehearsal(three_formations())
    assert re.search(r"<h1>With 8\u00a0× standard-2x web instead of 1", page)
    assert re.search(r"<li>With 2\u00a0× standard-2x web instead of 1", page)


def test_the_json_is_whole_and_plain() -> None:
    made = rehearsal_json(rehearsal())
    assert json.loads(json.dumps(made)) == made
    assert made["hafen_rehearsal"] == 1
    assert made["journey"][4] == {"name": "Calibrate", "what": "6.7 new users per second at best", "took_s": 16}
    assert made["preflight"][1]["severity"] == "action"
    assert made["deploy_under_load"] == {"at_s": 45, "took_s": 3.4, "failed_requests": 0, "requests": 412}
    assert made["prices"][0] == {
        "what": "1 × Standard-2X", "sold_by": "Heroku", "price_month": "41.30", "currency": "EUR",
        "source": "the article on the move", "date": "2021", "note": "",
    }  # fmt: skip
    assert [run["label"] for run in made["comparison"]["runs"]] == ["before", "after"]


def test_an_untrusted_rehearsal_says_so_first() -> None:
    made = rehearsal(untrusted(), after())
    page = render_rehearsal(made)
    assert page.index("Do not trust these numbers") < page.index("<h1>No verdict")
    assert rehearsal_json(made)["comparison"]["trusted"] is False


def test_little_is_needed_for_a_page() -> None:
    bare = replace(
        rehearsal(before(), after()), journey=(), findings=(), deploy=None, calibration=None,
        overhead_memory_bytes=None, prices=(),
    )  # fmt: skip
    assert "<h1>With 4" in render_rehearsal(bare)
