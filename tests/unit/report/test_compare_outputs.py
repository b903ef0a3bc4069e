"""A comparison as JSON, which is documented key by key, and as text for terminals and pipes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from hafen.measure.compare import compare
from hafen.model.price import Price
from hafen.report.compare_json import comparison_json
from hafen.report.compare_text import comparison_text
from load_results import formation, made_result
from report_pages import FELL_BEHIND, after, before, untrusted

DOCS = Path(__file__).parents[3] / "docs" / "compare.md"
PAIR = compare([before(), after()])


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys_of(inner)}
    return {key for inner in value for key in keys_of(inner)} if isinstance(value, list) else set()


def test_every_key_is_documented_and_every_documented_key_exists() -> None:
    described = DOCS.read_text(encoding="utf-8").split("## JSON")[1].split("## The page")[0]
    rows = [line for line in described.splitlines() if line.startswith("| `")]
    words = {"better", "worse", "mixed", "same", "untrusted", "incomparable", "null"}
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) - words == keys_of(comparison_json(PAIR))


def test_the_json_holds_what_was_measured() -> None:
    made = comparison_json(PAIR)
    assert json.loads(json.dumps(made)) == made
    run, against = made["runs"][1], made["against_first"][0]
    assert run["formation"] == "4 × standard-2x web"
    assert run["latency_p95_ms"] == pytest.approx(PAIR.runs[1].p95_ms, rel=1e-5)
    assert run["price"]["price_month"] == "165.20"
    assert against["p95_ratio"] == pytest.approx(run["latency_p95_ms"] / made["runs"][0]["latency_p95_ms"], rel=1e-4)
    assert run["errors"]["failed"] == 0
    assert made["runs"][0]["errors"]["failed_share"] == pytest.approx(PAIR.runs[0].failed_share, rel=1e-5)


def test_missing_figures_are_null() -> None:
    made = comparison_json(compare([made_result({}), made_result({})]))
    assert made["runs"][0]["latency_p99_ms"] is None
    assert made["runs"][0]["price"] is None
    assert made["runs"][0]["formation"] is None
    assert made["against_first"][0]["rate_ratio"] is None


def rows_of(text: str) -> dict[str, list[str]]:
    cells = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if line.startswith(" ")]
    return {row[0]: row[1:] for row in cells}


def test_text_has_the_sentence_first_and_every_figure() -> None:
    text = comparison_text(PAIR)
    assert text.splitlines()[0] == PAIR.sentence
    rows = rows_of(text)
    assert rows["before"] == ["after", "after ÷ before"]
    assert rows["formation"] == ["1 × standard-2x web", "4 × standard-2x web"]
    assert rows["errors, implicit (200 with an error)"] == ["0", "0"]
    assert [name for name in rows if name.startswith("p")] == ["p50", "p95", "p99"]
    assert "errors by policy (over 1 s)" in rows
    assert not re.search("€", text.split("trusted")[0]), "prices stand apart from what was measured"
    assert text.splitlines()[-2:] == [
        "price, not measured: before: 41.30 € a month (the article, Heroku Standard-2X, 2021-06)",
        "price, not measured: after: 165.20 € a month (the article, Heroku Standard-2X, 2021-06)",
    ]


def test_text_is_plain_without_a_terminal_and_coloured_with_one() -> None:
    assert "\x1b" not in comparison_text(PAIR)
    assert "\x1b[32m" in comparison_text(PAIR, width=120)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    bare = re.sub(r"\x1b\[[\d;]*m", "", comparison_text(PAIR, width=width))
    assert max(map(len, bare.splitlines())) <= width


def test_an_untrusted_run_is_named_and_nothing_is_coloured_as_better() -> None:
    text = comparison_text(compare([untrusted(), after()]), width=120)
    assert f"not trusted: before: {FELL_BEHIND}" in re.sub(r"\x1b\[[\d;]*m|\n", "", text)
    assert "\x1b[32m" not in text


def test_each_price_keeps_its_currency_and_source() -> None:
    on = replace(formation(1, label="elsewhere"), price=Price(Decimal("50"), "USD", "a price list", "2026-11-01"))
    text = comparison_text(compare([before(), replace(after(), formation=on)]))
    assert text.splitlines()[-1] == "price, not measured: elsewhere: 50.00 $ a month (a price list, 2026-11-01)"


def test_labels_are_not_taken_for_markup() -> None:
    text = comparison_text(compare([made_result({10: 100}), made_result({10: 100})], ["[red]x", "[/]"]), width=100)
    assert "[red]x" in text
    assert "[/]" in text


def test_what_no_run_knows_has_no_row() -> None:
    rows = rows_of(comparison_text(compare([made_result({10: 100}), made_result({10: 100})])))
    assert "formation" not in rows
    assert rows["p95"] == ["10 ms", "10 ms", "1.0 ×"]
