"""The reports in a real browser: they fit every screen, can be read by everyone, and ask the network for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parts import chromium
from report_pages import pages

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("compare", "untrusted", "load", "rehearsal", "three", "long")
every_page = pytest.mark.parametrize("name", NAMES)
PROBES = (Path(__file__).parent / "report_probes.js").read_text(encoding="utf-8")
every_scheme = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    made = {}
    for name, page in pages().items():
        made[name] = folder / f"{name}.html"
        made[name].write_text(page, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


class Opened:
    """A page that was opened, with all that it said and asked for meanwhile."""

    def __init__(
        self, browser: Any, file: Path, *, width: int = 1280, scheme: str = "light", script: bool = True
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def ask(self, probe: str) -> Any:
        return self.page.evaluate(f"({PROBES}).{probe}()")

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@every_page
@pytest.mark.parametrize("width", [320, 375, 768, 1280, 1920])
def test_it_fits_the_screen_says_nothing_and_asks_for_nothing(
    browser: Any, files: dict[str, Path], name: str, width: int
) -> None:
    with Opened(browser, files[name], width=width) as opened:
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.ask("outside") == []
        assert opened.ask("squeezed") == []
        assert opened.said == []
        assert opened.asked == [files[name].as_uri()]


@every_page
@every_scheme
@pytest.mark.parametrize("width", [375, 1280])
def test_every_text_has_enough_contrast(
    browser: Any, files: dict[str, Path], name: str, scheme: str, width: int
) -> None:
    with Opened(browser, files[name], scheme=scheme, width=width) as opened:
        found = opened.ask("contrasts")
    assert len(found) > 150
    assert [one for one in found if one["value"] < one["least"]] == []


@every_page
@pytest.mark.parametrize("width", [375, 1280])
def test_no_label_of_a_chart_lies_on_another(browser: Any, files: dict[str, Path], name: str, width: int) -> None:
    with Opened(browser, files[name], width=width) as opened:
        assert opened.ask("overlaps") == []


@every_page
def test_every_chart_is_drawn(browser: Any, files: dict[str, Path], name: str) -> None:
    with Opened(browser, files[name]) as opened:
        drawn = opened.page.evaluate(
            "[...document.querySelectorAll('figure.plot')].map((figure) => ({"
            " width: figure.querySelector('svg').getBoundingClientRect().width,"
            " height: figure.querySelector('svg').getBoundingClientRect().height,"
            " lines: [...figure.querySelectorAll('path.line')].map((line) => line.getBBox().width)}))"
        )
    assert len(drawn) >= 8
    for chart in drawn:
        assert chart["width"] > 300
        assert chart["height"] >= 150
        assert chart["lines"]
        assert all(length > 300 for length in chart["lines"])


@every_page
def test_dark_is_dark_and_paper_is_light(browser: Any, files: dict[str, Path], name: str) -> None:
    colours = "(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; })()"
    with Opened(browser, files[name]) as light, Opened(browser, files[name], scheme="dark") as dark:
        by_day, by_night = light.page.evaluate(colours), dark.page.evaluate(colours)
        dark.page.emulate_media(media="print", color_scheme="dark")
        on_paper = dark.page.evaluate(colours)
    assert by_day[0] != by_night[0]
    assert by_day[1] != by_night[1]
    assert on_paper[0] == by_day[0]


def test_values_can_be_read_with_the_pointer_and_with_the_keyboard(browser: Any, files: dict[str, Path]) -> None:
    with Opened(browser, files["compare"]) as opened:
        area = opened.page.locator("figure.plot .plot-area").first
        readout = area.locator(".readout")
        assert not readout.is_visible()
        area.hover()
        assert readout.is_visible()
        assert {"before", "after"} <= set(readout.inner_text().split())
        opened.page.mouse.move(0, 0)
        assert not readout.is_visible()
        area.focus()
        opened.page.keyboard.press("ArrowRight")
        first = readout.inner_text()
        for _ in range(10):
            opened.page.keyboard.press("ArrowRight")
        assert readout.inner_text() != first
        opened.page.keyboard.press("Escape")
        assert not readout.is_visible()


@every_page
def test_without_script_all_can_still_be_read(browser: Any, files: dict[str, Path], name: str) -> None:
    with Opened(browser, files[name], script=False) as opened:
        page = opened.page
        assert page.locator("h1").is_visible()
        assert page.locator("path.line").count() >= 8
        assert page.locator("section#numbers table").is_visible()
        assert page.locator(".readout").count() == 0


def test_it_prints(browser: Any, files: dict[str, Path]) -> None:
    with Opened(browser, files["rehearsal"]) as opened:
        assert opened.page.pdf(format="A4").startswith(b"%PDF")
