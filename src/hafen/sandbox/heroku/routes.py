"""The paths of the Platform API that the stand-in serves."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hafen.sandbox.heroku import resources
from hafen.sandbox.heroku.account import Account, AddOnState, AppState, ProcessState
from hafen.sandbox.heroku.answers import Refusal, answer, answer_list, refused
from hafen.sandbox.heroku.sizes import SIZE_NAMES

Listing = Callable[[Account, AppState], list[dict[str, Any]]]
_APP_LISTS: dict[str, tuple[Listing, Sequence[str]]] = {
    "formation": (lambda _, app: resources.formation(app), ("id", "type")),
    "dynos": (lambda _, app: resources.dynos(app), ("id", "name")),
    "domains": (lambda _, app: resources.domains(app), ("id", "hostname")),
    "addon-attachments": (lambda _, app: resources.attachments(app), ("id", "name")),
    "releases": (resources.releases, ("id", "version")),
    "buildpack-installations": (lambda _, app: resources.buildpacks(app), ("ordinal",)),
    "features": (lambda _, app: resources.features(app), ("id", "name")),
    "log-drains": (lambda _, app: resources.log_drains(app), ("id",)),
    "collaborators": (resources.collaborators, ("id",)),
}


def make_app(account: Account) -> Starlette:
    """An ASGI app; who may call it is checked by the gate before it."""
    api = _Api(account)
    routes = [
        _get("/account", api.account_info),
        _get("/apps", api.apps),
        _get("/users/{user}/apps", api.apps),
        _get("/dyno-sizes", lambda request: answer_list(request, resources.dyno_sizes(), ("id", "name"))),
        _get("/stacks", lambda request: answer_list(request, resources.stacks(), ("id", "name"))),
        _get("/addons", api.all_addons),
        _get("/addons/{addon}", api.addon_info),
        _get("/addons/{addon}/addon-attachments", api.addon_attachments),
        _get("/addons/{addon}/config", api.addon_config),
        _get("/addon-attachments", api.all_attachments),
        _get("/addon-services/{service}/plans", api.plans),
        _get("/plans/{plan}", api.plan_info),
        Route("/filters/apps", api.filter_apps, methods=["POST"]),
        Route("/actions/addons/resolve", api.resolve_addon, methods=["POST"]),
        _get("/pipelines", api.pipelines),
        _get("/pipelines/{pipeline}", api.pipeline_info),
        _get("/pipelines/{pipeline}/pipeline-couplings", api.pipeline_couplings),
        _get("/apps/{app}", api.app_info),
        _get("/apps/{app}/addons", api.app_addons),
        _get("/apps/{app}/addons/{addon}", api.addon_info),
        _get("/apps/{app}/config-vars", api.config_vars),
        Route("/apps/{app}/config-vars", api.change_config, methods=["PATCH"]),
        Route("/apps/{app}/formation", api.change_formation, methods=["PATCH"]),
        _get("/apps/{app}/pipeline-couplings", api.app_coupling),
        _get("/apps/{app}/releases/{release}", api.release_info),
        _get("/apps/{app}/releases/{release}/config-vars", api.release_config),
        _get("/apps/{app}/slugs/{slug}", api.slug_info),
        *(_get(f"/apps/{{app}}/{name}", api.lister(name)) for name in _APP_LISTS),
    ]
    handlers: Any = {Refusal: _refuse, HTTPException: _refuse_http}
    return Starlette(routes=routes, exception_handlers=handlers)


def _get(path: str, endpoint: Callable[[Request], Response]) -> Route:
    """On the event loop, not in a thread: reads and changes then never overlap."""

    async def on_loop(request: Request) -> Response:
        return endpoint(request)

    return Route(path, on_loop, methods=["GET"])


async def _refuse(_request: Request, refusal: Refusal) -> Response:
    return refused(refusal)


async def _refuse_http(_request: Request, error: HTTPException) -> Response:
    return refused(Refusal(error.status_code if error.status_code in (404, 405) else 400))


class _Api:
    """Answers from an account. Requests come one after the other: the server is one event loop."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def account_info(self, request: Request) -> Response:
        return answer(request, resources.account_info(self.account))

    def apps(self, request: Request) -> Response:
        infos = [resources.app_info(self.account, app) for app in self.account.apps.values()]
        return answer_list(request, infos, ("name", "id", "updated_at"))

    def app_info(self, request: Request) -> Response:
        return answer(request, resources.app_info(self.account, self._app(request)))

    def lister(self, name: str) -> Callable[[Request], Response]:
        listing, fields = _APP_LISTS[name]
        return lambda request: answer_list(request, listing(self.account, self._app(request)), fields)

    def app_addons(self, request: Request) -> Response:
        return answer_list(request, resources.addons(self._app(request), expand=_expand(request)), ("id", "name"))

    def all_addons(self, request: Request) -> Response:
        found = [one for app in self.account.apps.values() for one in resources.addons(app, expand=_expand(request))]
        return answer_list(request, found, ("id", "name"))

    def addon_info(self, request: Request) -> Response:
        app, one = self._addon(_param(request, "addon"))
        return answer(request, resources.addon(app, one, expand=_expand(request)))

    async def resolve_addon(self, request: Request) -> Response:
        """Add-ons by name or id, as the CLI asks when it does not know the app."""
        app, one = self._addon(str((await _body(request)).get("addon")))
        return answer_list(request, [resources.addon(app, one, expand=_expand(request))], ("id", "name"))

    def addon_attachments(self, request: Request) -> Response:
        app, one = self._addon(_param(request, "addon"))
        found = [item for item in resources.attachments(app) if item["addon"]["name"] == one.name]
        return answer_list(request, found, ("id", "name"))

    def addon_config(self, request: Request) -> Response:
        app, one = self._addon(_param(request, "addon"))
        config = [{"name": key, "value": app.config_vars.get(key)} for key in one.config_vars]
        return answer_list(request, config, ("name",))

    def all_attachments(self, request: Request) -> Response:
        found = [one for app in self.account.apps.values() for one in resources.attachments(app)]
        return answer_list(request, found, ("id", "name"))

    def plans(self, request: Request) -> Response:
        """Only plans that an app of the account has: the stand-in knows no catalogue."""
        found = {
            one["name"]: one for one in self._plans() if one["addon_service"]["name"] == _param(request, "service")
        }
        if not found:
            raise Refusal(404, "Couldn't find that add-on service.", resource="addon_service")
        return answer_list(request, list(found.values()), ("id", "name"))

    def plan_info(self, request: Request) -> Response:
        for one in self._plans():
            if _param(request, "plan") in (one["id"], one["name"]):
                return answer(request, one)
        raise Refusal(404, "Couldn't find that plan.", resource="plan")

    def config_vars(self, request: Request) -> Response:
        return answer(request, self._app(request).config_vars)

    async def change_config(self, request: Request) -> Response:
        """Texts are set, nulls removed; makes a release."""
        app, body = self._app(request), await _body(request)
        wrong = [key for key, value in body.items() if not (value is None or isinstance(value, str))]
        if wrong:
            raise Refusal(422, f"Config var values must be strings or null: {', '.join(wrong)}.")
        removed = [key for key, value in body.items() if value is None]
        changed = [key for key in body if key not in removed]
        app.config_vars.update({key: body[key] for key in changed})
        for key in removed:
            app.config_vars.pop(key, None)
        verb, keys = ("Set", changed) if changed else ("Remove", removed)
        if keys:
            app.release(f"{verb} {', '.join(keys)} config vars", _now())
        return answer(request, app.config_vars)

    async def change_formation(self, request: Request) -> Response:
        """`updates`: each with a type, and a quantity ("+1" too) or a size or both. All or nothing."""
        app, body = self._app(request), await _body(request)
        updates = body.get("updates")
        if not isinstance(updates, list) or not all(isinstance(update, dict) for update in updates):
            raise Refusal(422, "`updates` must be a list.")
        changed = {update.get("type"): _changed(app, update) for update in updates}
        app.formation.update(changed)
        return answer(request, [one for one in resources.formation(app) if one["type"] in changed])

    def release_info(self, request: Request) -> Response:
        wanted = _param(request, "release").removeprefix("v")
        for one in resources.releases(self.account, self._app(request)):
            if wanted in (one["id"], str(one["version"])):
                return answer(request, one)
        raise Refusal(404, "Couldn't find that release.", resource="release")

    def release_config(self, request: Request) -> Response:
        """Only of the current release: the sets of earlier ones are not kept."""
        app = self._app(request)
        if not app.releases or _param(request, "release") != str(app.releases[-1].version):
            raise Refusal(404, "The stand-in keeps no config vars of earlier releases.", resource="release")
        return answer(request, app.config_vars)

    def slug_info(self, request: Request) -> Response:
        app = self._app(request)
        if not app.releases or _param(request, "slug") != resources.slug_id(app):
            raise Refusal(404, "Couldn't find that slug.", resource="slug")
        return answer(request, resources.slug(app))

    def app_coupling(self, request: Request) -> Response:
        app = self._app(request)
        for name, stages in self.account.pipelines.items():
            if app.name in stages:
                found = resources.couplings(self.account, name)
                return answer(request, next(one for one in found if one["app"]["id"] == _id(app)))
        raise Refusal(404, "Couldn't find that pipeline coupling.", resource="pipeline_coupling")

    async def filter_apps(self, request: Request) -> Response:
        """Apps by id, as the dashboard and the CLI ask for a pipeline's."""
        wanted = ((await _body(request)).get("in") or {}).get("id") or []
        infos = [resources.app_info(self.account, app) for app in self.account.apps.values() if _id(app) in wanted]
        return answer_list(request, infos, ("id", "name"))

    def pipelines(self, request: Request) -> Response:
        found = [resources.pipeline(self.account, name) for name in self.account.pipelines]
        wanted = request.query_params.get("eq[name]")
        return answer_list(request, [one for one in found if wanted in (None, one["name"])], ("id", "name"))

    def pipeline_info(self, request: Request) -> Response:
        return answer(request, resources.pipeline(self.account, self._pipeline(request)))

    def pipeline_couplings(self, request: Request) -> Response:
        return answer_list(request, resources.couplings(self.account, self._pipeline(request)), ("id",))

    def _pipeline(self, request: Request) -> str:
        for name in self.account.pipelines:
            if _param(request, "pipeline") in (name, resources.identifier("pipeline", name)):
                return name
        raise Refusal(404, "Couldn't find that pipeline.", resource="pipeline")

    def _plans(self) -> list[dict[str, Any]]:
        return [resources.plan(one) for app in self.account.apps.values() for one in app.addons]

    def _addon(self, wanted: str) -> tuple[AppState, AddOnState]:
        for app in self.account.apps.values():
            for one in app.addons:
                if wanted in (one.name, resources.identifier("addon", one.name)):
                    return app, one
        raise Refusal(404, "Couldn't find that add-on.", resource="addon")

    def _app(self, request: Request) -> AppState:
        wanted = _param(request, "app")
        for app in self.account.apps.values():
            if wanted in (app.name, _id(app)):
                return app
        raise Refusal(404, "Couldn't find that app.", resource="app")


