"""The preflight report: what is carried over, what differs, and what somebody must do before the move. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hafen.model.heroku import AddOnFact, Checkout, HerokuApp
from hafen.model.preflight import Finding, Preflight
from hafen.planning.heroku_addons import replacement
from hafen.planning.heroku_build import build_findings
from hafen.planning.heroku_costs import costs_now, size_prices
from hafen.planning.heroku_import import MOST_REPLICAS, Imported
from hafen.planning.heroku_sizes import size_name
from hafen.planning.heroku_traps import trap_findings

_RANK = {"action": 0, "note": 1, "ok": 2}


@dataclass(frozen=True)
class Subject:
    """What is judged. facts: of production, completed. development: the pipeline's sibling that was read.

    today: ISO day that prices from the API carry.
    """

    facts: HerokuApp
    imported: Imported
    checkout: Checkout | None
    development: HerokuApp | None
    today: str


def preflight(subject: Subject) -> Preflight:
    """Findings with something to do come first, each kind in the order of hafen.yaml."""
    facts = subject.facts
    findings = [
        *_process_findings(subject),
        *_config_findings(subject),
        *_addon_findings(facts.addons),
        *_domain_findings(subject),
        *trap_findings(facts, subject.imported.app, subject.checkout),
        *build_findings(facts, subject.checkout),
        *_source_findings(subject),
    ]
    ordered = sorted(findings, key=lambda finding: _RANK[finding.severity])
    costs = tuple(costs_now(facts, subject.development, subject.today)) if subject.facts.from_api else ()
    sizes = tuple(size_prices(facts, subject.today))
    return Preflight(subject.imported.app.app, facts.origin, tuple(ordered), costs, sizes)


def _process_findings(subject: Subject) -> Iterator[Finding]:
    facts = subject.facts
    for one in facts.formation:
        name = subject.imported.process_names[one.process]
        size = size_name(one.size or "", facts.dyno_sizes) if one.size else ""
        is_what = f"{one.quantity} × {one.size}" if one.size else f"{one.quantity}"
        yield Finding("ok", "processes", one.process, f"{is_what} becomes processes.{name}: {one.command}")
        if name != one.process:
            yield Finding(
                "note", "processes", one.process, f"is called {name} in hafen.yaml, as Kubernetes wants names"
            )
        if size and size != one.size.lower():
            yield Finding(
                "note",
                "processes",
                one.process,
                f"has the size {one.size}, which hafen.yaml does not know; {size} is like it",
            )
        if one.quantity > MOST_REPLICAS:
            yield Finding("action", "processes", one.process, f"runs {one.quantity} times; {MOST_REPLICAS} are written")
        if one.quantity == 0:
            yield Finding("note", "processes", one.process, "runs nowhere now and is carried over with 0 replicas")


def _config_findings(subject: Subject) -> Iterator[Finding]:
    kept = [one for one in subject.imported.decisions if one.fate == "keep"]
    secret = [one.key for one in kept if one.secret]
    if kept:
        what = f"{len(kept)} are kept, {len(secret)} of them secret; no value stands in hafen.yaml or goes to git"
        yield Finding("ok", "config", "config vars", what)
    yield from _dropped_findings(subject)
    copied = [one.key for one in kept if one.key in subject.imported.values["local"]]
    if copied:
        yield Finding("ok", "config", ", ".join(copied), "also given to local runs (environment local)")
    yield from _local_findings(subject)
    yield from _missing_findings(subject)
    for one in kept:
        if subject.facts.config.get(one.key, "").startswith("/app"):
            what = "points into /app, the folder that an app has at Heroku"
            yield Finding("note", "config", one.key, what, "make it relative, or check it in the image")


def _missing_findings(subject: Subject) -> Iterator[Finding]:
    """Keys that a checkout's app.json demands without a value; an app at Heroku runs without them."""
    demanded = [one for one in subject.imported.decisions if one.hint.required and not one.hint.generate]
    missing = [one.key for one in demanded if one.fate == "keep" and one.key not in subject.facts.config]
    if missing and not subject.facts.from_api:
        what = "app.json requires it and gives no value"
        next_ = f"`hafen config set {' '.join(missing)}`, for every environment with -e"
        yield Finding("action", "config", ", ".join(missing), what, next_)


