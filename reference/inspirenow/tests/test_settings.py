"""Config vars: all mistakes at once, no secret shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inspirenow.settings import MONGODB_COMES_NEXT, Settings, SettingsError, from_environment

ROOT = Path(__file__).resolve().parents[1]
SECRET_KEY = "x" * 32


def test_one_variable_is_enough() -> None:
    assert from_environment({"SECRET_KEY": SECRET_KEY}) == Settings(SECRET_KEY)


def test_empty_counts_as_unset() -> None:
    names = ("DATA_DIR", "OUTBOX_TOKEN", "ADMIN_EMAIL", "ADMIN_PASSWORD", "PARTS", "LOG_LEVEL", "MONGODB_URI")
    assert from_environment({"SECRET_KEY": SECRET_KEY, **dict.fromkeys(names, "")}) == Settings(SECRET_KEY)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as told:
        from_environment(
            {"SECRET_KEY": "short", "PARTS": "api,shop", "LOG_LEVEL": "loud", "MONGODB_URI": "mongodb://x"}
        )
    assert told.value.mistakes == [
        "SECRET_KEY: 5 characters are too few; set at least 32",
        "PARTS: shop is unknown; choose from api, admin",
        "LOG_LEVEL: 'LOUD' is unknown; choose from DEBUG, INFO, WARNING, ERROR",
        MONGODB_COMES_NEXT,
    ]


def test_no_secret_is_shown() -> None:
    settings = Settings("the key", outbox_token="the token", admin_password="the password")
    assert "the " not in repr(settings)


def environment(**variables: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables}


@pytest.mark.parametrize("module", [["inspirenow", "migrate"], ["uvicorn", "inspirenow.asgi:app", "--port", "0"]])
def test_the_process_ends_with_the_mistake_and_nothing_else(module: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", *module], env=environment(), capture_output=True, text=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stderr) == (1, "SECRET_KEY: missing; set at least 32 random characters\n")


def test_app_json_describes_every_config_var() -> None:
    described = set(json.loads((ROOT / "app.json").read_text(encoding="utf-8"))["env"])
    source = (ROOT / "inspirenow" / "settings.py").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in described if name in source and f"`{name}`" in readme} == described
