"""Config vars: what is kept, what is made, what is refused, and when a release follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from hafen.errors import Locked, ReleasePhaseFailed, UnknownName, UserError
from hafen.model.app import App
from hafen.model.release import Release, Source
from hafen.model.reporter import Reporter, Silent
from hafen.model.target import Change, Target
from hafen.operations.config import ensure_values, get_value, is_secret, set_values, unset_values
from hafen.providers.config_store import ConfigStore

APP = App.model_validate(
    {
        "app": "shop",
        "processes": {"web": {"command": "serve"}},
        "config": {
            "SECRET_KEY": {"secret": True, "generate": True},
            "LOG_LEVEL": {},
            "MAIL": {"required": False},
            "DATA_DIR": {},
        },
        "volumes": {"data": {"variable": "DATA_DIR"}},
    }
)


@dataclass
class Recorder:
    """A target that writes down what it was asked for."""

    deployed: bool = True
    held: bool = False
    url: str = "http://127.0.0.1:1"
    phase_fails: bool = False
    calls: list[str] = field(default_factory=list)
    running: Mapping[str, str] = field(default_factory=lambda: {"LOG_LEVEL": "INFO", "SECRET_KEY": "k"})
    given: Mapping[str, str] | None = None

    @contextmanager
    def deploy_lock(self, _why: str) -> Iterator[None]:
        if self.held:
            raise Locked("eva deploys")
        yield

    def current_release(self) -> Release | None:
        return _release(1) if self.deployed else None

    def prepare(self, change: Change, _say: Reporter) -> Release:
        if change.config == self.running:
            return _release(1)
        self.calls.append(change.description)
        self.given = change.config
        return _release(2)

    def run_release_phase(self, _release: Release, _say: Reporter) -> None:
        self.calls.append("release phase")
        if self.phase_fails:
            raise ReleasePhaseFailed("exit 1")

    def roll_out(self, _release: Release, _say: Reporter) -> None:
        self.calls.append("roll out")
        self.running = self.given or {}


def _release(version: int) -> Release:
    return Release(version, Source("sha256:0"), 1, "2026-01-01T00:00:00+00:00", "eva", "", (("web", "serve"),))


@pytest.fixture
def store(tmp_path: Path) -> ConfigStore:
    made = ConfigStore(tmp_path, "local")
    made.replace({"LOG_LEVEL": "INFO", "SECRET_KEY": "k"})
    return made


def as_target(recorder: Recorder) -> Target:
    return cast(Any, recorder)


def test_generated_values_are_made_once(tmp_path: Path) -> None:
    store = ConfigStore(tmp_path, "local")
    store.replace({"LOG_LEVEL": "INFO"})
    first = ensure_values(APP, store)
    assert len(first["SECRET_KEY"]) >= 32
    assert ensure_values(APP, store) == first == store.read()


def test_all_that_is_missing_is_named_at_once_and_volumes_are_not(tmp_path: Path) -> None:
    app = APP.model_copy(update={"config": {**APP.config, "STRIPE": APP.config["LOG_LEVEL"]}})
    with pytest.raises(UserError, match="no value for LOG_LEVEL, STRIPE") as raised:
        ensure_values(app, ConfigStore(tmp_path, "local"))
    assert "hafen config set LOG_LEVEL STRIPE" in raised.value.hint


def test_a_new_value_is_released_with_all_the_others(store: ConfigStore) -> None:
    target = Recorder()
    set_values(as_target(target), APP, store, {"LOG_LEVEL": "DEBUG", "NEW": "1"}, Silent())
    assert target.calls == ["Set LOG_LEVEL, NEW config vars", "release phase", "roll out"]
    assert target.given == {"LOG_LEVEL": "DEBUG", "NEW": "1", "SECRET_KEY": "k"} == store.read()


def test_the_same_value_again_changes_nothing(store: ConfigStore) -> None:
    target = Recorder()
    assert set_values(as_target(target), APP, store, {"LOG_LEVEL": "INFO"}, Silent()) is None
    assert unset_values(as_target(target), APP, store, ["NEVER"], Silent()) is None
    assert target.calls == []


def test_a_release_that_failed_is_made_up_for_by_the_same_call_again(store: ConfigStore) -> None:
    target = Recorder(phase_fails=True)
    for _ in range(2):
        with pytest.raises(ReleasePhaseFailed):
            set_values(as_target(target), APP, store, {"LOG_LEVEL": "DEBUG"}, Silent())
    assert store.read()["LOG_LEVEL"] == "DEBUG"
    target.phase_fails = False
    assert set_values(as_target(target), APP, store, {"LOG_LEVEL": "DEBUG"}, Silent())
    assert target.running["LOG_LEVEL"] == "DEBUG"


def test_values_are_read_under_the_lock(store: ConfigStore) -> None:
    class Late(Recorder):
        @contextmanager
        def deploy_lock(self, _why: str) -> Iterator[None]:
            store.replace({**store.read(), "MAIL": "set by another while this one waited"})
            yield

    set_values(as_target(Late()), APP, store, {"LOG_LEVEL": "DEBUG"}, Silent())
    assert store.read()["MAIL"] == "set by another while this one waited"


def test_before_the_first_release_a_value_is_only_kept(store: ConfigStore) -> None:
    target = Recorder(deployed=False)
    set_values(as_target(target), APP, store, {"MAIL": "x"}, Silent())
    assert target.calls == []
    assert store.read()["MAIL"] == "x"


def test_unset_forgets_and_releases(store: ConfigStore) -> None:
    target = Recorder()
    target.running = {**store.read(), "MAIL": "x"}
    store.replace(target.running)
    unset_values(as_target(target), APP, store, ["MAIL"], Silent())
    assert target.calls[0] == "Unset MAIL config vars"
    assert "MAIL" not in store.read()


def test_who_does_not_get_the_lock_changes_no_value(store: ConfigStore) -> None:
    with pytest.raises(Locked):
        set_values(as_target(Recorder(held=True)), APP, store, {"LOG_LEVEL": "DEBUG"}, Silent())
    assert store.read()["LOG_LEVEL"] == "INFO"


@pytest.mark.parametrize("key", ["PORT", "DYNO", "DATA_DIR", "1A", "A-B", "Ä", ""])
def test_a_key_that_is_the_targets_or_no_name_is_refused(store: ConfigStore, key: str) -> None:
    before = store.read()
    with pytest.raises(UserError):
        set_values(as_target(Recorder()), APP, store, {key: "x"}, Silent())
    assert store.read() == before


def test_an_unknown_key_counts_as_secret(store: ConfigStore) -> None:
    assert is_secret(APP, "WHATEVER")
    assert not is_secret(APP, "LOG_LEVEL")
    with pytest.raises(UnknownName):
        get_value(store, "WHATEVER")
