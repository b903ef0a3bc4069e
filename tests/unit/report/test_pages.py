"""Report pages: whole in one file, safe with any input, loud when they must not be trusted."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from hafen.measure.compare import compare
from hafen.measure.result import Check, Endpoint, LoadResult
from hafen.report.html.compare import render_compare
from hafen.report.html.environment import address, code, day, units
from hafen.report.html.load import render_load
from load_results import formation, generator, made_result
from report_pages import FELL_BEHIND, after, before, pages, section, text_of, untrusted

PAGES = pages()
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())


class Tags(HTMLParser):
    """Start tags with their attributes, and whether every tag was closed in order."""

    void = frozenset(("meta", "link", "rect", "path", "circle", "br", "img"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(page)
        self.wrong += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


@every_page
def test_a_page_is_well_formed_and_every_id_stands_once(page: str) -> None:
    found = Tags(page)
    assert found.wrong == []
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@every_page
def test_a_page_asks_for_nothing_on_the_network(page: str) -> None:
    for tag, attributes in Tags(page).tags:
        assert tag not in ("iframe", "object", "embed", "img", "use", "image")
        for name in ("src", "href", "action", "srcset", "xlink:href"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:")), f"{tag} {name}={value}"
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|import\(", page)


@every_page
def test_only_the_script_of_ours_may_run(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy
    assert script
    assert "default-src 'none'" in policy[1]
    assert f"script-src 'sha256-{b64encode(sha256(script[1].encode()).digest()).decode()}'" in policy[1]


@every_page
def test_charts_have_a_title_and_say_in_words_what_they_show(page: str) -> None:
    tags = Tags(page).tags
    ids = {attributes.get("id") for _, attributes in tags}
    drawn = [attributes for tag, attributes in tags if tag == "svg" and attributes.get("role") == "img"]
    assert len(drawn) >= 7
    for attributes in drawn:
        assert set((attributes["aria-labelledby"] or "").split()) <= ids
    assert len(re.findall(r"<desc id=[^>]+>[^<]{40,}</desc>", page)) == len(drawn)


@every_page
def test_the_read_out_has_the_same_values_as_the_lines(page: str) -> None:
    blocks = re.findall(r'<script type="application/json">(.*?)</script>', page)
    for data in map(json.loads, blocks):
        for line in data["lines"]:
            assert len(line["at"]) == len(line["x"]) == len(line["y"])
            assert all(0 <= at <= 1 for at in line["at"])
    assert len(blocks) == page.count('<figure class="plot')


def test_the_parts_of_a_comparison() -> None:
    page = PAGES["compare"]
    assert "<h1>With 4\u00a0× standard-2x web instead of 1, p95 on this machine fell from" in page
    for name in (
        "latency",
        "traffic",
        "percentiles",
        "endpoints",
        "errors",
        "cpu",
        "numbers",
        "trust",
        "method",
        "prices",
    ):
        assert len(text_of(section(page, name))) > 100


def test_endpoints_stand_slowest_first() -> None:
    names = re.findall(r'<span class="name">(\w+)</span>', section(PAGES["compare"], "endpoints"))
    slowest = sorted(before().endpoints, key=lambda endpoint: -(endpoint.response.percentile_ms(95) or 0))
    assert names == [endpoint.name for endpoint in slowest]


def test_an_endpoint_of_one_run_only_is_shown_with_a_gap() -> None:
    first, second = made_result({100: 200}), made_result({10: 200})
    second.endpoints.append(Endpoint("only here", 5))
    page = text_of(section(render_compare(compare([first, second]), [first, second]), "endpoints"))
    assert re.search(r"only here run 1 – 0 requests 0 failed run 2 – 5 requests", page)


def test_errors_are_counted_three_ways_with_messages() -> None:
    runs = [made_result({100: 970, 3000: 30}, explicit=20, network=5), made_result({100: 1000})]
    runs[0].errors.implicit, runs[0].errors.policy = 7, 30
    runs[0].errors.samples = {"implicit": ['200 with {"error": "deck is empty"}']}
    shown = text_of(section(render_compare(compare(runs), runs), "errors"))
    for row in (
        "said so: 5xx 20 2.0 %",
        "body or a check said no 7 0.70 %",
        "slower than 1 s 30 3.0 %",
        "timeout 5 0.50 %",
    ):
        assert row in shown
    assert '200 with {"error": "deck is empty"}' in shown


def test_an_untrusted_run_is_said_loudly_and_nothing_is_called_better() -> None:
    page = PAGES["untrusted"]
    banner = re.search(r'<aside class="banner" role="alert">(.*?)</aside>', page, re.DOTALL)
    assert banner
    assert FELL_BEHIND in text_of(banner[1])
    assert page.index("<aside") < page.index("<h1>")
    assert "▲ better" not in page
    assert "▼ worse" not in page
    assert "not trusted ✗" in text_of(section(page, "trust"))
    assert 'class="banner' not in PAGES["compare"]


def test_a_comparison_of_different_loads_says_why_it_has_no_verdict() -> None:
    runs = [made_result({100: 200}, arrivals=100), made_result({10: 200}, arrivals=200)]
    page = render_compare(compare(runs), runs)
    assert "The runs did not ask for the same load" in page
    assert "▲ better" not in page


def hostile() -> LoadResult:
    result = made_result({100: 200}, on=formation(1, label=HOSTILE, size=HOSTILE), script=HOSTILE)
    result.endpoints[0].name = HOSTILE
    result.errors.samples = {HOSTILE: [HOSTILE]}
    result.errors.network = {HOSTILE: 1}
    result.phases = [replace(result.phases[0], name=HOSTILE)]
    result.users_by_scenario = {HOSTILE: 3}
    result.seconds = [replace(second, cpu_cores={HOSTILE: 1.0}) for second in before().seconds]
    result.checks = [Check(HOSTILE, True)]
    result.warnings = [HOSTILE]
    result.stopped_early = HOSTILE
    return replace(result, generator=generator(HOSTILE))


def test_names_from_scripts_cannot_become_markup() -> None:
    runs = [hostile(), hostile()]
    for page in (render_compare(compare(runs), runs), render_load(runs[0])):
        assert HOSTILE not in page
        assert Tags(page).wrong == []
        assert not [tag for tag, attributes in Tags(page).tags if tag == "img" or "onerror" in attributes]
        assert page.count("alert(") > 20


def test_addresses_lose_what_could_be_a_secret() -> None:
    assert address("https://user:hunter2@shop.example:8443/api?token=abc#x") == "https://shop.example:8443/api"
    assert address("http://[::1") == "an address that cannot be read"
    runs = [replace(run, target="https://user:hunter2@shop.example/?token=abc") for run in (before(), after())]
    page = render_compare(compare(runs), runs)
    assert "https://shop.example/" in page
    assert not re.search("hunter2|token=abc", page)


def test_the_scripts_own_checks_are_shown() -> None:
    runs = [
        replace(made_result({100: 200}), checks=[Check("http.response_time.p99 < 250", ok)]) for ok in (False, True)
    ]
    shown = text_of(section(render_compare(compare(runs), runs), "checks"))
    assert "http.response_time.p99 < 250 failed ✗ passed ✓" in shown


def test_an_empty_run_makes_a_page() -> None:
    page = render_load(made_result({}))
    assert "No request was sent." in page
    assert 'id="latency"' not in page


def test_a_single_run_has_the_same_parts_without_a_comparison() -> None:
    page = PAGES["load"]
    assert "last ÷ first" not in page
    for name in ("latency", "traffic", "percentiles", "endpoints", "errors", "numbers", "trust", "method"):
        assert section(page, name)
    assert FELL_BEHIND in render_load(untrusted())


def test_backticks_become_code_and_stay_harmless() -> None:
    assert code("set `A=<b>` in 5 s") == "set <code>A=&lt;b&gt;</code> in 5\u00a0s"
    assert code("a lone ` and <b>") == "a lone ` and &lt;b&gt;"


def test_dates_and_units_for_people() -> None:
    assert day("2026-11-23T21:05:00Z") == "23 November 2026, 21:05 UTC"
    assert day("2026-11-23T21:05:00") == "23 November 2026, 21:05"
    assert day("yesterday") == "yesterday"
    assert (
        units("3.1 × in 1 min 5 s, 12 % of 4 users") == "3.1\u00a0× in 1\u00a0min\u00a05\u00a0s, 12\u00a0% of 4 users"
    )
