"""Stack, buildpacks and runtime: how the image will be built without Heroku. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hafen.model.heroku import Checkout, HerokuApp
from hafen.model.preflight import Finding

_LANGUAGES = frozenset(
    {"python", "nodejs", "ruby", "go", "java", "gradle", "scala", "php", "clojure", "elixir", "dotnet"}
)
_OTHERS = {
    "apt": "the packages of its Aptfile go into the Dockerfile as apt-get install",
    "nginx": "put nginx in the image, or leave it out: Traefik stands in front",
    "pgbouncer": "run PgBouncer beside the database instead",
    "multi": "its order of buildpacks becomes the order of build stages",
    "chrome": "install chromium in the image",
    "chrome-for-testing": "install chromium in the image",
    "google-chrome": "install chromium in the image",
    "ffmpeg": "install ffmpeg in the image",
    "subdir": "build from that folder",
    "monorepo": "build from that folder",
    "metrics": "metrics come from Prometheus instead: leave it out",
}
_OLD_STACKS = ("cedar-14", "heroku-16", "heroku-18", "heroku-20")


def build_findings(facts: HerokuApp, checkout: Checkout | None) -> Iterator[Finding]:
    if facts.stack == "container":
        yield Finding("ok", "build", "container stack", "the app is built from its Dockerfile already, and goes on so")
    for buildpack in facts.buildpacks:
        yield _buildpack(buildpack)
    if facts.stack in _OLD_STACKS:
        what = "is an old stack: its system libraries are older than those of any current base image"
        yield Finding("note", "build", facts.stack, what, "try the app on a current one first")
    if facts.runtime:
        yield Finding("ok", "build", "runtime", f"{facts.runtime}, as the checkout's files say")
    elif checkout and facts.stack != "container":
        yield Finding(
            "note", "build", "runtime", "no file tells which language and version the app wants", "write it down"
        )


def _buildpack(name: str) -> Finding:
    """By the last part of its name or address: heroku/python, https://github.com/heroku/heroku-buildpack-apt."""
    short = name.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git").removesuffix(".tgz")
    short = short.removeprefix("heroku-buildpack-").partition("#")[0]
    official = name.startswith(("heroku/", "urn:buildpack:heroku/")) or "github.com/heroku/" in name
    if official and short in _LANGUAGES:
        return Finding("ok", "build", name, f"a Dockerfile for {short} does the same")
    if short in _OTHERS:
        return Finding("action", "build", name, "has no counterpart by itself", _OTHERS[short])
    return Finding(
        "action", "build", name, "is not one that Hafen knows", "do in the Dockerfile what its bin/compile does"
    )
