"""npm's heroku CLI, which others wrote, against the stand-in: what it shows must be what the account holds."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hafen.sandbox.heroku.account import AppState
from hafen.sandbox.heroku.server import HerokuSandbox
from parts import heroku_cli

pytestmark = [pytest.mark.needs("heroku"), pytest.mark.slow]
APP = "inspirenow"


class Cli:
    """The CLI with a home of its own, which asks for nothing and sends nothing elsewhere."""

    def __init__(self, sandbox: HerokuSandbox, home: Path) -> None:
        config = home / ".config" / "heroku"
        config.mkdir(parents=True)
        (config / "config.json").write_text(json.dumps({"schema": 1, "install": "0" * 32, "skipAnalytics": True}))
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "HEROKU_HOST": sandbox.url,
            "HEROKU_API_KEY": sandbox.api_key,
            "DISABLE_TELEMETRY": "true",
            "NO_COLOR": "1",
        }

    def run(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [str(heroku_cli()), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json", "-a", APP))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[HerokuSandbox]:
    with HerokuSandbox() as served:
        yield served


@pytest.fixture(scope="module")
def cli(sandbox: HerokuSandbox, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    return Cli(sandbox, tmp_path_factory.mktemp("home"))


@pytest.fixture
def app(sandbox: HerokuSandbox) -> AppState:
    return sandbox.account.apps[APP]


def test_apps(cli: Cli, sandbox: HerokuSandbox) -> None:
    shown = cli.run("apps")
    assert all(f"{name} (eu)" in shown for name in sandbox.account.apps)
    info = cli.json("apps:info")
    assert (info["app"]["name"], info["app"]["stack"]["name"]) == (APP, "heroku-24")
    assert info["pipeline_coupling"]["stage"] == "production"
    assert "Couldn't find that app" in cli.run("apps:info", "-a", "nope", code=2)


def test_processes(cli: Cli, app: AppState) -> None:
    shown = cli.run("ps", "-a", APP)
    assert f"web (Standard-2X): {app.process_types['web']} (1)" in shown
    assert "web.1: up" in shown
    costs = cli.run("ps:type", "-a", APP)
    assert "Standard-2X" in costs
    assert "$50" in costs


def test_scale(cli: Cli, app: AppState) -> None:
    cli.run("ps:scale", "web=3:standard-1x", "-a", APP)
    assert (app.formation["web"].quantity, app.formation["web"].size) == (3, "Standard-1X")
    assert [dyno["name"] for dyno in cli.json("ps")] == ["web.1", "web.2", "web.3"]
    cli.run("ps:scale", "web=1:standard-2x", "-a", APP)


def test_config(cli: Cli, app: AppState) -> None:
    assert cli.json("config") == app.config_vars
    cli.run("config:set", "GREETING=good morning", "-a", APP)
    assert app.config_vars["GREETING"] == "good morning"
    assert app.releases[-1].description == "Set GREETING config vars"
    assert cli.run("config:get", "GREETING", "-a", APP) == "good morning\n"
    cli.run("config:unset", "GREETING", "-a", APP)
    assert "GREETING" not in app.config_vars


def test_domains(cli: Cli, app: AppState) -> None:
    hosts = {domain["hostname"] for domain in cli.json("domains") if domain["kind"] == "custom"}
    assert hosts == set(app.domains)


def test_addons(cli: Cli, app: AppState) -> None:
    found = {addon["plan"]["name"]: addon["plan"]["price"]["cents"] for addon in cli.json("addons")}
    assert found == {f"{addon.service}:{addon.plan}": addon.price_cents for addon in app.addons}
    assert "$3/month" in cli.run("addons:info", "redis-cubed-20356")


def test_releases(cli: Cli, app: AppState) -> None:
    found = [(release["version"], release["description"]) for release in cli.json("releases")]
    assert found == [(release.version, release.description) for release in reversed(app.releases)]
    newest = cli.json("releases:info")
    assert (newest["version"], newest["current"]) == (app.releases[-1].version, True)


def test_pipelines(cli: Cli, sandbox: HerokuSandbox) -> None:
    found = json.loads(cli.run("pipelines:info", "inspirenow", "--json"))
    stages = {one["name"]: one["pipelineCoupling"]["stage"] for one in found["apps"]}
    assert stages == sandbox.account.pipelines["inspirenow"]


def test_buildpacks(cli: Cli) -> None:
    assert "heroku/python" in cli.run("buildpacks", "-a", APP)


def test_a_wrong_key(sandbox: HerokuSandbox, tmp_path: Path) -> None:
    stranger = Cli(sandbox, tmp_path)
    stranger.environment["HEROKU_API_KEY"] = "wrong"
    assert "HEROKU_API_KEY is invalid" in " ".join(stranger.run("apps", code=1).split())
