"""A load run on an environment of hafen.yaml records what was loaded and what it used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_app import LocalApp

SCRIPT = """\
config: {phases: [{duration: 2, arrivalCount: 20}]}
scenarios: [{flow: [{get: {url: "/?colour={{ $processEnvironment.COLOUR }}"}}]}]
"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[LocalApp]:
    made = LocalApp(tmp_path / "tiny")
    (made.folder / "load.yml").write_text(SCRIPT)
    yield made
    made.run("down")


def test_what_was_loaded_stands_in_the_result(app: LocalApp) -> None:
    app.up()
    app.run("scale", "web=2")
    app.run("load", "run", "load.yml", "--on", "local", "-q", "-o", "out.json", "--accept-generator-limits")
    result = json.loads((app.folder / "out.json").read_text())["hafen"]["result"]
    assert result["target"] == app.ps()["url"]
    assert result["users"]["completed"] == 20
    formation = result["formation"]
    assert formation["label"] == "web=2"
    assert formation["processes"]["web"]["replicas"] == 2
    assert (formation["price"]["currency"], formation["price"]["date"]) == ("USD", "2024-10-11")
    assert set(result["cpu_cores"]) == {"web"}
    assert result["memory_bytes"]["web"] > 1_000_000


def test_an_environment_that_is_down_is_told(app: LocalApp) -> None:
    said = app.run("load", "run", "load.yml", "--on", "local", code=1)
    assert said.stderr == "hafen: local is down\n  try: `hafen up`\n"
