"""The preflight report: what is carried over, what differs, and what somebody must do before the move. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hafen.model.heroku import AddOnFact, Checkout, HerokuApp
from hafen.model.preflight import Finding, Preflight
from hafen.planning.heroku_addons import replacement
from hafen.planning.heroku_build import build_findings
from hafen.planning.heroku_config_findings import config_findings
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
        *config_findings(facts, subject.imported, subject.checkout),
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
    if not subject.facts.from_api:
        return
    if checkout.files:
        what = f"{' and '.join(checkout.files)} in {checkout.folder} completed what the API tells"
        yield Finding("ok", "source", "checkout", what, "another app's folder? name the right one with --source")
    yield from _drift_findings(subject.facts, checkout)


def _drift_findings(facts: HerokuApp, checkout: Checkout) -> Iterator[Finding]:
    """Where the checkout's Procfile and what runs at Heroku differ."""
    running = {one.process: one.command for one in facts.formation}
    for process, command in checkout.processes.items():
        if process not in running:
            what = "stands in the checkout's Procfile and not at Heroku; it was not carried over"
            yield Finding("note", "processes", process, what, "deploy it there and import again, or write it by hand")
        elif command != running[process]:
            what = f"runs another command at Heroku than the checkout's Procfile says: {command}"
            yield Finding("action", "processes", process, what, "decide which is right; hafen.yaml has what runs now")
