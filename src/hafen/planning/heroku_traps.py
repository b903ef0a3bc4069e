"""What Heroku did without saying so: each trap with whom it concerns. Pure.

Sources: devcenter.heroku.com/articles/dynos (file system, restarts, shutdown), /request-timeout, /http-routing,
/websockets, /session-affinity, /eco-dyno-hours, /automated-certificate-management, /log-drains, /release-phase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hafen.model.app import App
from hafen.model.heroku import Checkout, HerokuApp
from hafen.model.preflight import Finding, Severity
from hafen.planning.heroku_sizes import is_eco

_FIXED_PORT = re.compile(r"(?:--port[= ]|-p[= ]|-b \S*:|--bind[= ]\S*:|:)(\d{4,5})\b")
_READS_PORT = re.compile(r"\$\{?PORT\b")


def trap_findings(facts: HerokuApp, app: App, checkout: Checkout | None) -> Iterator[Finding]:
    yield from _disk(app, checkout)
    yield from _port(app)
    yield from _release_phase(app)
    yield from _health(app, checkout)
    yield from _sleep(facts)
    yield from _certificates(facts, app)
    yield from _router(facts, checkout)
    yield from _logs(facts)
    yield from _space(facts)
    yield _finding("note", "daily restart", _DAILY, "watch memory during the first days; a leak shows")
    yield _finding("ok", "SIGTERM", "as at Heroku, a replica has 30 s between SIGTERM and SIGKILL (stop_s)")


_DAILY = "Heroku restarts every dyno once a day; with Hafen a replica runs until the next release, so leaks grow"
_KEPT = "Heroku empties its disk at every restart and release; with Hafen this folder is a volume, which stays"
_LOST = "files that the app writes are lost with every release, as at Heroku with every restart"


def _finding(severity: Severity, subject: str, what: str, next_: str = "") -> Finding:
    return Finding(severity, "behaviour", subject, what, next_)


def _disk(app: App, checkout: Checkout | None) -> Iterator[Finding]:
    for name, volume in app.volumes.items():
        next_ = "" if all(process.replicas <= 1 for process in app.processes.values()) else "several replicas share it"
        yield _finding("ok", volume.variable, f"{_KEPT} (volumes.{name}); it begins empty", next_)
    sqlite = _mention(checkout, "sqlite3", "sqlite")
    if not app.volumes and sqlite:
        next_ = "if it is a database file that must last: a config var with its folder, and that under volumes:"
        yield _finding("action", "files on disk", f"{_LOST}, and {sqlite} uses SQLite", next_)
    elif not app.volumes:
        yield _finding(
            "note", "files on disk", _LOST, "for files that must last: a config var with their folder, under volumes:"
        )


def _port(app: App) -> Iterator[Finding]:
    web = app.processes.get("web")
    if web is None:
        return
    fixed = _FIXED_PORT.search(web.command)
    if _READS_PORT.search(web.command):
        yield _finding("ok", "$PORT", "the command of web reads it, and every replica is given one of its own")
    elif fixed:
        next_ = f"write $PORT in its place, or `port: {fixed[1]}` under processes.web"
        yield _finding("action", "$PORT", f"the command of web names the port {fixed[1]}", next_)
    else:
        next_ = "if the program does not read it from the environment, say `port:` under processes.web"
        yield _finding("note", "$PORT", "the command of web does not name it", next_)


def _release_phase(app: App) -> Iterator[Finding]:
    if app.release:
        what = f"runs before every rollout, and a failure keeps the old release: {app.release}"
        yield Finding(
            "ok", "release", "release phase", what, "old code serves while it runs: migrations must suit both"
        )
    else:
        yield Finding("note", "release", "release phase", "there is none; migrations are run by hand or by web itself")
    if app.postdeploy:
        what = f"runs once, after an environment's first release, production's too: {app.postdeploy}"
        next_ = "production brings its data along: see that it does no harm there, or take postdeploy out"
        yield Finding("action", "release", "postdeploy", what, next_)


def _health(app: App, checkout: Checkout | None) -> Iterator[Finding]:
    """Heroku only waits for the port; here a replica gets requests when its check answers well."""
    web = app.processes.get("web")
    if web is None:
        return
    if web.health and checkout and checkout.health_paths:
        where = checkout.health_paths[0].where
        what = f"Heroku has none; {web.health.path} was found at {where} and is asked before a replica serves"
        yield _finding("note", "health check", what, "open it once: it must answer 2xx or 3xx without a login")
        return
    what = "Heroku has none and only waits for the port; with Hafen `/` must answer 2xx or 3xx before a replica serves"
    yield _finding("action", "health check", what, "name a better path: processes.web.health.path in hafen.yaml")


def _sleep(facts: HerokuApp) -> Iterator[Finding]:
    asleep = [one.process for one in facts.formation if is_eco(one.size)]
    if asleep:
        what = "Eco dynos sleep after 30 minutes without a request, and workers with them; with Hafen nothing sleeps"
        yield _finding("note", ", ".join(asleep), what, "jobs that nobody missed at night will run")


def _certificates(facts: HerokuApp, app: App) -> Iterator[Finding]:
    if not app.domains:
        return
    if facts.acm is False:
        what = "the certificate was uploaded by hand, and the API gives no private key back"
        yield _finding(
            "action", "certificates", what, "find the key, or have a new certificate made after the switch of DNS"
        )
    else:
        what = "Heroku renews them (ACM); new ones are made once DNS points at the cluster, over port 80"
        yield _finding("note", "certificates", what, "no CAA record may forbid letsencrypt.org")


def _router(facts: HerokuApp, checkout: Checkout | None) -> Iterator[Finding]:
    what = "Heroku's router ends a request that is silent for 30 s at first (H12) or for 55 s later; Traefik waits"
    yield _finding("note", "30 s timeout", what, "give the server or slow calls a timeout of their own")
    socket = _mention(checkout, "websocket", "websockets", "socket.io", "ActionCable")
    if socket:
        what = f"the code uses WebSockets ({socket}), which Heroku ended after 55 s of silence"
        yield _finding("note", "WebSockets", what, "keep the heartbeat: proxies on the way end silent connections too")
    if "http-session-affinity" in facts.features:
        what = "Heroku sends a visitor to the same dyno (session affinity); with Hafen any replica may answer"
        yield _finding("action", "session affinity", what, "keep sessions in a store that all replicas share")
    else:
        yield _finding("ok", "routing", "any replica may get any request, as at Heroku")
    if "preboot" in facts.features:
        yield _finding("ok", "preboot", "every rollout waits for new replicas before it stops old ones")


def _logs(facts: HerokuApp) -> Iterator[Finding]:
    for drain in facts.log_drains:
        yield _finding(
            "action",
            "log drain",
            f"logs go to {drain}; Heroku's drain ends with the app",
            "send logs there from the cluster",
        )


def _space(facts: HerokuApp) -> Iterator[Finding]:
    if facts.space:
        what = f"the app runs in the Private Space {facts.space}; trusted addresses, VPN and peering end with it"
        yield _finding(
            "action", "Private Space", what, "list who reaches the app and whom it reaches, and open that anew"
        )


def _mention(checkout: Checkout | None, *words: str) -> str:
    """Where the code uses one of the words, "" when it does not or is not known."""
    found = checkout.mentions if checkout else ()
    return next((one.where for one in found if one.word in words), "")
