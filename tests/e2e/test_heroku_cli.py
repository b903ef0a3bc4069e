"""npm's heroku CLI, which others wrote, against the stand-in: what it shows must be what the account holds."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hafen.sandbox.heroku import resources
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


TYPES = Path(str(heroku_cli())).parent.parent / "@heroku-cli" / "schema" / "lib" / "index.d.ts"
NEWER = {"create_status", "generation", "process_tier", "provision_message", "sni_endpoint", "architecture"}
NEWER |= {"precise_dyno_units", "owner", "eligible_for_rollback"}


def published_fields(name: str) -> set[str]:
    """Fields of a resource in the types that Heroku publishes with its CLI."""
    found = re.search(rf"export interface {name} \{{(.*?)\n\}}", TYPES.read_text(), re.DOTALL)
    assert found
    return set(re.findall(r"^  (\w+)\??:", re.sub(r"/\*.*?\*/", "", found[1], flags=re.DOTALL), re.MULTILINE))


def test_resources_have_the_published_fields(sandbox: HerokuSandbox, app: AppState) -> None:
    """All of them, and no other but those that the API got later."""
    if not TYPES.exists():
        pytest.skip("this heroku CLI is not npm's: no types beside it")
    account = sandbox.account
    drained = AppState(name="drained", log_drains=["https://logs.example"])
    made = {
        "Account": resources.account_info(account),
        "App": resources.app_info(account, app),
        "AddOn": resources.addons(app, expand=False)[0],
        "AddOnAttachment": resources.attachments(app)[0],
        "AddOnService": resources.service(app.addons[0]),
        "AppFeature": resources.features(app)[0],
        "Collaborator": resources.collaborators(account, app)[0],
        "Domain": resources.domains(app)[1],
        "Dyno": resources.dynos(app)[0],
        "DynoSize": resources.dyno_sizes()[0],
        "Formation": resources.formation(app)[0],
        "LogDrain": resources.log_drains(drained)[0],
        "Pipeline": resources.pipeline(account, "inspirenow"),
        "PipelineCoupling": resources.couplings(account, "inspirenow")[0],
        "Plan": resources.plan(app.addons[0]),
        "Release": resources.releases(account, app)[0],
        "Slug": resources.slug(app),
        "Stack": resources.stacks()[0],
    }
    for name, resource in made.items():
        published = published_fields(name)
        assert published <= resource.keys(), name
        assert resource.keys() <= published | NEWER, name


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
