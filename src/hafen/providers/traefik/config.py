"""Traefik's two files, as values: the static one it starts with and the dynamic one it watches.

Written as JSON, which is YAML too. Reference: doc.traefik.io/traefik, version 3.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hafen.files import write_atomically

SERVICE = "app"
ENTRY_POINT = "web"
IDLE_CONNECTION_S = 1
"""Shorter than any app server's own keep-alive (gunicorn 2 s, uvicorn and Node.js 5 s): Traefik never sends a request
into a connection that the app is just closing."""


@dataclass(frozen=True)
class HealthCheck:
    """path: must answer 2xx or 3xx. Pauses and timeout in seconds."""

    path: str
    interval_s: float
    timeout_s: float


def static(dynamic_file: Path, *, port: int, api_port: int) -> dict[str, Any]:
    """providersThrottleDuration: 2 s by default; a rollout would wait for it at every move."""
    return {
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
        "log": {"level": "WARN", "noColor": True},
        "api": {"insecure": True, "dashboard": False},
        "entryPoints": {
            ENTRY_POINT: {
                "address": f"127.0.0.1:{port}",
                "transport": {"lifeCycle": {"graceTimeOut": "5s"}},
            },
            "traefik": {"address": f"127.0.0.1:{api_port}"},
        },
        "providers": {
            "providersThrottleDuration": "20ms",
            "file": {"filename": str(dynamic_file), "watch": True},
        },
    }


def dynamic(servers: Sequence[str], health: HealthCheck | None) -> dict[str, Any]:
    """servers: "http://127.0.0.1:40001", in any order.

    The health check is left out for a single server: with nowhere else to go, it could only turn slow answers into
    refused ones. The retry sends a request elsewhere only when no connection came about, so nothing runs twice.
    """
    balancer: dict[str, Any] = {
        "servers": [{"url": url} for url in sorted(servers)],
        "serversTransport": "app",
        "passHostHeader": True,
    }
    if health and len(servers) > 1:
        balancer["healthCheck"] = {
            "path": health.path,
            "interval": f"{health.interval_s:g}s",
            "timeout": f"{health.timeout_s:g}s",
        }
    return {
        "http": {
            "routers": {
                SERVICE: {
                    "rule": "PathPrefix(`/`)",
                    "entryPoints": [ENTRY_POINT],
                    "service": SERVICE,
                    "middlewares": ["retry"],
                }
            },
            "middlewares": {"retry": {"retry": {"attempts": 4, "initialInterval": "5ms"}}},
            "services": {SERVICE: {"loadBalancer": balancer}},
            "serversTransports": {
                "app": {
                    "maxIdleConnsPerHost": 256,
                    "forwardingTimeouts": {"dialTimeout": "5s", "idleConnTimeout": f"{IDLE_CONNECTION_S}s"},
                }
            },
        }
    }


def servers_of(content: dict[str, Any]) -> set[str]:
    """What `dynamic` was given."""
    return {server["url"] for server in content["http"]["services"][SERVICE]["loadBalancer"]["servers"]}


def write(file: Path, content: dict[str, Any]) -> None:
    """In one step: Traefik reads the old file or the new one."""
    write_atomically(file, json.dumps(content, indent=1), mode=0o600)
