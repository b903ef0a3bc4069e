"""Config vars, read once from the environment; all mistakes are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PARTS = frozenset({"api", "admin"})
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SECRET_KEY_MIN_LENGTH = 32
MONGODB_COMES_NEXT = "MONGODB_URI: the MongoDB store is not there yet; unset it to use the embedded store"


class SettingsError(Exception):
    """One or more config vars are missing or wrong; one line each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Secrets are kept out of `repr`, so that no log shows them by accident."""

    secret_key: str = field(repr=False)
    data_dir: Path = Path("var")
    outbox_token: str | None = field(default=None, repr=False)
    admin_email: str = "admin@inspirenow.example"
    admin_password: str | None = field(default=None, repr=False)
    parts: frozenset[str] = PARTS
    log_level: str = "INFO"
    # Proxies of ours between the client and this process; each adds one address to X-Forwarded-For.
    trusted_proxy_hops: int = 1


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Raises SettingsError with every mistake found."""
    mistakes = [*_secret_key_mistakes(environment), *_choice_mistakes(environment)]
    if environment.get("MONGODB_URI"):
        mistakes.append(MONGODB_COMES_NEXT)
    if mistakes:
        raise SettingsError(mistakes)
    return Settings(
        secret_key=environment["SECRET_KEY"],
        data_dir=Path(environment.get("DATA_DIR") or "var"),
        outbox_token=environment.get("OUTBOX_TOKEN") or None,
        admin_email=environment.get("ADMIN_EMAIL") or "admin@inspirenow.example",
        admin_password=environment.get("ADMIN_PASSWORD") or None,
        parts=_parts(environment),
        log_level=_log_level(environment),
        trusted_proxy_hops=int(_hops(environment)),
    )


def _secret_key_mistakes(environment: Mapping[str, str]) -> list[str]:
    secret_key = environment.get("SECRET_KEY", "")
    if not secret_key:
        return ["SECRET_KEY: missing; set at least 32 random characters"]
    if len(secret_key) < SECRET_KEY_MIN_LENGTH:
        return [f"SECRET_KEY: {len(secret_key)} characters are too few; set at least {SECRET_KEY_MIN_LENGTH}"]
    return []


def _choice_mistakes(environment: Mapping[str, str]) -> list[str]:
    mistakes = []
    unknown = _parts(environment) - PARTS
    if unknown:
        mistakes.append(f"PARTS: {', '.join(sorted(unknown))} is unknown; choose from api, admin")
    if _log_level(environment) not in LOG_LEVELS:
        mistakes.append(f"LOG_LEVEL: {_log_level(environment)!r} is unknown; choose from {', '.join(LOG_LEVELS)}")
    if not _hops(environment).isdecimal():
        mistakes.append(f"TRUSTED_PROXY_HOPS: {_hops(environment)!r} is not a number; set 0, 1, 2 …")
    return mistakes


def _hops(environment: Mapping[str, str]) -> str:
    return environment.get("TRUSTED_PROXY_HOPS") or "1"


def _parts(environment: Mapping[str, str]) -> frozenset[str]:
    named = environment.get("PARTS") or "api,admin"
    return frozenset(part.strip() for part in named.split(",") if part.strip())


def _log_level(environment: Mapping[str, str]) -> str:
    return (environment.get("LOG_LEVEL") or "INFO").upper()