def _id(app: AppState) -> str:
    return resources.identifier("app", app.name)


def _param(request: Request, name: str) -> str:
    return str(request.path_params[name])


def _expand(request: Request) -> bool:
    return "plan" in request.headers.get("Accept-Expansion", "")


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Refusal(400) from None
    if not isinstance(body, dict):
        raise Refusal(422, "The body must be an object.")
    return body


def _changed(app: AppState, update: dict[str, Any]) -> ProcessState:
    process = app.formation.get(str(update.get("type")))
    if process is None:
        raise Refusal(404, "Couldn't find that process type.", resource="formation")
    size = SIZE_NAMES.get(str(update.get("size", process.size)).lower())
    if size is None:
        raise Refusal(422, f"Couldn't find the dyno size {update['size']!r}.")
    return ProcessState(_quantity(process, update.get("quantity", process.quantity)), size)


def _quantity(process: ProcessState, wanted: Any) -> int:
    try:
        relative = isinstance(wanted, str) and wanted[:1] in ("+", "-")
        quantity = int(wanted) + (process.quantity if relative else 0)
    except (TypeError, ValueError):
        raise Refusal(422, "The quantity must be a whole number.") from None
    if not 0 <= quantity <= 100:
        raise Refusal(422, "The quantity must be between 0 and 100.")
    return quantity


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
