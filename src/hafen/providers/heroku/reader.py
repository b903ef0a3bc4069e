"""An app's facts from the Platform API. What the key may not read is named, not guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from hafen.errors import Refused, UnknownName
from hafen.model.heroku import AddOnFact, DynoSize, Formation, HerokuApp, PipelineApp
from hafen.providers.heroku.client import HerokuApi
from hafen.providers.heroku.fields import dollars, text, text_or, texts, whole

Part = TypeVar("Part")
NEWEST_RELEASES = 50
PIPELINE_STAGES = ("production", "staging", "development")


def read_app(api: HerokuApi, name: str) -> HerokuApp:
    """Everything the import needs of one app. Raises UnknownName with the nearest name, or ProviderError."""
    app = _app(api, name)
    return _Reader(api, text(app, "name")).read(app)


def _app(api: HerokuApi, name: str) -> dict[str, Any]:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", name):
        raise UnknownName(f"{name!r} is not a name that Heroku gives an app", hint="letters, digits and hyphens")
    try:
        return api.get(f"/apps/{quote(name, safe='')}")
    except UnknownName:
        known = [text(app, "name") for app in api.get_list("/apps")]
        near = get_close_matches(name, known, n=1)
        listed = near or sorted(known)[:5]
        hint = ", ".join(listed) if listed else "does the key belong to the right account?"
        raise UnknownName(f"there is no app {name!r} that this key may see", where=api.url, hint=hint) from None


class _Reader:
    """Reads the parts of one app and remembers which could not be read."""

    def __init__(self, api: HerokuApi, name: str) -> None:
        self.api = api
        self.name = name
        self.path = f"/apps/{quote(name, safe='')}"
        self.unread: list[str] = []

    def read(self, app: Any) -> HerokuApp:
        release, commands = self._part("releases and slug", self._release) or (None, {})
        pipeline, stage, siblings = self._part("pipeline", self._pipeline) or ("", "", ())
        formation = self._part("formation", lambda: self._formation(commands)) or ()
        return HerokuApp(
            name=self.name,
            origin=self.api.url,
            region=text_or("", app, "region", "name"),
            stack=text_or("", app, "stack", "name"),
            formation=formation,
            release_command=commands.get("release"),
            config=self._part("config vars", self._config) or {},
            domains=self._part("domains", self._domains) or (),
            addons=self._part("add-ons", self._addons) or (),
            buildpacks=self._part("buildpacks", self._buildpacks) or (),
            dyno_sizes=self._part("dyno sizes", self._dyno_sizes) or (),
            pipeline=pipeline,
            pipeline_stage=stage,
            siblings=siblings,
            release_version=release,
            acm=app.get("acm") if isinstance(app.get("acm"), bool) else None,
            space=text_or("", app, "space", "name"),
            log_drains=self._part("log drains", self._log_drains) or (),
            features=self._part("features", self._features) or (),
            unread=tuple(self.unread),
        )

    def _part(self, what: str, read: Callable[[], Part]) -> Part | None:
        try:
            return read()
        except (Refused, UnknownName) as error:
            self.unread.append(f"{what}: {error.what}")
            return None

    def _config(self) -> dict[str, str]:
        return texts(self.api.get(f"{self.path}/config-vars"), f"{self.path}/config-vars")

    def _formation(self, commands: dict[str, str]) -> tuple[Formation, ...]:
        """Process types of the slug that are in no formation run nowhere: quantity 0."""
        found = [
            Formation(
                text(one, "type"),
                text_or("", one, "command") or commands.get(text(one, "type"), ""),
                whole(one, "quantity"),
                text_or("", one, "size"),
            )
            for one in self.api.get_list(f"{self.path}/formation")
        ]
        missing = sorted(commands.keys() - {one.process for one in found} - {"release"})
        return (*found, *(Formation(process, commands[process], 0, "") for process in missing))

    def _release(self) -> tuple[int | None, dict[str, str]]:
        """The current release's version, and the commands of the newest release that has a slug."""
        releases = self.api.newest(f"{self.path}/releases", order="version", count=NEWEST_RELEASES)
        current = next((one for one in releases if one.get("current")), None)
        version = whole(current, "version") if current else None
        slugs = [slug for one in ([current] if current else []) + releases if (slug := text_or("", one, "slug", "id"))]
        if not slugs:
            return version, {}
        newest = self.api.get(f"{self.path}/slugs/{quote(slugs[0], safe='')}")
        return version, texts(newest.get("process_types") or {}, f"{self.path}/slugs")

    def _domains(self) -> tuple[str, ...]:
        found = self.api.get_list(f"{self.path}/domains")
        return tuple(sorted(text(one, "hostname") for one in found if one.get("kind") == "custom"))

    def _addons(self) -> tuple[AddOnFact, ...]:
        return tuple(self._addon(one) for one in self.api.get_list(f"{self.path}/addons"))

    def _addon(self, one: Any) -> AddOnFact:
        service, _, plan = text(one, "plan", "name").partition(":")
        owner = text_or("", one, "app", "name")
        return AddOnFact(
            name=text(one, "name"),
            service=text_or(service, one, "addon_service", "name"),
            plan=plan,
            price_usd_month=dollars(one.get("billed_price")),
            config_vars=tuple(str(key) for key in one.get("config_vars") or ()),
            owner="" if owner == self.name else owner,
        )

    def _buildpacks(self) -> tuple[str, ...]:
        found = self.api.get_list(f"{self.path}/buildpack-installations")
        return tuple(text_or(text_or("", one, "buildpack", "url"), one, "buildpack", "name") for one in found)

    def _dyno_sizes(self) -> tuple[DynoSize, ...]:
        return tuple(
            DynoSize(text(one, "name"), dollars(one.get("cost")), _decimal(one.get("memory")))
            for one in self.api.get_list("/dyno-sizes")
        )

    def _log_drains(self) -> tuple[str, ...]:
        found = self.api.get_list(f"{self.path}/log-drains")
        return tuple(_without_credentials(text(one, "url")) for one in found if not one.get("addon"))

    def _features(self) -> tuple[str, ...]:
        return tuple(text(one, "name") for one in self.api.get_list(f"{self.path}/features") if one.get("enabled"))

    def _pipeline(self) -> tuple[str, str, tuple[PipelineApp, ...]]:
        """Name, the app's own stage, and the apps beside it; review and test apps are of no interest."""
        try:
            own = self.api.get(f"{self.path}/pipeline-couplings")
        except UnknownName:
            return "", "", ()
        identity = text(own, "pipeline", "id")
        name = text_or("", own, "pipeline", "name") or text(self.api.get(f"/pipelines/{identity}"), "name")
        couplings = self.api.get_list(f"/pipelines/{identity}/pipeline-couplings")
        others = [one for one in couplings if text(one, "app", "id") != text(own, "app", "id")]
        siblings = [self._sibling(one) for one in others if one.get("stage") in PIPELINE_STAGES]
        return name, text(own, "stage"), tuple(sorted(siblings, key=lambda one: (one.stage, one.name)))

    def _sibling(self, coupling: Any) -> PipelineApp:
        app = self.api.get(f"/apps/{quote(text(coupling, 'app', 'id'), safe='')}")
        return PipelineApp(text(app, "name"), text(coupling, "stage"))


def _decimal(value: Any) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or '?'}" if parts.scheme else "?"
