"""The same scripts as Artillery ran, against the same server: the counters must agree.

tests/cases/artillery/NAME.json holds what Artillery 2.0.21 counted for NAME.yml. Where artillery is on PATH it runs
again, so that the recording itself is tested; it is too large (600 MB) to be brought for that alone.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hafen.measure.dotted import counters_of
from hafen.model.reporter import Silent
from hafen.operations.load import run_load
from load_server import LoadServer

CASES = sorted((Path(__file__).parent.parent / "cases" / "artillery").glob("*.yml"))
# What docs/load.md says is different on purpose, or is none of a script's results.
APART = ("http.downloaded_bytes", "plugins.metrics-by-endpoint.", "errors.Failed expectations for request ")


@pytest.fixture
def server() -> Iterator[LoadServer]:
    with LoadServer() as running:
        yield running


def compared(counters: dict[str, int]) -> dict[str, int]:
    """Artillery leaves out what is zero."""
    made = {name: count for name, count in counters.items() if count and not name.startswith(APART)}
    failed = sum(count for name, count in counters.items() if name.startswith(APART[2]))
    return made | ({"failed expectations": failed} if failed else {})


def hafen_counts(case: Path, url: str) -> dict[str, int]:
    return compared(counters_of(run_load(case, target=url, say=Silent())))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_counters_agree_with_what_artillery_counted(server: LoadServer, case: Path) -> None:
    assert hafen_counts(case, server.url) == compared(json.loads(case.with_suffix(".json").read_text()))


@pytest.mark.slow
@pytest.mark.needs("artillery")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_artillery_still_counts_what_was_recorded(server: LoadServer, tmp_path: Path, case: Path) -> None:
    out = tmp_path / "out.json"
    words = ["artillery", "run", "-q", "-t", server.url, "-o", str(out), str(case)]
    environment = {**os.environ, "ARTILLERY_DISABLE_TELEMETRY": "true"}
    subprocess.run(words, env=environment, capture_output=True, timeout=120, check=False)
    counted = json.loads(out.read_text())["aggregate"]["counters"]
    assert compared(counted) == compared(json.loads(case.with_suffix(".json").read_text()))
