"""Import, against the stand-in for Heroku's API and checkouts on disk."""

from __future__ import annotations

import json
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hafen.errors import AlreadyThere, HafenError, UserError
from hafen.model.reporter import Silent
from hafen.operations.config import ensure_values
from hafen.operations.import_app import ImportResult, import_app, import_from_folder
from hafen.providers.config_store import ConfigStore
from hafen.report.preflight import preflight_json, preflight_markdown, preflight_text
from hafen.sandbox.heroku.account import default_account
from hafen.sandbox.heroku.faults import FaultPlan
from hafen.sandbox.heroku.server import HerokuSandbox
from hafen.spec.load import load_app, load_spec

INSPIRENOW = Path(__file__).parents[3] / "reference" / "inspirenow"
APP_JSON = {
    "name": "InspireNow",
    "env": {
        "SECRET_KEY": {"generator": "secret", "description": "Signs tokens"},
        "ADMIN_PASSWORD": {"generator": "secret"},
        "OUTBOX_TOKEN": {"required": False, "generator": "secret"},
        "MONGODB_URI": {"required": False},
        "DATA_DIR": {"required": False, "value": "./var"},
        "PAGE_SIZE": {"required": False, "value": "50"},
    },
    "scripts": {"postdeploy": "python -m inspirenow seed"},
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "app.json").write_text(json.dumps(APP_JSON))
    (folder / "routes.py").write_text('router.get("/readyz")')
    return folder


