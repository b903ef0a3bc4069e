"""What becomes of a config var: kept or not, secret or not, and whether a run on this machine may have its value."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from hafen.model.app import CONFIG_KEY
from hafen.model.heroku import ConfigHint
from hafen.planning.heroku_hosts import service_of

Fate = Literal["keep", "drop", "volume"]
_SECRET_WORDS = re.compile(
    r"(^|_)(SECRETS?|PASSWORDS?|PASSWD|PASSPHRASE|PWD|CREDENTIALS?|PRIVATE|ENCRYPTION|DSN)(_|$|\d)", re.IGNORECASE
)
_LIKELY_WORDS = re.compile(
    r"(^|_)(TOKENS?|APIKEY|KEYS?|PASS|AUTH|CERT|PEM|SALT|PEPPER|SIGNING|LICENSE|WEBHOOK|JWT)(_|$|\d)", re.IGNORECASE
)
_PUBLIC_WORDS = re.compile(
    r"(^|_)(PUBLIC|PUBLISHABLE|SITE|PREFIX|TTL|EXPIRY|EXPIRES|LENGTH|NAME|ID)(_|$)", re.IGNORECASE
)
_SWITCH = re.compile(r"^(true|false|yes|no|on|off|0|1)$", re.IGNORECASE)
_LOGIN_IN_ADDRESS = re.compile(r"^[a-z][a-z0-9+.:-]*://\S*@", re.IGNORECASE)
_SECRET_PARAMETER = re.compile(
    r"(?:^|[\s?&;])(password|passwd|pwd|token|secret|key|apikey|api_key|sig|signature)=", re.IGNORECASE
)
_FOLDER_KEY = re.compile(r"_(DIR|DIRECTORY|FOLDER|PATH|ROOT)$", re.IGNORECASE)
_STORE_KEY = re.compile(
    r"(^|_)(DATA|STORAGE|UPLOADS?|MEDIA|FILES?|DB|DATABASE|SQLITE|STATE|ATTACHMENTS?|BLOBS?|VAR|PERSISTENT)_",
    re.IGNORECASE,
)
_OTHER_FOLDER_KEY = re.compile(
    r"(^|_)(TMP|TEMP|CACHE|STATIC|ASSETS?|BUILD|DIST|TEMPLATES?|PUBLIC|BIN|LIB|SRC|SOURCE|APP|PROJECT|HOME|WORK|LOGS?"
    r"|CONFIG|SETTINGS|PYTHON|NODE|GEM|GO|JAVA|CHROME|SCRIPTS?|MIGRATIONS?|LOCALES?|FONTS?|URL|BASE|API)_",
    re.IGNORECASE,
)
_HIGH_ENTROPY_BITS = 3.3
_LONG = 20


@dataclass(frozen=True)
class Decision:
    """fate: keep, drop, or volume, the value being a folder. reason: of the fate, a sentence without a full stop.

    secret: why it is one, "" when it is not. service: host that the value points at, "" for none or this machine.
    addon: name of the add-on that sets it. hint: what app.json says.
    """

    key: str
    fate: Fate
    reason: str
    secret: str = ""
    service: str = ""
    addon: str = ""
    hint: ConfigHint = field(default_factory=ConfigHint)


def decide(key: str, value: str | None, hint: ConfigHint | None, addon: str) -> Decision:
    """value: None when only app.json speaks of the key. addon: the add-on that sets it, or ""."""
    hint = hint or ConfigHint()
    dropped = _why_dropped(key, addon)
    if dropped:
        return Decision(key, "drop", dropped, addon=addon, hint=hint)
    shown = hint.value if value is None else value
    if _is_store_folder(key, shown):
        return Decision(
            key, "volume", "names a folder for files, so it becomes a volume that outlives releases", hint=hint
        )
    return Decision(
        key,
        "keep",
        "",
        secret=why_secret(key, shown or "", hint, addon),
        service=service_of(key, shown or ""),
        addon=addon,
        hint=hint,
    )


def _why_dropped(key: str, addon: str) -> str:
    if key.startswith("HEROKU_"):
        owner = f"a name that the add-on {addon} gives at Heroku" if addon else "set by Heroku about itself"
        return f"{owner}; outside it means nothing"
    if key == "PORT":
        return "every replica gets a free port of its own"
    if key == "DYNO":
        return "a dyno's name; there are no dynos here"
    if not re.fullmatch(CONFIG_KEY, key) or len(key) > 256:
        return "not a name that a shell can export: letters, digits and _, no digit first"
    return ""


def _is_store_folder(key: str, value: str | None) -> bool:
    """A key that names a folder, by a word for stored things or, with `_DIR`, by no word for anything else."""
    if not value or "://" in value or not _FOLDER_KEY.search(key) or "\n" in value or ":" in value:
        return False
    return bool(_STORE_KEY.search(key)) or (key.upper().endswith("_DIR") and not _OTHER_FOLDER_KEY.search(key))


def why_secret(key: str, value: str, hint: ConfigHint, addon: str = "") -> str:
    """Why a value must not be shown, "" when it may. The first reason that holds."""
    reasons: dict[str, object] = {
        "app.json has it generated as a secret": hint.generate,
        "an address with a login in it": _LOGIN_IN_ADDRESS.search(value),
        "an address with a secret in it": _SECRET_PARAMETER.search(value),
        "its name says so": _named_secret(key) and not _SWITCH.match(value),
        "a private key": "PRIVATE KEY-----" in value,
        "its value looks random": looks_random(value),
        f"it belongs to the add-on {addon}": addon,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _named_secret(key: str) -> bool:
    likely = _LIKELY_WORDS.search(key) and not _PUBLIC_WORDS.search(key)
    return bool(_SECRET_WORDS.search(key) or likely)


def looks_random(value: str) -> bool:
    """Long, one word, letters mixed with digits, and no pattern: such values are keys. Bits a character by Shannon."""
    if (
        len(value) < _LONG
        or re.search(r"[\s:/@,.]", value)
        or not (re.search(r"\d", value) and re.search(r"[A-Za-z]", value))
    ):
        return False
    counts = Counter(value)
    bits = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    return bits >= _HIGH_ENTROPY_BITS


def why_not_local(decision: Decision) -> str:
    """Why a run on this machine must not have production's value, "" when it may."""
    if decision.hint.generate:
        return "made anew at random by the first deploy"
    if decision.addon:
        return "belongs to an add-on of production, whose data a local run must not touch"
    if decision.service:
        return f"points at {decision.service}, whose data a local run must not touch"
    if decision.secret:
        return "a secret of production, which a local run must not use"
    return ""
