"""Traefik's own API on loopback: which servers it sends requests to now, and what it thinks of them."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Sequence
from typing import Any

from hafen.errors import AnswerInvalid, Unreachable
from hafen.providers.traefik.config import SERVICE

TIMEOUT_S = 5
APPLY_TIMEOUT_S = 15
POLL_S = 0.02


def servers(api_port: int) -> dict[str, str]:
    """URL of each server in rotation to "UP", "DOWN" or "" when not checked. Raises Unreachable, AnswerInvalid."""
    answer = _get(api_port, f"/api/http/services/{SERVICE}@file")
    balancer = answer.get("loadBalancer") or {}
    status = answer.get("serverStatus") or {}
    return {server["url"]: status.get(server["url"], "") for server in balancer.get("servers") or []}


def wait_for_servers(api_port: int, wanted: Sequence[str]) -> None:
    """Returns when exactly these are in rotation. Raises Unreachable when Traefik does not get there."""
    deadline = time.monotonic() + APPLY_TIMEOUT_S
    problem = ""
    while time.monotonic() < deadline:
        try:
            if set(servers(api_port)) == set(wanted):
                return
            problem = "it still has the old ones"
        except (Unreachable, AnswerInvalid) as error:
            problem = error.what
        time.sleep(POLL_S)
    raise Unreachable(
        f"Traefik did not take the new routes within {APPLY_TIMEOUT_S} s: {problem}",
        where=f"127.0.0.1:{api_port}",
        hint="see logs/traefik.log in .hafen",
    )


def _get(api_port: int, path: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", api_port, timeout=TIMEOUT_S)
    where = f"127.0.0.1:{api_port}{path}"
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"Traefik's API does not answer ({type(error).__name__})", where=where) from None
    finally:
        connection.close()
    if response.status == 404:  # no configuration yet
        return {}
    try:
        found = json.loads(body)
    except ValueError:
        raise AnswerInvalid("Traefik's API answers no JSON", where=where) from None
    if response.status != 200 or not isinstance(found, dict):
        raise AnswerInvalid(f"Traefik's API answers {response.status}", where=where)
    return found
