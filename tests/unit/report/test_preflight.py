"""The preflight report for people and machines."""

from __future__ import annotations

import json
from decimal import Decimal

import click
import pytest

from hafen.model.preflight import CostLine, Finding, Preflight
from hafen.model.price import Price
from hafen.report.preflight import preflight_json, preflight_markdown, preflight_text
from heroku_cases import CASES, judge

PRICE = Price(Decimal("50.50"), "USD", "a page", "2024-10-11")
REPORT = Preflight(
    "shop",
    "https://api.heroku.com",
    (
        Finding("action", "config", "A|B", "has *two* names <b>", "choose [one](x)"),
        Finding("note", "config", "A_B _x_", "`a_b | c` and ` alone"),
        Finding("note", "config", "A_B", "say `a_b | c*` now"),
        Finding("note", "source", "esc\x1b[31m", "line\nbreak"),
        Finding("ok", "processes", "web", "1 × Basic"),
    ),
    (CostLine("Basic web", 2, PRICE), CostLine("odd:plan", 1, None), CostLine("Eco", 3, PRICE, flat=True)),
)


@pytest.mark.parametrize("width", [20, 60, 80, 100, 400])
@pytest.mark.parametrize("name", list(CASES))
def test_lines_fit_the_terminal(name: str, width: int) -> None:
    _, report = judge(CASES[name])
    lines = click.unstyle(preflight_text(report, width)).splitlines()
    breakable = [line for line in lines if "source:" not in line and max(map(len, line.split()), default=0) < 40]
    assert not [line for line in breakable if len(line) > max(60, width)]


def test_the_terminal_gets_no_control_characters_from_outside() -> None:
    text = click.unstyle(preflight_text(REPORT))
    assert "\x1b" not in text
    assert "line break" in text


def test_what_is_to_do_comes_first() -> None:
    text = click.unstyle(preflight_text(REPORT))
    assert text.index("To do (1)") < text.index("Good to know (3)") < text.index("Carried over (1)")
    assert "1 to do, 3 to know, 1 carried over; $151.50 a month at Heroku" in text
    assert "2 × Basic web" in text
    assert "not told" in text
    assert "together (of what is told)" in text
    assert "source: a page (2024-10-11)" in text


def test_markdown_is_not_broken_by_names() -> None:
    text = preflight_markdown(REPORT)
    assert "| A\\|B | has \\*two\\* names \\<b\\> | choose \\[one\\](x) |" in text
    assert "| A_B \\_x\\_ | a_b \\| c and  alone |" in text
    assert "| A_B | say `a_b \\| c*` now |" in text
    assert "**$151.50**" in text
    assert all(line.count(" |") <= 4 for line in text.splitlines())


def test_json_holds_all() -> None:
    held = json.loads(json.dumps(preflight_json(REPORT)))
    assert [finding["severity"] for finding in held["findings"]] == ["action", "note", "note", "note", "ok"]
    assert held["total"] == {"amount": "151.50", "currency": "USD", "source": "a page", "date": "2024-10-11"}
    assert [line["total"] and line["total"]["amount"] for line in held["costs"]] == ["101.00", None, "50.50"]


def test_nothing_is_known_of_the_costs() -> None:
    report = Preflight("shop", "x", (), (CostLine("odd", 1, None),))
    assert report.total is None
    assert "a month at Heroku" not in preflight_text(report).splitlines()[1]
