"""`hafen import` and `hafen sandbox` as a person runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hafen.sandbox.heroku.account import default_account
from hafen.sandbox.heroku.server import HerokuSandbox

KEY = "HRKU-secret-key-of-this-test"
SECRETS = [value for value in default_account()["apps"][0]["config_vars"].values() if "not-a-real" in value]


@pytest.fixture(scope="module")
def heroku() -> Iterator[HerokuSandbox]:
    with HerokuSandbox(api_key=KEY) as sandbox:
        yield sandbox


def hafen(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HEROKU_")}
    return subprocess.run(
        [sys.executable, "-m", "hafen.cli.main", *arguments],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_import_from_the_api(heroku: HerokuSandbox, tmp_path: Path) -> None:
    environment = {"HEROKU_API_URL": heroku.url, "HEROKU_API_KEY": KEY}
    done = hafen("import", "heroku", "inspirenow", "--markdown", "report.md", cwd=tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    assert "To do (" in done.stdout
    assert "together" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "wrote hafen.yaml" in done.stderr
    told = done.stdout + done.stderr + (tmp_path / "report.md").read_text() + (tmp_path / "hafen.yaml").read_text()
    assert not [secret for secret in [*SECRETS, KEY] if secret in told]

    again = hafen("import", "heroku", "inspirenow", cwd=tmp_path, **environment)
    assert again.returncode == 1
    assert "--force" in again.stderr

    forced = hafen("import", "heroku", "inspirenow", "--force", "--json", "-q", cwd=tmp_path, **environment)
    result = json.loads(forced.stdout)
    assert result["preflight"]["total"]["amount"] == "65"
    assert "LOG_LEVEL" in result["config"]["local"]
    assert forced.stderr == ""
    assert not [secret for secret in [*SECRETS, KEY] if secret in forced.stdout]


@pytest.mark.parametrize(
    ("app", "environment", "told"),
    [
        ("inspirenow", {"HEROKU_API_KEY": "wrong"}, (4, "does not accept the API key")),
        ("inspirenow", {}, (1, "HEROKU_API_KEY: is not set")),
        ("nothing-here", {"HEROKU_API_KEY": KEY}, (1, "there is no app 'nothing-here'")),
        ("inspirenow", {"HEROKU_API_KEY": KEY, "HEROKU_API_URL": "http://api.example"}, (1, "unencrypted")),
        ("inspirenow", {"HEROKU_API_KEY": KEY, "HEROKU_API_URL": "nonsense"}, (1, "is not an address")),
    ],
)
def test_refusals_are_two_lines(
    heroku: HerokuSandbox, tmp_path: Path, app: str, environment: dict[str, str], told: tuple[int, str]
) -> None:
    done = hafen("import", "heroku", app, "-q", cwd=tmp_path, **{"HEROKU_API_URL": heroku.url, **environment})
    code, words = told
    assert (done.returncode, done.stdout) == (code, "")
    first, second = done.stderr.splitlines()
    assert words in first
    assert second.startswith("  try: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [(), ("app", "--from", ".")])
def test_an_app_or_a_folder(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = hafen("import", "heroku", *arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert "name an APP at Heroku, or a checkout" in done.stderr


def test_an_import_of_a_checkout(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: ./serve --port $PORT\n")
    done = hafen("import", "heroku", "--from", str(tmp_path), cwd=Path("/"))
    assert done.returncode == 0, done.stderr
    assert "./serve --port $PORT" in (tmp_path / "hafen.yaml").read_text()


def test_every_mistake_of_a_procfile_at_once(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web ./serve\nworker\n")
    done = hafen("import", "heroku", "--from", ".", cwd=tmp_path)
    assert done.returncode == 1
    assert "Procfile:1" in done.stderr
    assert "Procfile:2" in done.stderr


class Served:
    """`hafen sandbox heroku` as a process of its own."""

    def __init__(self, *arguments: str, cwd: Path) -> None:
        command = [sys.executable, "-m", "hafen.cli.main", "sandbox", "heroku", "--json", *arguments]
        environment = {**os.environ, "HAFEN_SANDBOX_API_KEY": KEY}
        self.process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> dict[str, Any]:
        assert self.process.stdout
        text = ""
        for line in self.process.stdout:
            text += line
            if line == "}\n":
                break
        served: dict[str, Any] = json.loads(text)
        return served

    def __exit__(self, *_error: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 143
        if self.process.stdout:
            self.process.stdout.close()


def test_the_stand_in_of_ones_own_account(tmp_path: Path) -> None:
    app = {
        "name": "shop",
        "process_types": {"web": "puma -p $PORT"},
        "formation": {"web": {"quantity": 2, "size": "Basic"}},
        "releases": [{"version": 1, "description": "Deploy", "created_at": "2021-01-01T00:00:00Z"}],
    }
    (tmp_path / "account.json").write_text(json.dumps({"email": "me@shop.example", "apps": [app]}))
    out = tmp_path / "out"
    out.mkdir()
    with Served("--account", "account.json", "--faults", "2:503,3:half,4:429", cwd=tmp_path) as served:
        assert (served["apps"], served["api_key"]) == (["shop"], KEY)
        done = hafen("import", "heroku", "shop", cwd=out, HEROKU_API_URL=served["url"], HEROKU_API_KEY=KEY)
        assert done.returncode == 0, done.stderr
        assert "trying again in" in done.stderr
    assert "replicas: 2" in (out / "hafen.yaml").read_text()


@pytest.mark.slow
def test_a_stalled_connection_ends_by_itself(tmp_path: Path) -> None:
    with Served("--faults", "*:stall", cwd=tmp_path) as served:
        done = hafen("import", "heroku", "shop", cwd=tmp_path, HEROKU_API_URL=served["url"], HEROKU_API_KEY=KEY)
    assert done.returncode == 4
    assert done.stderr.count("trying again in") == 3
    assert done.stderr.splitlines()[-2:] == [
        f"hafen: {served['url']}/apps/shop: Heroku does not answer",
        "  try: check the network and status.heroku.com, then run it again; nothing was changed",
    ]
    assert list(tmp_path.iterdir()) == []


def test_the_stand_in_says_how_to_use_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hafen.cli.main", "sandbox", "heroku"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(20) == 130
    assert first.startswith("HEROKU_API_URL=http://127.0.0.1:")
    assert "HEROKU_HOST=" in rest
