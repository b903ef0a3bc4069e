"""What the preflight says of config vars: kept, dropped, given to local runs or not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hafen.model.heroku import Checkout, HerokuApp
from hafen.model.preflight import Finding
from hafen.planning.heroku_import import Imported


def config_findings(facts: HerokuApp, imported: Imported, checkout: Checkout | None) -> Iterator[Finding]:
    kept = [one for one in imported.decisions if one.fate == "keep"]
    secret = [one.key for one in kept if one.secret]
    if kept:
        what = f"{len(kept)} are kept, {len(secret)} of them secret; no value stands in hafen.yaml or goes to git"
        yield Finding("ok", "config", "config vars", what)
    yield from _dropped_findings(imported, checkout)
    copied = [one.key for one in kept if one.key in imported.values["local"]]
    if copied:
        yield Finding("ok", "config", ", ".join(copied), "also given to local runs (environment local)")
    yield from _local_findings(imported)
    yield from _missing_findings(facts, imported)
    for one in kept:
        if facts.config.get(one.key, "").startswith("/app"):
            what = "points into /app, the folder that an app has at Heroku"
            yield Finding("note", "config", one.key, what, "make it relative, or check it in the image")


def _missing_findings(facts: HerokuApp, imported: Imported) -> Iterator[Finding]:
    """Keys that a checkout's app.json demands without a value; an app at Heroku runs without them."""
    demanded = [one for one in imported.decisions if one.hint.required and not one.hint.generate]
    missing = [one.key for one in demanded if one.fate == "keep" and one.key not in facts.config]
    if missing and not facts.from_api:
        what = "app.json requires it and gives no value"
        next_ = f"`hafen config set {' '.join(missing)}`, for every environment with -e"
        yield Finding("action", "config", ", ".join(missing), what, next_)


def _dropped_findings(imported: Imported, checkout: Checkout | None) -> Iterator[Finding]:
    """Dropped keys by reason; those that the code reads apart, as somebody must change that code."""
    dropped = [one for one in imported.decisions if one.fate == "drop"]
    mentions = {one.word: one.where for one in checkout.mentions} if checkout else {}
    read = [one for one in dropped if one.key in mentions]
    for one in read:
        what = f"dropped ({one.reason}), but {mentions[one.key]} reads it"
        yield Finding("action", "config", one.key, what, "read a config var of your own there, and set that")
    for reason, keys in _by_reason((one.key, one.reason) for one in dropped if one not in read):
        yield Finding("ok", "config", ", ".join(keys), f"dropped: {reason}")


def _by_reason(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Keys that share a reason, together."""
    groups: dict[str, list[str]] = {}
    for key, reason in pairs:
        groups.setdefault(reason, []).append(key)
    yield from groups.items()


def _local_findings(imported: Imported) -> Iterator[Finding]:
    """Keys that local runs were not given: those that they need, and those that they can do without."""
    app, local = imported.app, imported.app.environments["local"]
    rules = {**app.config, **local.config}
    needed = {key for key in imported.not_local if rules[key].required and not rules[key].generate}
    for reason, keys in _by_reason(imported.not_local.items()):
        what = f"not given to local runs: {reason}"
        wanted = [key for key in keys if key in needed]
        spare = [key for key in keys if key not in needed]
        if wanted:
            next_ = (
                f"give local runs one of their own before the first `hafen up`: `hafen config set {' '.join(wanted)}`"
            )
            yield Finding("action", "config", ", ".join(wanted), what, next_)
        if spare:
            made = all(rules[key].generate for key in spare)
            next_ = "" if made else f"if a local run needs it: `hafen config set {' '.join(spare)}`"
            yield Finding("note", "config", ", ".join(spare), what, next_)
