"""An app's facts, read from the stand-in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hafen.errors import AnswerInvalid, UnknownName
from hafen.model.heroku import HerokuApp, PipelineApp
from hafen.providers.heroku.client import HerokuApi
from hafen.providers.heroku.reader import read_app
from hafen.sandbox.heroku.account import default_account
from hafen.sandbox.heroku.faults import FaultPlan
from hafen.sandbox.heroku.server import HerokuSandbox


def read(name: str = "inspirenow", account: dict[str, Any] | None = None, faults: str = "") -> HerokuApp:
    with HerokuSandbox(account, faults=FaultPlan.parse(faults)) as heroku, HerokuApi(heroku.api_key, heroku.url) as api:
        return read_app(api, name)


def test_everything_is_read() -> None:
    account = default_account()["apps"][0]
    app = read()
    web = app.formation[0]
    assert (web.process, web.quantity, web.size) == ("web", 1, "Standard-2X")
    assert web.command == account["process_types"]["web"]
    assert app.release_command == account["process_types"]["release"]
    assert app.config == account["config_vars"]
    assert app.domains == ("api.inspirenow.example",)
    assert {addon.service: addon.price_usd_month for addon in app.addons} == {
        "heroku-redis": Decimal(3),
        "papertrail": Decimal(7),
        "scheduler": Decimal(0),
    }
    assert next(addon.config_vars for addon in app.addons if addon.service == "heroku-redis") == ("REDIS_URL",)
    assert app.siblings == (PipelineApp("inspirenow-development", "development"),)
    assert (app.pipeline, app.pipeline_stage, app.release_version) == ("inspirenow", "production", 47)
    assert (app.buildpacks, app.stack, app.region, app.acm) == (("heroku/python",), "heroku-24", "eu", True)
    assert {size.name: size.price_usd_month for size in app.dyno_sizes}["Standard-2X"] == Decimal(50)
    assert app.unread == ()


def test_values_are_not_in_its_repr() -> None:
    app = read()
    assert not [value for key, value in app.config.items() if "not-a-real" in value and value in repr(app)]


@pytest.mark.parametrize(
    ("wanted", "hint"), [("inspirenov", "inspirenow"), ("xyz", "inspirenow, inspirenow-development")]
)
def test_an_app_that_is_not_there(wanted: str, hint: str) -> None:
    with pytest.raises(UnknownName) as caught:
        read(wanted)
    assert caught.value.hint == hint


@pytest.mark.parametrize("name", ["../account", "a b", "", "x" * 65])
def test_a_name_that_cannot_be_one(name: str) -> None:
    with pytest.raises(UnknownName):
        read(name)


@pytest.mark.parametrize(
    ("path", "part"), [("/config-vars", "config vars"), ("/log-drains", "log drains"), ("/formation", "formation")]
)
def test_what_the_key_may_not_read_is_named(path: str, part: str) -> None:
    app = read(faults=f"*:403@{path}")
    assert len(app.unread) == 1
    assert app.unread[0].startswith(f"{part}: Heroku refuses")


def test_commands_of_a_release_without_a_slug_are_those_before_it() -> None:
    account = default_account()
    account["apps"][0]["releases"].append(
        {"version": 48, "description": "Set X", "created_at": "2021-06-02T00:00:00Z", "slug": False}
    )
    app = read(account=account)
    assert app.release_version == 48
    assert app.release_command == "python -m inspirenow migrate"


def test_a_process_of_the_slug_that_runs_nowhere() -> None:
    account = default_account()
    account["apps"][0]["process_types"]["worker"] = "python -m worker"
    assert [(one.process, one.quantity) for one in read(account=account).formation] == [("web", 1), ("worker", 0)]


def test_an_app_without_a_pipeline() -> None:
    account = default_account()
    account["pipelines"] = {}
    app = read(account=account)
    assert (app.pipeline, app.siblings, app.unread) == ("", (), ())


def test_a_log_drain_shows_without_its_password() -> None:
    account = default_account()
    account["apps"][0]["log_drains"] = ["https://user:secret@logs.example/drain?token=secret"]
    assert read(account=account).log_drains == ("https://logs.example",)


def test_an_answer_that_is_not_herokus() -> None:
    account = default_account()
    account["apps"][0]["config_vars"]["NUMBER"] = 3
    with pytest.raises(AnswerInvalid):
        read(account=account)
