"""Pages as reports make them, and how to take them apart."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from hafen.measure.compare import compare
from hafen.measure.rehearsal import (
    Calibration,
    DeployUnderLoad,
    JourneyStep,
    Machine,
    PriceLine,
    Rehearsal,
)
from hafen.measure.result import LoadResult
from hafen.model.preflight import Finding
from hafen.model.price import Price
from hafen.report.html.compare import render_compare
from hafen.report.html.load import render_load
from hafen.report.html.rehearsal import render_rehearsal
from load_results import formation, simulated

FELL_BEHIND = "93.1 % of the arrivals asked for were started in “peak”; below 99 % a run is not trusted"
ARTICLE = "the article on the move"


def before() -> LoadResult:
    return simulated(90, on=formation(1, label="before"))


def after() -> LoadResult:
    return simulated(420, on=formation(4, label="after"), seed=8)


def untrusted() -> LoadResult:
    return simulated(90, on=formation(1, label="before"), reasons=(FELL_BEHIND,))


def rehearsal(*runs: LoadResult) -> Rehearsal:
    return Rehearsal(
        app="inspirenow",
        date="2026-11-23T21:05:00Z",
        hafen_version="0.1.0",
        machine=Machine(2, 8 * 1024**3, "Linux 6.1.0", "3.11.7"),
        journey=(
            JourneyStep("Serve the description", "the sandbox answers as Heroku would: 1 × standard-2x web", 0.4),
            JourneyStep(
                "Import", "hafen.yaml written: 1 process, a release phase, 5 config keys, 2 of them secret", 0.9
            ),
            JourneyStep("Preflight", "4 findings, no blocker", 0.1),
            JourneyStep("Up: before", "1 × standard-2x web behind Traefik, healthy", 4.2),
            JourneyStep("Calibrate", "6.7 new users per second at best", 16),
            JourneyStep("Load: before", "6,303 requests in four phases", 96),
            JourneyStep("Scale", "web=4, all healthy", 3.1),
            JourneyStep("Load: after", "6,337 requests in four phases, a deploy in their middle", 84),
            JourneyStep("Take down", "nothing is left running", 1.4),
        ),
        findings=(
            Finding("ok", "processes", "process web", "runs as it is; PORT is given"),
            Finding(
                "action",
                "add-ons",
                "add-on mongolab",
                "has no counterpart here",
                "Point MONGODB_URI at a database of yours.",
            ),
            Finding(
                "note",
                "schedules",
                "Heroku Scheduler",
                "its jobs cannot be read",
                "List them under schedules: in hafen.yaml.",
            ),
        ),
        runs=runs or (before(), after()),
        deploy=DeployUnderLoad(45, 3.4, 0, 412),
        calibration=Calibration(6.7, 8.0, "two runs of 8 s"),
        overhead_memory_bytes=143 * 1024**2,
        prices=(
            PriceLine("1 × Standard-2X", "Heroku", Price(Decimal("41.30"), "EUR", ARTICLE, "2021")),
            PriceLine("4 × Standard-2X", "Heroku", Price(Decimal("165.20"), "EUR", ARTICLE, "2021")),
            PriceLine(
                "5 × CPX21, 1 × LB11", "Hetzner", Price(Decimal("46.88"), "EUR", ARTICLE, "2021"), "production cluster"
            ),
        ),
    )


def three_formations() -> Rehearsal:
    capacities = ((1, 80), (2, 115), (8, 500))
    runs = tuple(simulated(capacity, on=formation(count), seed=count) for count, capacity in capacities)
    return replace(rehearsal(*runs), runs=runs)


def long_names() -> list[LoadResult]:
    """Four runs whose names have no place to break, as scripts and people make them."""
    made = [
        simulated(90 + 60 * count, on=formation(count + 1, label=f"{'release-candidate' * 4}-{count}"), seed=count)
        for count in range(4)
    ]
    for result in made:
        result.script = "flows/" + "a" * 180 + ".yml"
        result.phases = [replace(phase, name=f"{phase.name}-{'x' * 90}") for phase in result.phases]
        for endpoint in result.endpoints:
            endpoint.name = f"GET /api/v1/{endpoint.name}/{'0123456789abcdef' * 12}"
        result.errors.samples = {"TimeoutError" * 8: ["no_space_at_all_" * 20]}
    return made


def pages() -> dict[str, str]:
    """One page of every kind, by name."""
    pair, doubtful = [before(), after()], [untrusted(), after()]
    return {
        "compare": render_compare(compare(pair), pair),
        "untrusted": render_compare(compare(doubtful), doubtful),
        "load": render_load(pair[1]),
        "long": render_compare(compare(long_names()), long_names()),
        "rehearsal": render_rehearsal(rehearsal()),
        "three": render_rehearsal(three_formations()),
    }


def section(page: str, name: str) -> str:
    """The part of a page between a section's tags."""
    found = re.search(rf'<section id="{name}">(.*?)</section>', page, re.DOTALL)
    assert found, f"no section {name}"
    return found[1]


def text_of(html: str) -> str:
    """What a person reads: no tags, no style, no script."""
    bare = re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", bare).replace("\u00a0", " ")
    for entity, sign in (("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(entity, sign)
    return re.sub(r"\s+", " ", words)
