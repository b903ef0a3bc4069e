"""The account's state in the shapes of the Platform API v3.

Field names and nesting: devcenter.heroku.com/articles/platform-api-reference and the types that Heroku publishes as
npm `@heroku-cli/schema`. Ids are made from names, so that they are the same on every run.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from hafen.sandbox.heroku.account import Account, AddOnState, AppState, ReleaseState
from hafen.sandbox.heroku.sizes import DYNO_SIZES

Json = dict[str, Any]
_STACKS = ("heroku-20", "heroku-22", "heroku-24", "heroku-26", "cnb", "container")


def identifier(*names: str) -> str:
    """A UUID that is always the same for the same names."""
    return str(uuid5(NAMESPACE_DNS, "/".join(names)))


def account_info(account: Account) -> Json:
    return {
        "id": identifier("account", account.email),
        "email": account.email,
        "name": None,
        "default_organization": None,
        "identity_provider": None,
        "last_login": None,
        "sms_number": None,
        "verified": True,
        "allow_tracking": False,
        "beta": False,
        "federated": False,
        "two_factor_authentication": True,
        "suspended_at": None,
        "delinquent_at": None,
        "created_at": "2019-09-01T08:00:00Z",
        "updated_at": "2026-09-01T08:00:00Z",
    }


def app_info(account: Account, app: AppState) -> Json:
    stack = {"id": identifier("stack", app.stack), "name": app.stack}
    released = app.releases[-1].created_at if app.releases else None
    return {
        **named("app", app.name),
        "acm": app.acm,
        "archived_at": None,
        "build_stack": stack,
        "buildpack_provided_description": None,
        "created_at": app.created_at,
        "create_status": "complete",
        "generation": {"id": identifier("generation", "cedar"), "name": "cedar"},
        "git_url": f"https://git.heroku.com/{app.name}.git",
        "internal_routing": None,
        "maintenance": False,
        "organization": None,
        "owner": {"id": identifier("account", account.email), "email": account.email},
        "process_tier": "eco" if any(process.size == "Eco" for process in app.formation.values()) else "production",
        "region": named("region", app.region),
        "released_at": released,
        "repo_size": 4_182_016,
        "slug_size": 61_341_696,
        "space": None,
        "stack": stack,
        "team": None,
        "updated_at": released or app.created_at,
        "web_url": f"https://{app.name}-{identifier('app', app.name)[:12]}.herokuapp.com/",
    }


def named(kind: str, name: str) -> Json:
    """A reference to a resource, as it stands inside others."""
    return {"id": identifier(kind, name), "name": name}


def formation(app: AppState) -> list[Json]:
    return [
        {
            "id": identifier("formation", app.name, process),
            "app": named("app", app.name),
            "command": app.process_types.get(process, ""),
            "quantity": state.quantity,
            "size": state.size,
            "type": process,
            "created_at": app.created_at,
            "updated_at": app.created_at,
        }
        for process, state in app.formation.items()
    ]


def dynos(app: AppState) -> list[Json]:
    """One per running process, up since the last release."""
    last = app.releases[-1] if app.releases else ReleaseState(1, "Initial release", app.created_at)
    return [
        {
            "id": identifier("dyno", app.name, f"{process}.{number}"),
            "app": named("app", app.name),
            "attach_url": None,
            "command": app.process_types.get(process, ""),
            "name": f"{process}.{number}",
            "release": {"id": identifier("release", app.name, str(last.version)), "version": last.version},
            "size": state.size,
            "state": "up",
            "type": process,
            "created_at": last.created_at,
            "updated_at": last.created_at,
        }
        for process, state in app.formation.items()
        for number in range(1, state.quantity + 1)
    ]


def dyno_sizes() -> list[Json]:
    return [
        {
            **named("dyno-size", size.name),
            "architecture": "amd64",
            "compute": size.compute,
            "cost": {"cents": size.cents, "unit": "month"},
            "dedicated": size.dedicated,
            "dyno_units": size.units,
            "generation": {"id": identifier("generation", "cedar"), "name": "cedar"},
            "memory": size.memory_gb,
            "precise_dyno_units": float(size.units),
            "private_space_only": False,
        }
        for size in DYNO_SIZES
    ]


def domains(app: AppState) -> list[Json]:
    own = app_host(app)
    return [_domain(app, own, "heroku", None)] + [
        _domain(
            app, name, "custom", f"{hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:16]}.herokudns.com"
        )
        for name in app.domains
    ]


def app_host(app: AppState) -> str:
    return f"{app.name}-{identifier('app', app.name)[:12]}.herokuapp.com"


def _domain(app: AppState, hostname: str, kind: str, cname: str | None) -> Json:
    custom = kind == "custom"
    return {
        "id": identifier("domain", app.name, hostname),
        "acm_status": "cert issued" if custom and app.acm else None,
        "acm_status_reason": None,
        "app": named("app", app.name),
        "cname": cname,
        "created_at": app.created_at,
        "hostname": hostname,
        "kind": kind,
        "sni_endpoint": named("sni-endpoint", f"{app.name}-cert") if custom and app.acm else None,
        "status": "succeeded" if custom else "none",
        "updated_at": app.created_at,
    }


def addons(app: AppState, *, expand: bool) -> list[Json]:
    return [addon(app, one, expand=expand) for one in app.addons]


def addon(app: AppState, one: AddOnState, *, expand: bool) -> Json:
    """expand: `Accept-Expansion: addon_service,plan` was asked for."""
    return {
        **named("addon", one.name),
        "actions": [],
        "addon_service": service(one) if expand else named("addon-service", one.service),
        "app": named("app", app.name),
        "billed_price": _price(one),
        "billing_entity": {**named("app", app.name), "type": "app"},
        "config_vars": one.config_vars,
        "created_at": app.created_at,
        "plan": plan(one) if expand else named("plan", f"{one.service}:{one.plan}"),
        "provider_id": identifier("provider", one.name),
        "provision_message": None,
        "state": "provisioned",
        "updated_at": app.created_at,
        "web_url": f"https://addons-sso.heroku.com/apps/{app.name}/addons/{identifier('addon', one.name)}",
    }


def _price(one: AddOnState) -> Json:
    return {"cents": one.price_cents or 0, "contract": one.price_cents is None, "unit": "month"}


def service(one: AddOnState) -> Json:
    return {
        **named("addon-service", one.service),
        "cli_plugin_name": None,
        "human_name": one.service,
        "state": "ga",
        "supports_multiple_installations": True,
        "supports_sharing": True,
        "created_at": "2012-01-01T12:00:00Z",
        "updated_at": "2026-01-01T12:00:00Z",
    }


def plan(one: AddOnState) -> Json:
    return {
        **named("plan", f"{one.service}:{one.plan}"),
        "addon_service": named("addon-service", one.service),
        "compliance": None,
        "default": False,
        "description": f"{one.service} {one.plan}",
        "human_name": one.plan.title(),
        "installable_inside_private_network": False,
        "installable_outside_private_network": True,
        "price": _price(one),
        "space_default": False,
        "state": "ga",
        "visible": True,
        "created_at": "2012-01-01T12:00:00Z",
        "updated_at": "2026-01-01T12:00:00Z",
    }


def attachments(app: AppState) -> list[Json]:
    return [
        {
            "id": identifier("attachment", one.name),
            "addon": {**named("addon", one.name), "app": named("app", app.name)},
            "app": named("app", app.name),
            "name": (one.config_vars[0] if one.config_vars else one.service).removesuffix("_URL").upper(),
            "namespace": None,
            "log_input_url": None,
            "web_url": None,
            "created_at": app.created_at,
            "updated_at": app.created_at,
        }
        for one in app.addons
    ]


def releases(account: Account, app: AppState) -> list[Json]:
    return [
        {
            "id": identifier("release", app.name, str(release.version)),
            "addon_plan_names": [f"{one.service}:{one.plan}" for one in app.addons],
            "app": named("app", app.name),
            "created_at": release.created_at,
            "current": release is app.releases[-1],
            "description": release.description,
            "eligible_for_rollback": release.slug,
            "output_stream_url": None,
            "slug": {"id": slug_id(app)} if release.slug and app.stack != "container" else None,
            "status": "succeeded",
            "updated_at": release.created_at,
            "user": {"id": identifier("account", account.email), "email": account.email},
            "version": release.version,
        }
        for release in app.releases
    ]


def slug_id(app: AppState) -> str:
    return identifier("slug", app.name, app.commit)


def slug(app: AppState) -> Json:
    """Only the present slug: earlier ones had the same process types."""
    return {
        "id": slug_id(app),
        "blob": {"method": "GET", "url": "https://slugs.example/not-kept-here"},
        "buildpack_provided_description": "Python",
        "checksum": None,
        "commit": app.commit,
        "commit_description": None,
        "process_types": app.process_types,
        "size": 61_341_696,
        "stack": named("stack", app.stack),
        "created_at": app.created_at,
        "updated_at": app.created_at,
    }


def buildpacks(app: AppState) -> list[Json]:
    return [
        {"ordinal": ordinal, "buildpack": {"name": name, "url": name if "://" in name else f"urn:buildpack:{name}"}}
        for ordinal, name in enumerate(app.buildpacks)
    ]


def features(app: AppState) -> list[Json]:
    return [
        {
            **named("app-feature", name),
            "description": name,
            "display_name": name,
            "doc_url": f"https://devcenter.heroku.com/articles/{name}",
            "enabled": name in app.features,
            "feedback_email": "",
            "state": "general",
            "created_at": "2013-11-06T22:24:57Z",
            "updated_at": "2016-07-19T02:14:32Z",
        }
        for name in dict.fromkeys(["preboot", "runtime-dyno-metadata", "http-session-affinity", *app.features])
    ]


def log_drains(app: AppState) -> list[Json]:
    return [
        {
            "id": identifier("log-drain", app.name, url),
            "addon": None,
            "token": f"d.{identifier('drain-token', app.name, url)}",
            "url": url,
            "created_at": app.created_at,
            "updated_at": app.created_at,
        }
        for url in app.log_drains
    ]


def collaborators(account: Account, app: AppState) -> list[Json]:
    return [
        {
            "id": identifier("collaborator", app.name, account.email),
            "app": named("app", app.name),
            "permissions": [],
            "role": "owner",
            "user": {"id": identifier("account", account.email), "email": account.email, "federated": False},
            "created_at": app.created_at,
            "updated_at": app.created_at,
        }
    ]


def pipeline(account: Account, name: str) -> Json:
    return {
        **named("pipeline", name),
        "generation": {"id": identifier("generation", "cedar"), "name": "cedar"},
        "owner": {"id": identifier("account", account.email), "type": "user"},
        "created_at": "2019-09-02T08:00:00Z",
        "updated_at": "2019-09-02T08:00:00Z",
    }


def couplings(account: Account, name: str) -> list[Json]:
    return [
        {
            "id": identifier("coupling", app),
            "app": {"id": identifier("app", app)},
            "generation": {"id": identifier("generation", "cedar"), "name": "cedar"},
            "pipeline": named("pipeline", name),
            "stage": stage,
            "created_at": "2019-09-02T08:00:00Z",
            "updated_at": "2019-09-02T08:00:00Z",
        }
        for app, stage in account.pipelines[name].items()
    ]


def stacks() -> list[Json]:
    return [
        {
            **named("stack", name),
            "default": name == "heroku-24",
            "state": "public",
            "created_at": "2014-01-01T12:00:00Z",
            "updated_at": "2026-01-01T12:00:00Z",
        }
        for name in _STACKS
    ]