@pytest.fixture(scope="module")
def heroku() -> Iterator[HerokuSandbox]:
    with HerokuSandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def nothing_goes_wrong(heroku: HerokuSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heroku.faults.faults, heroku.faults.calls = {}, 0
    monkeypatch.chdir(tmp_path)


def imported(heroku: HerokuSandbox, folder: Path, name: str = "inspirenow", **options: Any) -> ImportResult:
    return import_app(name, folder, api_key=heroku.api_key, api_url=heroku.url, say=Silent(), **options)


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_an_app_at_heroku(heroku: HerokuSandbox, checkout: Path, tmp_path: Path) -> None:
    result = imported(heroku, tmp_path, source=checkout)
    app = load_spec(tmp_path / "hafen.yaml")
    assert app == result.app
    assert (app.processes["web"].size, app.processes["web"].replicas) == ("standard-2x", 1)
    assert app.release == "python -m inspirenow migrate"
    assert app.volumes["data"].variable == "DATA_DIR"
    assert app.environments["development"].processes["web"].size == "eco"
    assert app.config["SECRET_KEY"].generate
    assert not app.config["MONGODB_URI"].required
    assert result.summary == "1 process, 10 config vars, 3 add-ons; 5 things to do before the move"


def test_the_values_and_who_may_read_them(heroku: HerokuSandbox, checkout: Path, tmp_path: Path) -> None:
    imported(heroku, tmp_path, source=checkout)
    there = default_account()["apps"][0]["config_vars"]
    dropped = {key for key in there if key.startswith("HEROKU_")} | {"PORT", "DATA_DIR"}
    production = ConfigStore(tmp_path, "production").read()
    assert production == {key: value for key, value in there.items() if key not in dropped}
    assert ConfigStore(tmp_path, "development").read()["LOG_LEVEL"] == "DEBUG"
    assert ConfigStore(tmp_path, "local").read() == {
        "ADMIN_EMAIL": "admin@inspirenow.example",
        "LOG_LEVEL": "INFO",
        "PAGE_SIZE": "50",
        "PARTS": "api,admin",
    }
    for environment in ("production", "development", "local"):
        path = ConfigStore(tmp_path, environment).path
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (tmp_path / ".hafen" / ".gitignore").read_text() == "*\n"


def test_secrets_stand_in_the_config_store_only(heroku: HerokuSandbox, checkout: Path, tmp_path: Path) -> None:
    result = imported(heroku, tmp_path, source=checkout)
    report = result.preflight
    told = [preflight_text(report), preflight_markdown(report), json.dumps(preflight_json(report)), repr(result)]
    told += [text for name, text in files(tmp_path).items() if not name.startswith(".hafen/config/")]
    secrets = ["not-a-real", "mongodb://", "rediss://", heroku.api_key]
    assert not [secret for secret in secrets if any(secret in text for text in told)]
    assert "not-a-real" not in files(tmp_path)[".hafen/config/local.json"]


def test_an_existing_file_is_left_alone_before_any_call(heroku: HerokuSandbox, tmp_path: Path) -> None:
    (tmp_path / "hafen.yaml").write_text("mine")
    with pytest.raises(AlreadyThere):
        imported(heroku, tmp_path)
    assert files(tmp_path) == {"hafen.yaml": "mine"}
    assert heroku.faults.calls == 0


def test_force_loses_nothing(heroku: HerokuSandbox, checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "hafen.yaml").write_text("mine")
    store = ConfigStore(tmp_path, "production")
    store.replace({"LOG_LEVEL": "WARNING", "MY_OWN": "kept"})
    result = imported(heroku, tmp_path, source=checkout, force=True)
    assert result.backup == tmp_path / "hafen.yaml.bak"
    assert result.backup.read_text() == "mine"
    assert (store.read()["LOG_LEVEL"], store.read()["MY_OWN"]) == ("WARNING", "kept")
    assert store.read()["PARTS"] == "api,admin"
    assert result.kept["production"] == ["LOG_LEVEL"]

    (tmp_path / "hafen.yaml").write_text("mine again")
    assert imported(heroku, tmp_path, source=checkout, force=True).backup == tmp_path / "hafen.yaml.bak2"
    assert result.backup.read_text() == "mine"


def test_a_second_import_changes_nothing(heroku: HerokuSandbox, checkout: Path, tmp_path: Path) -> None:
    imported(heroku, tmp_path, source=checkout)
    before = files(tmp_path)
    again = imported(heroku, tmp_path, source=checkout, force=True)
    assert files(tmp_path) == before
    assert again.backup is None


def test_stopped_at_any_call_nothing_is_written_and_it_can_run_again(heroku: HerokuSandbox, tmp_path: Path) -> None:
    imported(heroku, tmp_path)
    calls, whole = heroku.faults.calls, files(tmp_path)
    assert calls > 20
    for call in range(1, calls + 1):
        other = tmp_path / f"stopped-{call}"
        other.mkdir()
        heroku.faults.faults, heroku.faults.calls = (
            FaultPlan.parse(f"{call}:{'garbage' if call % 2 else '401'}").faults,
            0,
        )
        with pytest.raises(HafenError) as caught:
            imported(heroku, other)
        assert caught.value.exit_code == 4
        assert files(other) == {}
    assert files(tmp_path) == whole
    imported(heroku, other)
    assert files(other) == whole


@pytest.mark.parametrize("kind", ["429", "503", "half"])
def test_a_call_that_fails_once_is_of_no_matter(heroku: HerokuSandbox, tmp_path: Path, kind: str) -> None:
    heroku.faults.faults = FaultPlan.parse(f"5:{kind}").faults
    assert imported(heroku, tmp_path).app.processes


def test_a_killed_import_has_left_no_hafen_yaml(heroku: HerokuSandbox, checkout: Path, tmp_path: Path) -> None:
    """The last thing that is written is hafen.yaml: values that are there already are no hindrance."""
    whole = tmp_path / "whole"
    whole.mkdir()
    imported(heroku, whole, source=checkout)
    (whole / "hafen.yaml").unlink()
    (whole / ".hafen" / "config" / "local.json").unlink()
    result = imported(heroku, whole, source=checkout)
    assert result.kept == {"production": [], "development": [], "local": []}
    assert ConfigStore(whole, "local").read()


def test_without_a_checkout(heroku: HerokuSandbox, tmp_path: Path) -> None:
    app = imported(heroku, tmp_path).app
    assert app.processes["web"].health is None
    assert app.config["SECRET_KEY"].secret
    assert app.config["SECRET_KEY"].required
    assert "SECRET_KEY" not in app.environments["local"].config
    assert not app.environments["local"].config["PAPERTRAIL_API_TOKEN"].required


def test_the_present_folder_completes_the_api(
    heroku: HerokuSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.chdir(INSPIRENOW)
    assert imported(heroku, out).app.processes["web"].health is not None


def test_the_reference_app_runs_here_without_being_asked_for_anything(heroku: HerokuSandbox, tmp_path: Path) -> None:
    imported(heroku, tmp_path, source=INSPIRENOW)
    values = ensure_values(load_app(tmp_path / "hafen.yaml", "local"), ConfigStore(tmp_path, "local"))
    assert len(values["SECRET_KEY"]) >= 32
    assert "MONGODB_URI" not in values


def test_a_checkout_alone(tmp_path: Path) -> None:
    result = import_from_folder(INSPIRENOW, tmp_path, Silent(), force=False, allow_no_web=False)
    assert load_spec(tmp_path / "hafen.yaml") == result.app
    assert result.app.app == "inspirenow"
    assert result.preflight.costs == ()
    assert set(result.app.environments) == {"production", "local"}
    assert ConfigStore(tmp_path, "local").read()["LOG_LEVEL"] == "INFO"


@pytest.mark.parametrize("procfile", ["worker: ./work\n", "release: ./migrate\nworker: ./work\n"])
def test_a_procfile_without_web(tmp_path: Path, procfile: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "Procfile").write_text(procfile)
    with pytest.raises(UserError, match="no process web beside worker") as caught:
        import_from_folder(source, tmp_path, Silent(), force=False, allow_no_web=False)
    assert "--no-web" in caught.value.hint
    assert set(files(tmp_path)) == {"source/Procfile"}
    app = import_from_folder(source, tmp_path, Silent(), force=False, allow_no_web=True).app
    assert set(app.processes) == {"worker"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["web", "A_B", "PORT", "DATA_DIR", "x y", ""]) | st.text(max_size=8)
SECTIONS = ("name", "env", "formation", "addons", "buildpacks", "scripts", "stack")
APP = st.fixed_dictionaries({}, optional={name: JSON | st.dictionaries(KEYS, JSON, max_size=3) for name in SECTIONS})


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(APP, st.sampled_from(["web: ./web", "web: a\nWorker_1: b\nworker-1: c", "web: " + "x" * 5000]))
def test_any_app_json_is_imported_or_refused_in_words(tmp_path: Path, app_json: object, procfile: str) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as name:
        folder = Path(name)
        (folder / "Procfile").write_text(procfile)
        (folder / "app.json").write_text(json.dumps(app_json))
        try:
            result = import_from_folder(folder, folder, Silent(), force=False, allow_no_web=False)
        except UserError:
            assert not (folder / "hafen.yaml").exists()
        else:
            assert load_spec(folder / "hafen.yaml") == result.app
            json.dumps(preflight_json(result.preflight), ensure_ascii=False).encode()
            (preflight_text(result.preflight) + preflight_markdown(result.preflight)).encode()


def test_a_folder_without_a_procfile(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no Procfile"):
        import_from_folder(tmp_path, tmp_path, Silent(), force=False, allow_no_web=False)


def test_an_app_that_was_never_deployed(tmp_path: Path) -> None:
    account = {"email": "a@b.example", "apps": [{"name": "empty"}]}
    with HerokuSandbox(account) as sandbox, pytest.raises(UserError, match="no processes are known"):
        imported(sandbox, tmp_path, "empty")
    assert files(tmp_path) == {}


def test_a_command_that_nobody_knows(tmp_path: Path) -> None:
    account = {
        "email": "a@b.example",
        "apps": [{"name": "odd", "formation": {"web": {"quantity": 1, "size": "Basic"}}}],
    }
    with HerokuSandbox(account) as sandbox, pytest.raises(UserError, match="no command is known for web"):
        imported(sandbox, tmp_path, "odd")


def test_a_folder_that_is_not_there(heroku: HerokuSandbox, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder"):
        imported(heroku, tmp_path / "nowhere")
    assert heroku.faults.calls == 0


def test_damaged_config_values_are_not_overwritten(heroku: HerokuSandbox, tmp_path: Path) -> None:
    path = ConfigStore(tmp_path, "production").path
    path.parent.mkdir(parents=True)
    path.write_text("{")
    with pytest.raises(UserError):
        imported(heroku, tmp_path)
    assert files(tmp_path) == {".hafen/config/production.json": "{"}


def test_config_values_that_cannot_be_kept(heroku: HerokuSandbox, tmp_path: Path) -> None:
    (tmp_path / ".hafen").write_text("in the way")
    with pytest.raises(UserError):
        imported(heroku, tmp_path)
    assert files(tmp_path) == {".hafen": "in the way"}