def _dropped_findings(subject: Subject) -> Iterator[Finding]:
    """Dropped keys by reason; those that the code reads apart, as somebody must change that code."""
    dropped = [one for one in subject.imported.decisions if one.fate == "drop"]
    mentions = {one.word: one.where for one in subject.checkout.mentions} if subject.checkout else {}
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


def _local_findings(subject: Subject) -> Iterator[Finding]:
    """Keys that local runs were not given: those that they need, and those that they can do without."""
    app, local = subject.imported.app, subject.imported.app.environments["local"]
    rules = {**app.config, **local.config}
    needed = {key for key in subject.imported.not_local if rules[key].required and not rules[key].generate}
    for reason, keys in _by_reason(subject.imported.not_local.items()):
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


def _addon_findings(addons: Iterable[AddOnFact]) -> Iterator[Finding]:
    for one in addons:
        found = replacement(one.service)
        subject = f"{one.service}:{one.plan}".rstrip(":")
        if found.schedules:
            what = f"takes its place: {found.what}; which jobs it runs, and when, Heroku's API does not tell"
            yield Finding("action", "schedules", subject, what, found.move)
            continue
        instead = f"takes its place: {found.what}" if found.what else "replacement: none that Hafen knows"
        shared = f" (attached from the app {one.owner}, which pays for it)" if one.owner else ""
        data = "; holds data that must be moved" if found.state else ""
        yield Finding("action" if _needs_work(one) else "note", "add-ons", subject, instead + shared + data, found.move)


def _needs_work(one: AddOnFact) -> bool:
    found = replacement(one.service)
    return found.state or found.kind in ("same", "hosted") or not found.what


def _domain_findings(subject: Subject) -> Iterator[Finding]:
    facts = subject.facts
    for domain in subject.imported.app.domains:
        what = "carried over; its DNS record still points at Heroku (CNAME to …herokudns.com)"
        next_ = (
            "lower its TTL to 60 s a day before, then change it to an A record of the load balancer, and raise it later"
        )
        if domain.startswith("*."):
            next_ += "; a wildcard certificate needs a DNS-01 challenge"
        yield Finding("action", "domains", domain, what, next_)
    for domain in subject.imported.unserved:
        yield Finding(
            "action", "domains", domain, "is not a name that hafen.yaml can hold, so it is left out", "add it by hand"
        )
    if subject.facts.from_api and facts.formation:
        what = f"the address {facts.name}-….herokuapp.com ends with the app at Heroku"
        yield Finding(
            "action", "domains", "herokuapp.com", what, "look for it in webhooks, OAuth callbacks, mails and clients"
        )


def _source_findings(subject: Subject) -> Iterator[Finding]:
    facts = subject.facts
    for unread in facts.unread:
        yield Finding(
            "action", "source", unread.partition(":")[0], f"could not be read ({unread})", "use a key of an owner"
        )
    development = subject.development.name if subject.development else ""
    if development:
        what = "becomes the environment development, with its own config values"
        yield Finding("ok", "source", development, what)
    for sibling in facts.siblings:
        if sibling.name != development:
            what = f"is in the same pipeline ({sibling.stage}) and was not imported"
            yield Finding("note", "source", sibling.name, what)
    if facts.pipeline_stage in ("development", "staging", "review"):
        what = f"is the {facts.pipeline_stage} app of the pipeline {facts.pipeline}; it was imported as production"
        production = [one.name for one in facts.siblings if one.stage == "production"]
        yield Finding("action", "source", facts.name, what, f"import {production[0]} instead" if production else "")
    if subject.facts.from_api:
        what = "data inside add-ons, autoscaling, alerts, DNS, invoices and credits"
        yield Finding("note", "source", "not in the API", f"Heroku's API does not tell: {what}")
    if subject.checkout:
        yield from _checkout_findings(subject, subject.checkout)


def _checkout_findings(subject: Subject, checkout: Checkout) -> Iterator[Finding]:
    if subject.facts.from_api and checkout.files:
        what = f"{' and '.join(checkout.files)} in {checkout.folder} completed what the API tells"
        yield Finding("ok", "source", "checkout", what, "another app's folder? name the right one with --source")
    for one in subject.facts.formation:
        there = checkout.processes.get(one.process)
        if subject.facts.from_api and there and there != one.command:
            what = f"runs another command at Heroku than {checkout.folder}/Procfile says: {there}"
            yield Finding(
                "action", "processes", one.process, what, "decide which is right; hafen.yaml has what runs now"
            )
